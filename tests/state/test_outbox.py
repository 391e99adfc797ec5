"""Deliveries: claimed under a lease, in order, settled once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from alerts.lifecycle import step
from alerts.message.sections import Image
from alerts.states import DeliveryStatus
from rules.terms import Kind
from state.alert_store import AlertStore
from state.database import Database
from state.delivery import Delivery
from state.notification_log import NotificationLog
from state.outbox import Outbox
from state.outbox_actions import OutboxActions
from state.partial_deliveries import PartialDeliveries
from tests.alerts.message.test_pages import page
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")
LATER = AT + timedelta(minutes=1)
LEASE = timedelta(seconds=30)
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
        AlertStore(database).record_transition(connection, transition, ())
        Outbox(database).promise_transition(connection, transition.transition_id, channels, AT)


def claimed(outbox: Outbox, at: timedelta = timedelta(0), channel: str = "slack") -> Delivery:
    delivery = outbox.claim(AT + at, LEASE, channel)
    assert delivery is not None
    return delivery


def test_each_delivery_is_claimed_once_while_its_lease_lasts(database: Database) -> None:
    promise(database, "a", "slack")
    outbox = Outbox(database)
    assert claimed(outbox).attempts == 0
    assert outbox.claim(AT, LEASE, "slack") is None
    again = claimed(outbox, LEASE)
    assert again.attempts == 1
    assert again.status is DeliveryStatus.SENDING


def test_a_sent_delivery_is_never_claimed_again(database: Database) -> None:
    promise(database, "a", "slack")
    outbox = Outbox(database)
    outbox.settle_sent(claimed(outbox).delivery_id, AT, "ts 1")
    assert outbox.claim(AT + timedelta(days=9), LEASE, "slack") is None
    assert outbox.unsettled() == []


def test_a_channel_that_waits_holds_back_its_own_messages_and_nobody_elses(
    database: Database,
) -> None:
    promise(database, "a", "slack", "email")
    promise(database, "b", "slack", "email")
    outbox = Outbox(database)
    first = claimed(outbox)
    later = AT + timedelta(minutes=1)
    outbox.settle_retry(first.delivery_id, AT, later, "HTTP 503", unsure=False)
    mails = [claimed(outbox, channel="email")]
    outbox.settle_sent(mails[0].delivery_id, AT, "id")
    mails.append(claimed(outbox, channel="email"))
    outbox.settle_sent(mails[1].delivery_id, AT, "id")
    assert [one.transition_id for one in mails] == [
        "joint_selloff/a/2025-04-10#1",
        "joint_selloff/b/2025-04-10#1",
    ]
    assert outbox.claim(AT, LEASE, "slack") is None
    assert outbox.due_channels(AT, BOTH) == []
    assert outbox.next_due(BOTH) == later
    assert outbox.due_channels(later, BOTH) == ["slack"]
    assert claimed(outbox, timedelta(minutes=1)).delivery_id == first.delivery_id


def test_what_may_have_arrived_comes_back_as_being_sent(database: Database) -> None:
    promise(database, "a", "slack")
    outbox = Outbox(database)
    outbox.settle_retry(claimed(outbox).delivery_id, AT, AT, "no answer", unsure=True)
    assert claimed(outbox).status is DeliveryStatus.SENDING
    outbox.settle_retry(1, AT, AT, "HTTP 429", unsure=False)
    assert claimed(outbox).status is DeliveryStatus.DUE


def hold(database: Database, subject: str, until: datetime, number: int = 1) -> None:
    with database.immediate() as connection:
        Outbox(database).promise_transition(
            connection, f"joint_selloff/{subject}/2025-04-10#{number}", ["slack"], AT, until
        )


def test_what_is_held_holds_back_only_its_own_alert(database: Database) -> None:
    until = AT + timedelta(hours=8)
    promise(database, "a")
    hold(database, "a", until)
    promise(database, "b", "slack")
    outbox = Outbox(database)
    assert claimed(outbox).transition_id == "joint_selloff/b/2025-04-10#1"
    assert outbox.claim(AT, LEASE, "slack") is None
    outbox.settle_sent(2, AT, "ts")
    assert outbox.next_due(BOTH) == until
    with database.immediate() as connection:
        outbox.release(connection, "joint_selloff/a/2025-04-10", AT)
    assert claimed(outbox).due_at == AT


def test_what_is_owed_already_is_not_owed_again(database: Database) -> None:
    promise(database, "a", "slack")
    hold(database, "a", AT)
    assert len(Outbox(database).unsettled()) == 1


# What became of the last try, and how it is tried again where the channel can be asked.
BLOCKS: dict[str, tuple[Callable[[Outbox, int], None], DeliveryStatus]] = {
    "never tried": (lambda *_: None, DeliveryStatus.DUE),
    "refused for the moment": (
        lambda outbox, one: outbox.settle_retry(one, AT, LATER, "HTTP 429", unsure=False),
        DeliveryStatus.DUE,
    ),
    "delivery unknown": (
        lambda outbox, one: outbox.settle_retry(one, AT, LATER, "HTTP 500", unsure=True),
        DeliveryStatus.SENDING,
    ),
    "its program died": (lambda *_: None, DeliveryStatus.SENDING),
    "dead, refused for certain": (
        lambda outbox, one: outbox.settle_dead(one, AT, "invalid_auth", unsure=False),
        DeliveryStatus.DUE,
    ),
    "dead, delivery unknown": (
        lambda outbox, one: outbox.settle_dead(one, AT, "no answer", unsure=True),
        DeliveryStatus.SENDING,
    ),
}


def blocked(database: Database, name: str) -> int:
    """The id of a message that is in that state."""
    promise(database, "a", "slack")
    outbox = Outbox(database)
    if name == "never tried":
        return outbox.unsettled()[0].delivery_id
    tried = claimed(outbox).delivery_id
    BLOCKS[name][0](outbox, tried)
    return tried


@pytest.mark.parametrize("name", BLOCKS)
def test_whatever_blocks_can_be_tried_again_now(database: Database, name: str) -> None:
    one, at = blocked(database, name), AT + timedelta(seconds=1)
    assert OutboxActions(database).retry(one, at, look_first=True)
    again = claimed(Outbox(database), at - AT)
    # It has its whole time once more.
    assert (again.delivery_id, again.status, again.created_at) == (one, BLOCKS[name][1], at)


@pytest.mark.parametrize("name", BLOCKS)
def test_a_channel_that_cannot_be_asked_is_sent_what_a_person_asks_for(
    database: Database, name: str
) -> None:
    OutboxActions(database).retry(blocked(database, name), AT, look_first=False)
    assert claimed(Outbox(database)).status is DeliveryStatus.DUE


@pytest.mark.parametrize("name", BLOCKS)
def test_whatever_blocks_can_be_dropped_once(database: Database, name: str) -> None:
    one, actions, outbox = blocked(database, name), OutboxActions(database), Outbox(database)
    assert actions.drop(one, AT, "Ann")
    assert not actions.drop(one, AT, "Ann")
    assert not actions.retry(one, AT, look_first=True)
    # A try that was on its way brings it back only where it arrived.
    outbox.settle_retry(one, AT, AT, "HTTP 500", unsure=True)
    assert outbox.unsettled() == []
    outbox.settle_sent(one, AT, "ts")
    assert outbox.counts() == {("slack", "sent"): 1}


def test_what_of_a_message_is_missing_is_tried_alone_and_holds_nothing_back(
    database: Database,
) -> None:
    promise(database, "a", "slack")
    promise(database, "b", "slack")
    outbox, rest, actions = Outbox(database), PartialDeliveries(database), OutboxActions(database)
    first = claimed(outbox).delivery_id
    outbox.settle_sent(first, AT, "ts", "refused for b@example.org (450)")
    rest.settle(first, AT, LATER, "refused for b@example.org (450)", ["b@example.org"])
    assert claimed(outbox).delivery_id != first
    assert rest.claim(AT, LEASE, "slack") is None
    assert outbox.next_due(BOTH) == AT + LEASE
    assert actions.retry(first, AT, look_first=True)
    part = rest.claim(AT, LEASE, "slack")
    assert part is not None
    assert (part.delivery_id, part.missing) == (first, ("b@example.org",))
    assert rest.claim(AT, LEASE, "slack") is None
    rest.settle(first, AT, AT, "")
    assert rest.remarked() == []
    rest.settle(first, AT, AT, "refused for b@example.org (550)")
    assert not actions.retry(first, AT, look_first=True)
    assert actions.drop(first, AT, "Ann")
    assert rest.remarked() == []


def test_a_dead_letter_is_kept_to_be_seen_and_holds_nothing_back(database: Database) -> None:
    promise(database, "a", "slack")
    promise(database, "b", "slack")
    outbox = Outbox(database)
    outbox.settle_dead(claimed(outbox).delivery_id, AT, "invalid_auth", unsure=False)
    assert claimed(outbox).transition_id == "joint_selloff/b/2025-04-10#1"
    (dead, _) = outbox.unsettled()
    assert dead.status is DeliveryStatus.DEAD
    assert dead.problem == "invalid_auth"


def test_a_channel_that_is_not_configured_is_left_alone(database: Database) -> None:
    promise(database, "a", "gone")
    outbox = Outbox(database)
    assert outbox.claim(AT, LEASE, "slack") is None
    assert outbox.next_due(BOTH) is None


def test_a_digest_is_owed_once_a_day_and_its_page_comes_back_as_it_was(
    database: Database,
) -> None:
    outbox, day = Outbox(database), date(2025, 4, 10)
    with database.immediate() as connection:
        outbox.promise_digest(connection, day, page(), ("email",), AT)
    assert outbox.digest_message(day) == page()
    assert outbox.digest_dates() == [day]
    assert claimed(outbox, channel="email").digest_date == day
    with pytest.raises(Exception, match="UNIQUE"), database.immediate() as connection:
        outbox.promise_digest(connection, day, page(), ("email",), AT)


def test_who_was_told_of_an_alert_is_remembered(database: Database) -> None:
    promise(database, "a", "slack", "email")
    assert NotificationLog(database).channels("joint_selloff/a/2025-04-10") == BOTH
    assert NotificationLog(database).channels("joint_selloff/b/2025-04-10") == ()


def test_a_digests_picture_comes_back_as_it_was(database: Database) -> None:
    outbox, day = Outbox(database), date(2025, 4, 10)
    picture = Image("Markets", "S&P 500 up.", b"\x89PNG\r\n\x1a\n\x00\xff")
    drawn = replace(page(), sections=(*page().sections, picture))
    with database.immediate() as connection:
        outbox.promise_digest(connection, day, drawn, (), AT)
    assert outbox.digest_message(day) == drawn
    assert outbox.digest_message(day).images == (picture,)
