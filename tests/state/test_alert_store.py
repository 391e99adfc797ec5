"""Alerts and transitions come back as they were stored."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from alerts.lifecycle import step
from alerts.model import Release
from rules.model import Answer, Evidence, Explained, Kind, Severity
from state.alert_store import Evaluation, Ledger
from state.database import Database
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")


@pytest.fixture
def database() -> Iterator[Database]:
    scratch = Database(None)
    yield scratch
    scratch.close()


def test_a_transition_comes_back_as_it_was(database: Database) -> None:
    said = Explained(
        "Fell −3.5 %.",
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
    ledger = Ledger(database)
    with database.immediate() as connection:
        ledger.record_transition(connection, opened, releases)
        ledger.record_transition(connection, worse, ())
    assert ledger.transition(opened.transition_id) == (opened, releases)
    assert ledger.transition(worse.transition_id) == (worse, ())
    assert ledger.alerts() == [worse.after]
    assert ledger.alerts("another_rule") == []


def test_what_an_alert_was_told_with_is_its_last_firing_signal(database: Database) -> None:
    fired = signal(explained=Explained("fired"))
    opened = step(None, fired, Kind.EVENT, timedelta(days=9))
    assert opened is not None
    gone = step(opened.after, signal(Answer.QUIET), Kind.EVENT, timedelta(days=9))
    assert gone is not None
    ledger = Ledger(database)
    with database.immediate() as connection:
        ledger.record_transition(connection, opened, ())
        ledger.record_transition(connection, gone, ())
    assert ledger.last_firing_signal(opened.after.alert_id) == fired


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
    ledger = Ledger(database)
    assert ledger.decided_until("joint_selloff") is None
    with database.immediate() as connection:
        ledger.record_evaluations(connection, [answer, answer])
        ledger.record_progress(connection, "joint_selloff", AT)
    assert ledger.decided_until("joint_selloff") == AT
    assert ledger.judged_through("joint_selloff") == {"us": date(2025, 4, 10)}
    assert ledger.latest_evaluations() == [answer]
    assert ledger.evaluations(AT - timedelta(seconds=1), AT) == [answer]
    assert ledger.evaluations(AT, AT + timedelta(days=1)) == []
