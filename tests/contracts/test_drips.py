"""Whoever is asked or told, found by its file: one that answers a byte at a time, for ever, is
given up, and nothing waits for it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields, replace
from itertools import product
from typing import Any, Final
from uuid import uuid4

import pytest

from alerts.channel import Channel, Sent, Undelivered
from alerts.channels.email import Email, Security
from alerts.transport.outbound_call import CANCELLED, allow_outbound_calls, cancel_outbound_calls
from monitor.clock import SimulatedClock
from monitor.config.plugins import channel_types, source_types
from monitor.errors import FetchFailed
from monitor.ingest.http import Http
from monitor.ingest.source import Source
from monitor.liveness.ping import Kind, Ping, Pinger
from monitor.stop import Stopped
from tests.alerts.dripping import Drip, Dripping
from tests.alerts.message.test_pages import page
from tests.contracts.test_channels import EXAMPLES
from tests.slow import quick_where
from tests.support import TABLE, utc

AT: Final = utc("2025-04-10 22:30")
# A two-hundredth of what a desk sets; a byte comes each 0.02 s. A busy machine needs the longer
# ones to come as far as the drip.
TIMEOUTS_S: Final = (0.05, 1.0, 10.0)
# Only what hangs takes so long.
PATIENCE_S: Final = 60.0
# Channels that talk to nobody outside.
LOCAL: Final = {"console"}

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


def in_time(call: Callable[[], object]) -> object:
    """What a call gives or raises; fails where it hangs."""
    results: list[object] = []

    def make() -> None:
        try:
            results.append(call())
        except Exception as error:  # noqa: BLE001 - it is looked at
            results.append(error)

    thread = threading.Thread(target=make, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert results, "it hangs"
    return results[0]


def given_up(call: Callable[[float], object], has_come: Callable[[object], bool]) -> object:
    """What a call with a timeout gives or raises: the first that has come as far as the drip."""
    found: object = None
    for timeout_s in TIMEOUTS_S:
        found = in_time(lambda: call(timeout_s))  # noqa: B023
        if has_come(found):
            break
    return found


def pointed_at(cls: Any, server: Dripping, **settings: Any) -> Any:
    """A block whose every address is the server's."""
    given: dict[str, Any] = {**EXAMPLES, "base_url": server.root, "port": server.port}
    given |= {"host": "127.0.0.1", "security": Security.NONE, "timeout_s": TIMEOUTS_S[0]}
    given |= settings
    names = {one.name for one in fields(cls)}
    return cls(**{name: value for name, value in given.items() if name in names})


def secrets_of(channel: Channel, server: Dripping) -> dict[str, str]:
    url = f"{server.root}/secret-part"
    url = url.replace("http:", "json:") if channel.channel_type == "apprise" else url
    return {name: url if "URL" in name else "a secret of the desk" for name in channel.secret_names}


# Each waits until its timeouts are over: of each kind some are quick.
DRIPS: Final = (Drip.HEADERS, Drip.ONE_CHUNK, Drip.CONTINUE)
RECEIVERS: Final = sorted(set(channel_types()) - LOCAL - {"email"})


@pytest.mark.parametrize(
    ("name", "drip"),
    quick_where(
        lambda case: DRIPS.index(case[1]) == RECEIVERS.index(case[0]) % len(DRIPS),
        product(RECEIVERS, DRIPS),
    ),
)
def test_a_receiver_that_drips_is_given_up(name: str, drip: Drip) -> None:
    with Dripping(drip) as server:

        def send(timeout_s: float) -> object:
            channel = pointed_at(channel_types()[name], server, timeout_s=timeout_s)
            return channel.send(page(), secrets_of(channel, server), AT, again=False)

        found = given_up(send, lambda _: bool(server.asked))
    assert server.asked, "it was asked"
    if isinstance(found, Sent):
        # Its status came, and says all there is to know.
        assert (name, drip) == ("webhook", Drip.ONE_CHUNK)
        return
    assert isinstance(found, Undelivered)
    assert found.unsure
    assert not found.permanent
    assert "secret" not in found.problem


@pytest.mark.parametrize(
    ("verb", "unsure"),
    quick_where(
        lambda case: case[0] in ("RCPT", "."),
        [
            ("", False),
            ("EHLO", False),
            ("RCPT", False),
            ("DATA", True),
            (".", True),
            ("QUIT", None),
        ],
    ),
)
def test_a_mail_server_that_drips_is_given_up(verb: str, unsure: bool | None) -> None:
    with Dripping(verb=verb) as server:

        def send(timeout_s: float) -> object:
            mail: Email = pointed_at(Email, server, timeout_s=timeout_s)
            return mail.send(page(), {}, AT, again=False)

        found = given_up(send, lambda found: getattr(found, "unsure", None) is unsure)
    if unsure is None:
        assert isinstance(found, Sent)
        return
    assert isinstance(found, Undelivered)
    assert found.unsure is unsure
    assert not found.permanent
    assert found.problem.startswith("127.0.0.1:")


EVERY_PUBLISHER: Final = list(zip(sorted(source_types()), itertools.cycle(Drip), strict=False))


@pytest.mark.parametrize(
    ("name", "drip"), quick_where(EVERY_PUBLISHER[: len(Drip)].__contains__, EVERY_PUBLISHER)
)
def test_a_publisher_that_drips_is_given_up(name: str, drip: Drip) -> None:
    with Dripping(drip) as server, closing(Http(SimulatedClock(AT))) as http:
        more = {**TABLE, "columns": {}} if name == "table" else {}
        more |= {"min_interval_s": 0.0}

        def get(timeout_s: float) -> object:
            source: Source = pointed_at(source_types()[name], server, **more, timeout_s=timeout_s)
            asked = [*source.requests(None, AT), *source.history_requests(AT.date(), AT)][0]
            # No file of a year that is not over, and none that is too large for the test.
            return http.get(replace(asked, max_bytes=1 << 30))

        found = given_up(get, lambda _: bool(server.asked))
    assert server.asked, "it was asked"
    assert isinstance(found, FetchFailed)
    assert found.state == "UNREACHABLE"


@pytest.mark.slow
def test_a_receiver_of_pings_that_drips_is_given_up() -> None:
    with Dripping() as server:
        pinger = Pinger(server.root, TIMEOUTS_S[0])  # type: ignore[arg-type]
        for _ in range(2):
            pinger.send(Ping(Kind.GOOD, uuid4(), "all is well", AT))
            asked = len(server.asked)
            in_time(lambda: wait_for(lambda: len(server.asked) > asked))  # noqa: B023
        pinger.close()
    assert len(server.asked) == 2


def wait_for(holds: Callable[[], bool]) -> bool:
    while not holds():
        threading.Event().wait(0.001)
    return True


@pytest.mark.parametrize("name", sorted(set(channel_types()) - LOCAL - {"apprise"}))
def test_what_is_to_be_told_when_all_is_cancelled_surely_did_not_arrive(name: str) -> None:
    with Dripping() as server:
        channel = pointed_at(channel_types()[name], server)
        cancel_outbound_calls()
        try:
            with pytest.raises(Undelivered, match=CANCELLED) as caught:
                channel.send(page(), secrets_of(channel, server), AT, again=False)
        finally:
            allow_outbound_calls()
    assert not caught.value.unsure
    assert not caught.value.permanent
    assert server.asked == []


def test_a_source_that_is_cancelled_says_nothing_about_its_publisher() -> None:
    def cancel() -> None:
        wait_for(lambda: bool(server.asked))
        cancel_outbound_calls()

    with Dripping() as server, closing(Http(SimulatedClock(AT))) as http:
        source: Source = pointed_at(source_types()["cboe"], server, timeout_s=30)
        (asked,) = source.requests(None, AT)
        cancelling = threading.Thread(target=cancel)
        cancelling.start()
        try:
            with pytest.raises(Stopped):
                http.get(asked)
        finally:
            cancelling.join()
            allow_outbound_calls()
