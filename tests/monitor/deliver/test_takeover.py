"""What is sent where another host may have sent it, or may lead by now."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from alerts.channels.slack import Slack
from alerts.channels.webhook import Webhook
from monitor.clock import SimulatedClock
from rules.terms import Kind
from state.leader_lock import LeaderLock
from state.leaderships import LeadingHost, record_leadership
from tests.alerts.http_gate import HttpGate
from tests.alerts.slack_standin import CONVERSATION, SlackStandin
from tests.alerts.webhook_standin import WebhookStandin
from tests.monitor.deliver.test_tries import SECRETS, dispatch
from tests.monitor.evaluate.desk import AT, Desk
from tests.support import signal


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.database.close()


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as running:
        yield running


def restored(desk: Desk, hours_ago: int = 0) -> None:
    """Have the database be another host's replica."""
    taken_at = AT - timedelta(hours=hours_ago)
    with desk.database.immediate() as connection:
        record_leadership(connection, LeadingHost(2, "b", taken_at, 1, taken_at))


def channel(slack: SlackStandin) -> Slack:
    return Slack(conversation=CONVERSATION, base_url=slack.base_url)


def send(desk: Desk, slack: SlackStandin) -> None:
    dispatch(desk, channel(slack), SimulatedClock(AT)).dispatch(AT)


def sent_by_the_other_host(desk: Desk, slack: SlackStandin) -> int:
    """The messages that are there after a send of which this database knows nothing."""
    desk.see(signal(), Kind.EVENT)
    send(desk, slack)
    with desk.database.immediate() as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'due', attempts = 0, receipt = NULL, changed_at = NULL"
        )
        connection.execute("DELETE FROM delivery_places")
    return len(slack.posted)


def test_what_the_other_host_has_sent_is_found_and_not_sent_again(
    desk: Desk, slack: SlackStandin
) -> None:
    there = sent_by_the_other_host(desk, slack)
    restored(desk)
    send(desk, slack)
    assert len(slack.posted) == there
    assert desk.outbox.unsettled() == []


def test_what_the_other_host_has_not_sent_is_sent(desk: Desk, slack: SlackStandin) -> None:
    restored(desk)
    desk.see(signal(), Kind.EVENT)
    send(desk, slack)
    assert slack.posted
    assert desk.outbox.unsettled() == []


def test_while_slack_cannot_be_asked_nothing_is_sent(desk: Desk, slack: SlackStandin) -> None:
    restored(desk)
    desk.see(signal(), Kind.EVENT)
    slack.fail_method["conversations.history"] = (500, b"", {})
    send(desk, slack)
    assert slack.posted == []
    (waiting,) = desk.outbox.unsettled()
    assert waiting.not_before > AT


def test_slack_that_can_never_be_asked_is_sent_to_all_the_same(
    desk: Desk, slack: SlackStandin
) -> None:
    restored(desk)
    desk.see(signal(), Kind.EVENT)
    answer = b'{"ok": false, "error": "missing_scope"}'
    slack.fail_method["conversations.history"] = (200, answer, {})
    send(desk, slack)
    assert slack.posted
    assert desk.outbox.unsettled() == []


def test_a_day_later_nobody_is_asked(desk: Desk, slack: SlackStandin) -> None:
    restored(desk, hours_ago=25)
    desk.see(signal(), Kind.EVENT)
    send(desk, slack)
    assert "conversations.history" not in slack.calls


class Right(LeaderLock):
    """The right to act, which ends when it has been asked for so often."""

    def __init__(self, answers: int):
        super().__init__(None)
        self.answers = answers

    @property
    def is_held(self) -> bool:
        self.answers -= 1
        return self.answers >= 0

    def confirm(self) -> bool:
        return self.answers > 0


def send_with(desk: Desk, answers: int) -> WebhookStandin:
    """A webhook that is sent what is due by a host whose right ends after so many questions."""
    desk.see(signal(), Kind.EVENT)
    receiver = WebhookStandin(lambda: AT)
    with HttpGate(receiver.take) as gate:
        secrets = {**SECRETS, "HAVENWATCH_WEBHOOK_URL": f"{gate.root}/hook"}
        dispatch(desk, Webhook(), SimulatedClock(AT), secrets, Right(answers)).dispatch(AT)
    return receiver


def test_a_host_that_lost_the_lease_claims_nothing(desk: Desk) -> None:
    assert send_with(desk, 0).messages == []
    (delivery,) = [one for one in desk.outbox.unsettled() if one.channel == "slack"]
    assert delivery.attempts == 0


def test_a_host_that_loses_the_lease_while_it_sends_sends_nothing(desk: Desk) -> None:
    # The first question is asked before the channel is, the second before its bytes leave.
    assert send_with(desk, 1).messages == []
    (delivery,) = [one for one in desk.outbox.unsettled() if one.channel == "slack"]
    assert delivery.attempts == 1


def test_a_host_that_has_the_lease_until_the_last_byte_sends(desk: Desk) -> None:
    assert len(send_with(desk, 2).messages) == 1
