"""When a heartbeat is told, and what."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from monitor.liveness.heartbeat import Heartbeat
from monitor.liveness.ping import Kind, Ping
from tests.support import utc

AT = utc("2025-04-08 01:00")
EVERY = timedelta(seconds=60)


class Told:
    """A heartbeat whose judge says what it is told to."""

    def __init__(self) -> None:
        self.pings: list[Ping] = []
        self.troubles: tuple[str, ...] = ()
        self.judge_is_broken = False
        self.beat = Heartbeat(self.pings.append, EVERY, self.judge)

    def judge(self, at: datetime) -> tuple[str, ...]:
        if self.judge_is_broken:
            raise OSError("a path with a secret")
        return self.troubles

    def tick(self, seconds: int, failure: str = "") -> list[str]:
        """The pings of a tick so long after the first."""
        before, at = len(self.pings), AT + timedelta(seconds=seconds)
        self.beat.begins(at)
        if failure:
            self.beat.failed(at, failure)
        else:
            self.beat.ended(at)
        return [one.kind.name for one in self.pings[before:]]


def test_a_tick_is_reported_at_most_so_often() -> None:
    told = Told()
    reported = {seconds: told.tick(seconds) for seconds in range(0, 130, 15)}
    assert [seconds for seconds, pings in reported.items() if pings] == [0, 60, 120]
    assert reported[60] == ["STARTED", "GOOD"]


def test_start_and_end_of_a_tick_are_paired_and_ticks_are_not() -> None:
    told = Told()
    told.tick(0)
    told.tick(60)
    runs = [one.run_id for one in told.pings]
    assert runs[0] == runs[1] != runs[2] == runs[3]


def test_a_tick_that_takes_long_does_not_shift_the_next_report() -> None:
    told = Told()
    told.beat.begins(AT)
    told.beat.ended(AT + timedelta(seconds=14))
    assert told.tick(60) == ["STARTED", "GOOD"]


def test_a_turn_for_the_worse_is_told_at_once_and_then_as_often() -> None:
    told = Told()
    told.tick(0)
    told.troubles = ("cboe stale", "2 message(s) owed")
    assert told.tick(15) == ["BAD"]
    assert told.pings[-1].said == "cboe stale\n2 message(s) owed"
    assert [told.tick(30), told.tick(45), told.tick(60)] == [[], [], []]
    assert told.tick(75) == ["STARTED", "BAD"]
    told.troubles = ()
    assert told.tick(90) == []
    assert told.tick(135) == ["STARTED", "GOOD"]


@pytest.mark.parametrize("seconds", [0, 15])
def test_a_tick_that_raised_is_bad_at_once(seconds: int) -> None:
    told = Told()
    told.tick(0)
    assert told.tick(seconds + 15, "OperationalError: database is locked") == ["BAD"]
    assert told.pings[-1].said == "the tick failed: OperationalError: database is locked"


def test_a_judge_that_crashes_is_bad_news_by_its_kind_alone() -> None:
    told = Told()
    told.judge_is_broken = True
    assert told.tick(0) == ["STARTED", "BAD"]
    assert told.pings[-1].said == "the check itself failed: OSError"


def test_a_clock_that_went_back_does_not_silence_it() -> None:
    told = Told()
    told.tick(0)
    assert told.tick(-3600, "ClockWentBack") == ["STARTED", "BAD"]
    assert told.tick(-3540, "ClockWentBack") == ["STARTED", "BAD"]


def test_what_is_told_of_a_good_tick_says_when() -> None:
    told = Told()
    told.tick(0)
    assert told.pings[-1].said == "tick of 2025-04-08 01:00:00 UTC: running"
    assert told.pings[-1].kind is Kind.GOOD
