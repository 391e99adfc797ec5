"""Ways to break what the program hears and says: each turns the check or the heartbeat red.

docs/alive.md has a line for each test here, with the same words.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from alerts.channel import Sent, Undelivered
from alerts.message.message import Message
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.service.tick_loop import tick_safely
from tests.alerts.http_gate import Fault, Wire, refused
from tests.alive.bench import BAD, GOOD, MINUTE, Bench, running
from tests.alive.receiver import PATIENCE_S
from tests.support import DECIDING, new_york

QUARTER = 15 * MINUTE
HOURS_UNTIL_STALE = 60  # the figures of a Monday evening are missed on Wednesday


class DeadChannel(RecordingChannel):
    """A channel that refuses everything, for now or for good."""

    def __init__(self, *, permanent: bool):
        super().__init__()
        self._permanent = permanent

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        raise Undelivered("console answered HTTP 500", permanent=self._permanent)


def stays_red(bench: Bench, step: timedelta = QUARTER) -> None:
    """Both turn red at the same tick, and the heartbeat says what the check says."""
    took = bench.minutes_until("heartbeat red", bench.is_bad, step)
    assert took <= HOURS_UNTIL_STALE * 60
    assert bench.is_red(), bench.check_says()
    assert bench.check_says().split(":")[0] in bench.last.said


@pytest.mark.slow
def test_a_source_accepts_and_never_answers(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    ended = threading.Event()

    def hang(reply: Reply) -> Reply:
        ended.wait(PATIENCE_S)
        return reply

    sources = {"treasury_curve": {"base_url": standins.base_url("treasury_curve"), "timeout_s": 1}}
    with running(standins, clock, tmp_path, sources=sources) as bench:
        standins.faults["treasury_curve"] = hang
        bench.clock.advance_to(new_york("2025-04-08 18:00"))
        bench.minutes_until("asked in vain", lambda: "timed out" in problem(bench))
        assert bench.manager.heard()[-1] == "WATCHDOG=1", "the tick ended"
        # What follows needs no second of real waiting: it fails at once.
        standins.faults["treasury_curve"] = lambda _: Reply(503, b"", "text/plain")
        ended.set()
        stays_red(bench)
        assert "treasury_curve: no new data since" in bench.last.said


def problem(bench: Bench) -> str:
    row = bench.app.database.connection.execute(
        "SELECT problem FROM source_health WHERE source = 'treasury_curve'"
    ).fetchone()
    return str(row["problem"])


@pytest.mark.slow
def test_all_sources_are_down(bench: Bench) -> None:
    for name in DECIDING:
        bench.standins.faults[name] = lambda _: Reply(503, b"", "text/plain")
    stays_red(bench)


@pytest.mark.slow
def test_a_publisher_serves_old_figures_with_http_200(bench: Bench) -> None:
    frozen: dict[str, Reply] = {}

    def freeze(reply: Reply) -> Reply:
        return frozen.setdefault("reply", reply)

    bench.standins.faults["treasury_curve"] = freeze
    stays_red(bench)
    assert "treasury_curve: no new data since" in bench.last.said


@pytest.mark.slow
def test_every_channel_is_down(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> None:
    channel = DeadChannel(permanent=False)
    with running(standins, clock, tmp_path, channel=channel) as bench:
        bench.clock.advance_to(new_york("2025-04-08 18:15"))
        bench.minutes_until("something is owed", lambda: owed(bench) == 1)
        took = bench.minutes_until("heartbeat red", bench.is_bad)
        assert took <= 16
        assert bench.code() == 2
        assert "to console pending for" in bench.last.said


def owed(bench: Bench) -> int:
    row = bench.app.database.connection.execute("SELECT count(*) FROM deliveries").fetchone()
    return int(row[0])


@pytest.mark.slow
def test_a_message_has_failed(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> None:
    with running(standins, clock, tmp_path, channel=DeadChannel(permanent=True)) as bench:
        bench.clock.advance_to(new_york("2025-04-08 18:15"))
        bench.minutes_until("something is owed", lambda: owed(bench) == 1)
        assert bench.is_bad(), "at the tick at which it died"
        assert bench.code() == 2
        assert "failed notification" in bench.last.said


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        pytest.param(refused(500, times=None), "HTTP 500", marks=pytest.mark.slow),
        pytest.param(
            refused(302, headers={"Location": "http://127.0.0.1:1/elsewhere"}, times=None),
            "redirect",
            marks=pytest.mark.slow,
        ),
        pytest.param(Fault(wire=Wire.SILENT, times=None), "timed out", marks=pytest.mark.slow),
        (Fault(wire=Wire.LOST, times=None), "no answer"),
    ],
    ids=["500", "redirect", "hanging", "down"],
)
def test_the_ping_receiver_itself_is_broken(
    bench: Bench, caplog: pytest.LogCaptureFixture, fault: Fault, said: str
) -> None:
    caplog.set_level(logging.WARNING)
    before = len(bench.receiver.pings)
    bench.receiver.breaks(fault)
    asked, sent = len(bench.receiver.gate.asked), len(bench.sent)
    for _ in range(10):
        bench.pass_time(1)
        tick_safely(bench.app, bench.signs)
    if fault.wire is Wire.SILENT:
        # A ping takes a second to be given up there: the ticks did not wait for theirs.
        assert len(bench.receiver.gate.asked) - asked < len(bench.sent) - sent
    bench.receiver.wait_until("asked", lambda: len(bench.receiver.gate.asked) >= asked + 2)
    assert bench.code() == 0
    assert len(bench.receiver.pings) == before
    bench.receiver.mends()
    bench.pass_time(1)
    bench.tick()
    assert bench.last.kind == GOOD
    bench.pinger.close()
    told = [one.getMessage() for one in caplog.records if one.name == "havenwatch.heartbeat"]
    assert [one.split(":")[0] for one in told] == [
        "no ping arrives; ticks go on as usual",
        "pings arrive again",
    ]
    assert said in told[0]
    assert "secret-uuid" not in caplog.text
    assert BAD not in {one.kind for one in bench.receiver.pings}
