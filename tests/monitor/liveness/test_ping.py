"""Pings on their way to a receiver."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from uuid import UUID

import pytest

from monitor.liveness.ping import MOST_BODY_BYTES, Kind, Ping, Pinger, address, is_ping_url
from tests.alerts.http_gate import Fault, Wire, refused
from tests.alive.receiver import PATH, PingReceiver
from tests.support import utc

RUN = UUID("12345678-1234-5678-1234-567812345678")


def ping(kind: Kind = Kind.GOOD, said: str = "") -> Ping:
    return Ping(kind, RUN, said, utc("2025-04-08 01:00"))


@pytest.fixture
def receiver() -> Iterator[PingReceiver]:
    with PingReceiver() as made:
        yield made


@pytest.mark.parametrize(
    ("url", "kind", "goes_to"),
    [
        ("https://hc.example.org/u", Kind.GOOD, f"https://hc.example.org/u?rid={RUN}"),
        ("https://hc.example.org/u/", Kind.BAD, f"https://hc.example.org/u/fail?rid={RUN}"),
        ("https://h/k/s?create=1", Kind.STARTED, f"https://h/k/s/start?create=1&rid={RUN}"),
    ],
)
def test_the_kind_is_added_to_the_path_and_the_run_to_the_query(
    url: str, kind: Kind, goes_to: str
) -> None:
    assert address(url, ping(kind)) == goes_to


@pytest.mark.parametrize("url", ["", "hc.example.org/u", "ftp://h/u", "https://", "https://[::1/u"])
def test_what_is_no_url_is_refused(url: str) -> None:
    assert not is_ping_url(url)
    assert is_ping_url("https://hc.example.org/u")


def test_what_is_said_arrives_in_at_most_a_kilobyte(receiver: PingReceiver) -> None:
    pinger = Pinger(receiver.url, 5)
    pinger.send(ping(Kind.BAD, "ü" * 2000))
    receiver.wait_until("it came", lambda: len(receiver.pings) == 1)
    pinger.close()
    assert receiver.last.kind == "/fail"
    assert receiver.last.run_id == str(RUN)
    assert receiver.last.said == "ü" * (MOST_BODY_BYTES // 2)


@pytest.mark.slow
def test_of_what_waits_behind_a_receiver_that_hangs_only_the_newest_is_sent(
    receiver: PingReceiver,
) -> None:
    receiver.breaks(Fault(wire=Wire.SILENT))
    pinger = Pinger(receiver.url, 1)
    pinger.send(ping(said="0"))
    receiver.wait_until("it hangs", lambda: receiver.gate.asked != [])
    for number in range(1, 50):
        pinger.send(ping(said=f"{number}"))
    receiver.wait_until("the newest", lambda: receiver.pings != [])
    pinger.close()
    assert [one.said for one in receiver.pings] == ["49"]


def test_a_last_ping_is_sent_before_the_program_ends(receiver: PingReceiver) -> None:
    pinger = Pinger(receiver.url, 5)
    pinger.send(ping(said="last"))
    pinger.close()
    assert receiver.last.said == "last"


@pytest.mark.parametrize("said", ["not found", "rate limited"])
def test_a_ping_that_the_receiver_took_and_did_not_count_has_not_arrived(
    receiver: PingReceiver, caplog: pytest.LogCaptureFixture, said: str
) -> None:
    receiver.breaks(refused(200, f"OK ({said})".encode()))
    pinger = Pinger(receiver.url, 5)
    pinger.send(ping())
    pinger.close()
    assert f"the heartbeat's receiver did not count it: {said}" in caplog.text


def test_a_url_that_turns_out_to_be_none_is_logged_without_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.WARNING)
    for url in (
        "https://secret-host.invalid:99999/uuid",
        "https://[secret]/uuid",
        f"http://h\n{PATH}",
    ):
        pinger = Pinger(url, 1)
        pinger.send(ping())
        pinger.close()
    assert caplog.text.count("no ping arrives") == 3
    assert "secret" not in caplog.text
