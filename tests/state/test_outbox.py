"""Deliveries: claimed under a lease, in order, settled once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from alerts.lifecycle import step
from alerts.model import DeliveryStatus
from rules.model import Kind
from state.database import Database
from state.ledger import Ledger
from state.outbox import Delivery, Outbox
from tests.alerts.test_pages import page
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")
LEASE = timedelta(minutes=5)
BOTH = ("email", "slack")


@pytest.fixture
def database() -> Iterator[Database]:
    scratch = Database(None)
    yield scratch
    scratch.close()


def promise(database: Database, subject: str, *channels: str) -> None:
    transition = step(None, signal(subject=subject), Kind.EVENT, timedelta(days=9))
    assert transition is not None
    with database.immediate() as connection:
        Ledger(database).record_transition(connection, transition, ())
        Outbox(database).promise_transition(connection, transition.transition_id, channels, AT)


def claimed(outbox: Outbox, at: timedelta = timedelta(0)) -> Delivery:
    delivery = outbox.claim(AT + at, LEASE, BOTH)
    assert delivery is not None
    return delivery


def test_each_delivery_is_claimed_once_while_its_lease_lasts(database: Database) -> None:
    promise(database, "a", "slack")
    outbox = Outbox(database)
    assert claimed(outbox).attempts == 0
    assert outbox.claim(AT, LEASE, BOTH) is None
    again = claimed(outbox, LEASE)
    assert again.attempts == 1
    assert again.status is DeliveryStatus.SENDING


def test_a_sent_delivery_is_never_claimed_again(database: Database) -> None:
    promise(database, "a", "slack")
    outbox = Outbox(database)
    outbox.settle_sent(claimed(outbox).delivery_id, AT, "ts 1")
    assert outbox.claim(AT + timedelta(days=9), LEASE, BOTH) is None
    assert outbox.unsettled() == []


def test_a_channel_that_waits_holds_back_its_own_messages_and_nobody_elses(
    database: Database,
) -> None:
    promise(database, "a", "slack", "email")
    promise(database, "b", "slack", "email")
    outbox = Outbox(database)
    first = claimed(outbox)
    assert first.channel == "slack"
    outbox.settle_retry(first.delivery_id, AT, AT + timedelta(minutes=1), "HTTP 503")
    mails = [claimed(outbox)]
    outbox.settle_sent(mails[0].delivery_id, AT, "id")
    mails.append(claimed(outbox))
    outbox.settle_sent(mails[1].delivery_id, AT, "id")
    assert [(one.channel, one.transition_id) for one in mails] == [
        ("email", "joint_selloff/a/2025-04-10#1"),
        ("email", "joint_selloff/b/2025-04-10#1"),
    ]
    assert outbox.claim(AT, LEASE, BOTH) is None
    assert outbox.next_due(BOTH) == AT + timedelta(minutes=1)
    assert claimed(outbox, timedelta(minutes=1)).delivery_id == first.delivery_id


def test_a_dead_letter_is_kept_to_be_seen_and_holds_nothing_back(database: Database) -> None:
    promise(database, "a", "slack")
    promise(database, "b", "slack")
    outbox = Outbox(database)
    outbox.settle_dead(claimed(outbox).delivery_id, AT, "invalid_auth")
    assert claimed(outbox).transition_id == "joint_selloff/b/2025-04-10#1"
    (dead, _) = outbox.unsettled()
    assert dead.status is DeliveryStatus.DEAD
    assert dead.problem == "invalid_auth"


def test_a_channel_that_is_not_configured_is_left_alone(database: Database) -> None:
    promise(database, "a", "gone")
    outbox = Outbox(database)
    assert outbox.claim(AT, LEASE, BOTH) is None
    assert outbox.next_due(BOTH) is None


def test_a_digest_is_owed_once_a_day_and_its_page_comes_back_as_it_was(
    database: Database,
) -> None:
    outbox, day = Outbox(database), date(2025, 4, 10)
    with database.immediate() as connection:
        outbox.promise_digest(connection, day, page(), ("email",), AT)
    assert outbox.digest_page(day) == page()
    assert outbox.digest_dates() == [day]
    assert claimed(outbox).digest_date == day
    with pytest.raises(Exception, match="UNIQUE"), database.immediate() as connection:
        outbox.promise_digest(connection, day, page(), ("email",), AT)


def test_who_was_told_of_an_alert_is_remembered(database: Database) -> None:
    promise(database, "a", "slack", "email")
    assert Outbox(database).channels_told("joint_selloff/a/2025-04-10") == BOTH
    assert Outbox(database).channels_told("joint_selloff/b/2025-04-10") == ()
