"""Alerts and transitions come back as they were stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from alerts.lifecycle import step
from alerts.release import Release
from rules.model import AlertText, Evidence
from rules.terms import Answer, Kind, Severity
from state.alert_rows import Evaluation
from state.alert_store import AlertStore
from state.database import Database
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")


@pytest.fixture
def database() -> Iterator[Database]:
    scratch = Database(None)
    yield scratch
    scratch.close()


def test_a_transition_comes_back_as_it_was(database: Database) -> None:
    said = AlertText(
        "Fell −3.5%.",
        "Rarely.",
        "Not that.",
        (Evidence("Leg", None, "sd", date(2025, 4, 10), "Cboe", 0.5),),
        period="April 2025",
    )
    opened = step(None, signal(explained=said), Kind.EVENT, timedelta(days=9))
    assert opened is not None
    worse = step(opened.after, signal(severity=Severity.CRITICAL), Kind.EVENT, timedelta(days=9))
    assert worse is not None
    releases = (Release("TIC", AT, estimated=True),)
    alert_store = AlertStore(database)
    with database.immediate() as connection:
        alert_store.record_transition(connection, opened, releases)
        alert_store.record_transition(connection, worse, ())
    assert alert_store.transition(opened.transition_id) == (opened, releases)
    assert alert_store.transition(worse.transition_id) == (worse, ())
    assert alert_store.alerts() == [worse.after]
    assert alert_store.alerts("another_rule") == []


def test_what_an_alert_was_told_with_is_its_last_firing_signal(database: Database) -> None:
    fired = signal(explained=AlertText("fired"))
    opened = step(None, fired, Kind.EVENT, timedelta(days=9))
    assert opened is not None
    gone = step(opened.after, signal(Answer.QUIET), Kind.EVENT, timedelta(days=9))
    assert gone is not None
    alert_store = AlertStore(database)
    with database.immediate() as connection:
        alert_store.record_transition(connection, opened, ())
        alert_store.record_transition(connection, gone, ())
    assert alert_store.last_firing_signal(opened.after.alert_id) == fired


def test_progress_and_answers_come_back(database: Database) -> None:
    answer = Evaluation(
        "joint_selloff",
        "us",
        date(2025, 4, 10),
        AT,
        Answer.UNKNOWN,
        None,
        provisional=False,
        measure=None,
        measure_unit="sd",
        reason="no dollar",
        nearness=0.84,
    )
    alert_store = AlertStore(database)
    assert alert_store.decided_until("joint_selloff") is None
    with database.immediate() as connection:
        alert_store.record_evaluations(connection, [answer, answer])
        alert_store.record_progress(connection, "joint_selloff", AT)
    assert alert_store.decided_until("joint_selloff") == AT
    assert alert_store.judged_through("joint_selloff") == {"us": date(2025, 4, 10)}
    assert alert_store.latest_evaluations() == [answer]
    assert alert_store.evaluations(AT - timedelta(seconds=1), AT) == [answer]
    assert alert_store.evaluations(AT, AT + timedelta(days=1)) == []
