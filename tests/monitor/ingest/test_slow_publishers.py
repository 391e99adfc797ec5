"""A publisher that hangs, or that a program died of, keeps nobody from the others."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.ingest.polling import POLLING_S
from state.database import Database
from state.health import Health
from state.source_in_flight import SourceInFlight
from tests.alerts.dripping import Drip, Dripping
from tests.support import DECIDING, app_over, new_york

# The evening of a joint selloff: its closes are all out.
EVENING = "2025-04-10 22:40"


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(new_york(EVENING))


def states(database: Database) -> dict[str, str]:
    return {name: one.state for name, one in Health(database).sources().items()}


def test_while_one_hangs_the_others_are_asked_and_alerts_told_in_the_same_tick(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    with Dripping(Drip.UNTIL_CLOSE) as server:
        # It is asked before two others; its 0.4 s stand for the two minutes of a desk.
        slow = replace(app.sources["nyfed_acm"], base_url=server.root)
        object.__setattr__(slow, "timeout_s", 0.1)
        app.sources["nyfed_acm"] = slow
        app.tick(clock.now())
    assert states(app.database) == dict.fromkeys(DECIDING, "OK") | {"nyfed_acm": "UNREACHABLE"}
    told = [page.about.alert_id for page in channel.pages if page.about is not None]
    assert told == ["joint_selloff/us/2025-04-10"]
    assert SourceInFlight(app.database).interrupted() == frozenset()
    app.close()


@pytest.mark.slow
def test_the_source_that_a_program_died_of_is_asked_last_by_the_next(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    def die(step: str) -> None:
        if step == "fetched cboe":
            raise SystemExit

    app = app_over(standins, clock, tmp_path, observe=die)
    with pytest.raises(SystemExit):
        app.tick(clock.now())
    app.close()
    steps: list[str] = []
    channel = RecordingChannel()
    again = app_over(standins, clock, tmp_path, channel, steps.append)
    assert again.due_sources(clock.now())[-1] == "cboe"
    again.tick(clock.now())
    # All else is told before, and what it brings in the same tick: the next may be hours away.
    asked = steps.index("polled cboe")
    assert steps.index("dispatch") < steps.index("heartbeat") < asked
    assert [one for one in steps[asked:] if one in ("decide", "dispatch")] == ["decide", "dispatch"]
    told = [page.about.alert_id for page in channel.pages if page.about is not None]
    assert told == ["term_premium_day/acm_10y/2025-04-08", "joint_selloff/us/2025-04-10"]
    assert SourceInFlight(again.database).interrupted() == frozenset()
    again.close()


def test_when_all_hang_the_tick_goes_on_and_the_rest_is_asked_in_the_next(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    def hang(reply: Reply) -> Reply:
        clock.sleep(POLLING_S / 2 + 1)
        return Reply(503, b"", "text/plain")

    for name in DECIDING:
        standins.faults[name] = hang
    steps: list[str] = []
    app = app_over(standins, clock, tmp_path, observe=steps.append)
    for ticks in (1, 2, 3):
        app.tick(clock.now())
        polled = [one for one in steps if one.startswith("polled")]
        assert len(polled) == min(2 * ticks, len(DECIDING))
        assert steps.count("decide") == ticks
    assert len(set(polled)) == len(DECIDING)
    app.close()
