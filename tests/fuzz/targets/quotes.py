"""Every feed of quotes."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from monitor.config.plugins import quote_types
from monitor.errors import BodyRejected
from monitor.ingest.quote_feed import AHEAD_AT_MOST, plausible
from tests.contracts.test_quote_feeds import AT, GOOD
from tests.fuzz.target import Target
from tests.support import body

WORDS: Final = ("regularMarketPrice", "null", "NaN", "Infinity", "-1e999", "2025-04-10T14:05:58Z")


def targets() -> Iterator[Target]:
    """One for each kind of feed."""
    for name, cls in quote_types().items():
        yield Target(
            f"quotes.{name}",
            partial(_read, name),
            partial(_seeds, name),
            (cls.__module__, "monitor.ingest.quote_feed"),
            WORDS,
        )


def _seeds(name: str) -> Iterator[bytes]:
    yield GOOD[name][1].content


def _read(name: str, content: bytes) -> None:
    feed, good, _ = GOOD[name]
    read = body(content, good.content_type)
    try:
        found = plausible(feed.parse(read), read.url, AT)
    except BodyRejected:
        return
    for one in found:
        assert 0 < one.value < float("inf")
        assert one.at <= AT + AHEAD_AT_MOST
        assert one.previous_close is None or 0 < one.previous_close < float("inf")
