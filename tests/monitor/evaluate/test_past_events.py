"""A dated event that nobody acknowledged is past when its time is over, everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.states import AlertState, Reason
from rules.model import Signal
from rules.terms import Answer, Kind, Severity
from tests.monitor.evaluate.desk import AT, Desk
from tests.support import signal

ALERT = "joint_selloff/us/2025-04-10"
DAY = timedelta(hours=24)
BOTH = {"warning": ["slack", "duty"], "critical": ["slack", "duty"]}


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk(routes=BOTH, incident_channels=("duty",))
    made.see(signal(), Kind.EVENT)
    yield made
    made.database.close()


def test_it_is_past_after_its_time_and_its_incident_alone_is_told(desk: Desk) -> None:
    told = desk.told()
    assert desk.follow_up.next_due() == AT + DAY
    assert desk.follow_up.follow_up(AT + DAY - timedelta(seconds=1)) == []
    (ended,) = desk.follow_up.follow_up(AT + DAY)
    assert (ended.reason, ended.after.state) == (Reason.PAST, AlertState.PAST)
    assert ended.after.closed_at == AT + DAY
    assert desk.told() == [*told, f"{ALERT}#2 duty"]
    assert desk.follow_up.follow_up(AT + 2 * DAY) == []
    assert desk.follow_up.next_due() is None


def test_a_silence_holds_up_no_end(desk: Desk) -> None:
    desk.answers.silence("joint_selloff", None, AT + 3 * DAY, "Ann", "known", AT)
    (ended,) = desk.follow_up.follow_up(AT + DAY)
    assert ended.reason is Reason.PAST
    assert desk.told()[-1] == f"{ALERT}#2 duty"


def test_what_somebody_acknowledged_stays_with_the_name(desk: Desk) -> None:
    desk.answers.acknowledge(ALERT, "Ann", "", AT)
    assert desk.follow_up.follow_up(AT + 9 * DAY) == []
    assert desk.alert(ALERT).state is AlertState.OPEN


def test_what_is_past_needs_no_answer(desk: Desk) -> None:
    desk.follow_up.follow_up(AT + DAY)
    assert "is past: nothing to acknowledge" in desk.answers.acknowledge(ALERT, "Ann", "", AT + DAY)


# What newer numbers make of a past event: why it is told, how it stands then, and until when.
NEWER: dict[str, tuple[Signal, Reason | None, AlertState]] = {
    "the same": (signal(), None, AlertState.PAST),
    "worse": (signal(severity=Severity.CRITICAL), Reason.WORSENED, AlertState.OPEN),
    "milder": (signal(severity=Severity.NOTICE), Reason.REVISED, AlertState.PAST),
    "another size": (signal(ratios=(1.5, 2.0)), Reason.REVISED, AlertState.PAST),
    "it never happened": (signal(Answer.QUIET), Reason.WITHDRAWN, AlertState.WITHDRAWN),
}


@pytest.mark.parametrize("name", NEWER)
def test_newer_numbers_correct_what_is_past(name: str, desk: Desk) -> None:
    newer, reason, state = NEWER[name]
    desk.follow_up.follow_up(AT + DAY)
    later = AT + 2 * DAY
    transition = desk.see(replace(newer, known_at=later), Kind.EVENT)
    assert (None if transition is None else transition.reason) is reason
    found = desk.alert(ALERT)
    assert found.state is state
    if state is AlertState.PAST:
        assert found.closed_at == AT + DAY
    if state is AlertState.OPEN:
        assert desk.follow_up.next_due() is not None
        desk.follow_up.follow_up(later + DAY)
        assert desk.alert(ALERT).state is AlertState.PAST


def test_nothing_lists_it_as_open(desk: Desk) -> None:
    desk.follow_up.follow_up(AT + DAY)
    query = desk.database.connection.execute
    assert query("SELECT count(*) FROM open_alerts").fetchone()[0] == 0
    assert desk.alert_store.open_counts() == {}
    what = [row["what"] for row in query("SELECT what FROM alert_history")]
    assert what == ["opened as warning", "past, never acknowledged"]
