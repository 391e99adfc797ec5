"""Small texts that people type or others send: times, days, addresses, words made plain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from alerts.clean import clean, clean_lines
from monitor.cli import tic
from monitor.cli.feed_address import address_settings, publisher_default
from monitor.cli.params import YEARS, Day, Duration, Instant
from monitor.errors import HavenwatchError
from monitor.web.moment import read_instant
from tests.fuzz.target import Target
from tests.fuzz.texts import assert_plain, text_of

NEW_YORK: Final = ZoneInfo("America/New_York")
WRITTEN: Final = (
    "2025-04-10T22:40:00Z", "2025-04-10", "2025-W15-4", "20250410T224000", "1d12h", "45m",
    "0001-01-01T00:00+23:59", "2025-04-10T22:30 02:00", "2025-04",
)  # fmt: skip
ADDRESSES: Final = (
    "https://example.org:8443/a.csv?x={token}", "http://[::1]/a", "file:///srv/a.csv", "~/a.csv",
)  # fmt: skip
HARMFUL: Final = {*map(chr, range(32)), *map(chr, range(127, 160)), *"\u2028\u2029\u202e\ud800"}
ESCAPES: Final = ("\x1b[31m", "\x1b]8;;http://x\x07", "\u202e", "\u2028", "\x9b31m", "\ud800")


def targets() -> Iterator[Target]:
    """One for each kind of text."""
    params = ("monitor.cli.params",)
    duration = (*params, "monitor.evaluate.durations")
    yield Target("argument.instant", _argument(Instant()), _written, params, WRITTEN)
    yield Target("argument.day", _argument(Day()), _written, params, WRITTEN)
    yield Target("argument.duration", _argument(Duration()), _written, duration, WRITTEN)
    yield Target("argument.month", _month, _written, (tic.__name__,), WRITTEN)
    yield Target("web.instant", _instant, _written, ("monitor.web.moment",), WRITTEN)
    address = ("monitor.cli.feed_address",)
    yield Target("argument.address", _address, _addresses, address, ("[", "]", "://", "@", "#"))
    yield Target("clean", _clean, _escapes, ("alerts.clean",), ("\x1b", "\x9b", "\x07"))


def _written() -> Iterator[bytes]:
    yield from (one.encode() for one in WRITTEN)


def _escapes() -> Iterator[bytes]:
    for one in ESCAPES:
        yield f"before {one} behind".encode("utf-8", "surrogatepass")


def _argument(kind: click.ParamType[Any]) -> Callable[[bytes], None]:
    def read(content: bytes) -> None:
        try:
            found = kind.convert(text_of(content), None, None)
        except click.BadParameter:
            return
        if isinstance(found, datetime):
            assert found.tzinfo is UTC
        if hasattr(found, "year"):
            assert found.year in YEARS

    return read


def _month(content: bytes) -> None:
    try:
        tic._month_end(text_of(content))
    except click.BadParameter:
        return


def _instant(content: bytes) -> None:
    try:
        found = read_instant(text_of(content), NEW_YORK)
    except ValueError:
        return
    assert found.tzinfo is UTC


def _clean(content: bytes) -> None:
    """Nothing is left that a terminal obeys or that turns what follows; plain text is as it was."""
    text = content.decode("utf-8", "surrogateescape")
    plain = clean(text)
    assert not set(plain) & HARMFUL, ascii(plain)
    assert_plain(plain)
    assert clean_lines(text).count("\n") == text.count("\n")


def _address(content: bytes) -> None:
    try:
        publisher_default(address_settings(text_of(content).replace("\0", "")))
    except HavenwatchError as error:
        assert_plain(str(error))


def _addresses() -> Iterator[bytes]:
    yield from (one.encode() for one in ADDRESSES)
