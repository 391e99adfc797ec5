"""How far each digest told, and what of it nobody was told of before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.lifecycle import step
from rules.terms import Kind
from state.alert_store import AlertStore
from state.database import Database
from state.digests import Digests
from state.outbox import Outbox
from state.suppressions import SuppressionReason, Suppressions
from tests.alerts.message.test_pages import page
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")


@pytest.fixture
def database() -> Iterator[Database]:
    scratch = Database(None)
    yield scratch
    scratch.close()


def test_transitions_come_in_the_order_in_which_they_were_recorded(database: Database) -> None:
    alert_store, digests = AlertStore(database), Digests(database)
    assert digests.recorded() == 0
    found = []
    for subject, known_at in (("late", AT), ("early", AT - timedelta(days=1))):
        opened = step(
            None, signal(subject=subject, known_at=known_at), Kind.EVENT, timedelta(days=9)
        )
        assert opened is not None
        with database.immediate() as connection:
            alert_store.record_transition(connection, opened, ())
        found.append((digests.recorded(), opened))
    (first, late), (second, early) = found
    # What was known before is found although it was recorded after.
    assert digests.transitions_between(first, second) == [early]
    assert digests.transitions_between(0, second) == [early, late]
    assert digests.transitions_between(second, second) == []


def test_why_nobody_was_told_is_known_of_what_was_withheld(database: Database) -> None:
    alert_store, withheld = AlertStore(database), Suppressions(database)
    opened = step(None, signal(), Kind.EVENT, timedelta(days=9))
    assert opened is not None
    assert withheld.reasons([]) == {}
    assert withheld.reasons([opened.transition_id]) == {}
    with database.immediate() as connection:
        alert_store.record_transition(connection, opened, ())
        withheld.record(connection, opened.transition_id, SuppressionReason.SILENCED, "")
    assert withheld.reasons([opened.transition_id, "another"]) == {
        opened.transition_id: SuppressionReason.SILENCED
    }


def test_how_far_the_newest_digest_told_is_remembered(database: Database) -> None:
    outbox, digests = Outbox(database), Digests(database)
    assert digests.told_through() is None
    for days, told_through in ((0, 7), (1, 9)):
        at = AT + timedelta(days=days)
        with database.immediate() as connection:
            outbox.promise_digest(connection, at.date(), page(), (), at, told_through)
    assert digests.told_through() == 9
