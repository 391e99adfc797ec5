"""The calendar of TIC releases is data that runs out: the operator is told in time and once, days
are added in the configuration, and behind the last one a release is awaited all the same."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from alerts.states import Reason
from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.demo.server import Standins
from monitor.errors import ConfigInvalid
from monitor.evaluate.health_rules import calendar_signals
from monitor.ingest.calendars import (
    NYSE,
    US_BONDS,
    AddedDays,
    add_days,
    is_session,
    next_tic_release,
    tic_release,
    tic_release_days,
    tic_releases_left,
)
from monitor.ingest.releases import next_releases
from monitor.sources.treasury_tic import TreasuryTic
from rules.terms import Answer
from state.alert_store import AlertStore
from tests.support import app_over, new_york

JANUARY, FEBRUARY = date(2027, 1, 31), date(2027, 2, 28)


@pytest.fixture(autouse=True)
def _only_the_listed_days() -> Iterator[None]:
    yield
    add_days(AddedDays())


def configure(text: str) -> None:
    build(tomllib.loads(text), {}, Path())


def test_it_warns_while_there_is_time_to_learn_the_next_days() -> None:
    (early,) = calendar_signals(new_york("2026-11-24 12:00"))
    assert early.answer is Answer.QUIET
    assert tic_releases_left(new_york("2027-01-18 12:00")) == 3
    (late,) = calendar_signals(new_york("2027-01-19 16:00"))
    assert late.answer is Answer.FIRING
    assert "The TIC calendar ends in 2 releases" in late.explained.headline
    assert "[calendar.tic]" in late.explained.caveat


def test_the_warning_is_told_once_and_ends_when_days_are_added(tmp_path: Path) -> None:
    clock = SimulatedClock(new_york("2027-01-19 17:00"))
    with Standins(clock.now, {}) as standins:
        app = app_over(standins, clock, tmp_path, watched=(), judged=())
        told = []
        for days in (0, 29, 31, 61, 92, 200):
            clock.advance_to(new_york("2027-01-19 17:00") + timedelta(days=days))
            told += app.tick(clock.now())
        assert [one.reason for one in told] == [Reason.OPENED]
        added = "\n".join(f'"2027-{n:02d}" = "2027-{n + 2:02d}-15"' for n in range(7, 11))
        configure(f"[calendar.tic]\n{added}")
        app.tick(clock.now() + timedelta(hours=1))
        (alert,) = AlertStore(app.database).alerts()
        assert alert.state.name == "RESOLVED"
        app.close()


def test_days_are_added_in_the_configuration() -> None:
    assert tic_release(FEBRUARY)[1]
    configure(
        """
        [calendar]
        tic = { "2027-02" = "2027-04-16", "2027-03" = 2027-05-17 }
        closed = { XNYS = ["2027-03-03"] }
        open = { XSIF = ["2027-03-26"] }
        """
    )
    assert tic_release(FEBRUARY) == (new_york("2027-04-16 16:00"), False)
    assert next_tic_release(new_york("2027-04-16 16:01"))[1:] == (
        new_york("2027-05-17 16:00"),
        False,
    )
    assert [
        one.at for one in next_releases(new_york("2027-04-01 12:00")) if "TIC" in one.title
    ] == [new_york("2027-04-16 16:00")]
    assert not is_session(NYSE, date(2027, 3, 3))
    assert is_session(US_BONDS, date(2027, 3, 26))
    assert TreasuryTic().next_poll(new_york("2027-04-16 12:00"), JANUARY) == new_york(
        "2027-04-16 16:00"
    )
    configure("")
    assert tic_release(FEBRUARY)[1]
    assert is_session(NYSE, date(2027, 3, 3))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            'tic = { "2027-2" = "2027-04-16" }',
            "calendar.tic.2027-2: expected a data month; write it as",
        ),
        ('tic = { "2027-02" = "16 April" }', "calendar.tic.2027-02"),
        (
            'closed = { NYSE = ["2027-03-03"] }',
            "calendar.closed.NYSE: no such calendar; did you mean 'XNYS'?",
        ),
        ('closed = { XNYS = "2027-03-03" }', "calendar.closed.XNYS"),
        ('shut = { XNYS = ["2027-03-03"] }', "calendar.shut"),
    ],
)
def test_a_mistake_in_them_is_told(text: str, expected: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        configure(f"[calendar]\n{text}")
    assert expected in str(caught.value)


def asked(tic: TreasuryTic, since: str, until: str) -> list[datetime]:
    at, found = new_york(since), []
    while (at := tic.next_poll(at, JANUARY)) < new_york(until):
        found.append(at)
    return found


def test_an_estimated_day_is_awaited_closely_round_its_hour() -> None:
    days = tic_release_days(FEBRUARY)
    assert days[0] == new_york("2027-04-13 16:00")
    assert tic_release(FEBRUARY) == (new_york("2027-04-16 16:00"), True)
    assert days[-1] == new_york("2027-04-20 16:00")
    tic = TreasuryTic()
    for day in days:
        assert tic.awaits_release(JANUARY, day)
        assert not tic.awaits_release(JANUARY, day + timedelta(minutes=20))
    on_the_day = asked(tic, "2027-04-16 15:00", "2027-04-16 17:00")
    assert on_the_day[0] == new_york("2027-04-16 16:00")
    assert on_the_day[1] - on_the_day[0] == timedelta(seconds=30)
    assert len(on_the_day) == 42  # twenty minutes, and the usual poll of 16:30
    weekend = asked(tic, "2027-04-17 00:00", "2027-04-18 00:00")
    assert [f"{at:%H:%M}" for at in weekend] == ["13:00", "20:30"]
    # It is late only when the last of the days is past.
    assert tic.stale_at(JANUARY) > days[-1] + timedelta(hours=72)


@pytest.mark.parametrize(
    ("newest", "known"), [(date(2026, 12, 31), "2027-03-18"), (JANUARY, "2027-04-16")]
)
def test_a_named_wait_is_taken_and_never_beyond_the_windows_next_poll(
    newest: date, known: str
) -> None:
    tic = TreasuryTic()
    before, inside = new_york(f"{known} 15:50"), new_york(f"{known} 16:05")
    assert tic.window_poll(before, newest) == new_york(f"{known} 16:00")
    assert tic.window_poll(inside, newest) == inside + timedelta(seconds=30)
