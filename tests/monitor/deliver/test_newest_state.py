"""What a channel keeps of an alert (Slack's first message, an incident) shows how the alert
stands, whatever comes late; and what comes late is said as what it was."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from alerts.channel import Channel
from alerts.channels.pagerduty import PagerDuty
from alerts.channels.slack import Slack
from alerts.quiet_hours import QuietHours
from monitor.clock import SimulatedClock
from monitor.deliver.message_builder import MessageBuilder
from monitor.deliver.notifier import Notifier
from monitor.retry import Retry
from rules.terms import Answer, Kind, Severity
from state.outbox import Outbox
from state.outbox_actions import OutboxActions
from tests.alerts.http_gate import Answer as HttpAnswer
from tests.alerts.http_gate import HttpGate
from tests.alerts.pagerduty_standin import ROUTING_KEY, PagerDutyStandin
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.monitor.evaluate.desk import AT, JUMP, ZONE, Desk, jump
from tests.support import signal

ALERT = "joint_selloff/us/2025-04-10"
SECRETS = {"HAVENWATCH_SLACK_TOKEN": TOKEN, "HAVENWATCH_PAGERDUTY_ROUTING_KEY": ROUTING_KEY}
NOT_FOUND: HttpAnswer = (200, b'{"ok": false, "error": "channel_not_found"}', {})
REFUSED: HttpAnswer = (400, b'{"message": "Event object is invalid"}', {})
BOTH = ["slack", "duty"]


@dataclass
class Duty:
    """PagerDuty that refuses the next events, where that is wanted."""

    standin: PagerDutyStandin = field(default_factory=PagerDutyStandin)
    refusing: int = 0
    actions: list[str] = field(default_factory=list)

    def take(self, path: str, headers: Any, body: bytes) -> HttpAnswer:
        if self.refusing:
            self.refusing -= 1
            return REFUSED
        self.actions.append(json.loads(body)["event_action"])
        return self.standin.take(path, headers, body)


class Room(Desk):
    """A desk that is told over real HTTP, in Slack and PagerDuty."""

    def __init__(self, slack: SlackStandin, duty: HttpGate, **terms: object):
        super().__init__(routes={"warning": BOTH, "critical": BOTH, "notice": BOTH}, **terms)
        self.clock = SimulatedClock(AT)
        channels: dict[str, Channel] = {
            "slack": Slack(conversation=CONVERSATION, base_url=slack.base_url, app_token_env="APP"),
            "duty": PagerDuty(base_url=duty.root),
        }
        pages = MessageBuilder(self.database, {}, ZONE)
        retry = Retry(timedelta(minutes=1), timedelta(hours=1))
        self.dispatch = Notifier(
            self.database, channels, SECRETS, pages, retry, timedelta(hours=72), self.clock
        )

    def send(self, after: timedelta = timedelta(minutes=1)) -> None:
        """Send what is due some time after the alert opened."""
        self.clock.advance_to(AT + after)
        self.dispatch.dispatch(self.clock.now())

    def retry_all(self) -> None:
        for one in Outbox(self.database).unsettled():
            OutboxActions(self.database).retry(one.delivery_id, self.clock.now(), look_first=True)
        self.send()


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        yield standin


@pytest.fixture
def duty() -> Duty:
    return Duty()


@pytest.fixture
def room(slack: SlackStandin, duty: Duty) -> Iterator[Room]:
    with HttpGate(duty.take) as gate:
        made = Room(slack, gate)
        yield made
        made.database.close()


def _acknowledged(room: Room) -> None:
    room.see(jump())
    room.send()
    room.answers.acknowledge(JUMP, "Ann", "", AT)


def _worse(room: Room) -> None:
    room.see(jump())
    room.send()
    room.see(jump(0.01, severity=Severity.CRITICAL))


def _resolved(room: Room) -> None:
    room.see(jump())
    room.send()
    room.see(jump(0.01, Answer.QUIET))


def _withdrawn(room: Room) -> None:
    room.see(signal(), Kind.EVENT)
    room.send()
    room.see(signal(Answer.QUIET), Kind.EVENT)


def _worse_and_acknowledged(room: Room) -> None:
    _worse(room)
    room.answers.acknowledge(JUMP, "Ann", "", AT)


# What becomes of an alert whose first message is a dead letter: how that message says so, the
# buttons below the alert's message in Slack, and the events that PagerDuty gets.
LATER: dict[str, tuple[Callable[[Room], None], str, list[str], list[str]]] = {
    "acknowledged": (
        _acknowledged, "acknowledged by Ann", ["snooze", "explain"], ["acknowledge"] * 2,
    ),
    "worse": (_worse, "now critical", ["acknowledge", "snooze", "explain"], ["trigger"] * 2),
    "resolved": (_resolved, "resolved", [], ["resolve"] * 2),
    "withdrawn": (_withdrawn, "withdrawn", [], ["resolve"] * 2),
    "worse and acknowledged": (
        _worse_and_acknowledged,
        "now critical",
        ["snooze", "explain"],
        ["acknowledge"] * 3,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LATER)
def test_a_dead_letter_tried_again_is_said_as_what_it_was_and_changes_no_state(
    name: str, room: Room, slack: SlackStandin, duty: Duty
) -> None:
    happens, since, buttons, actions = LATER[name]
    slack.fail_next.append(NOT_FOUND)
    duty.refusing = 1
    happens(room)
    room.send()
    before = copy.deepcopy(slack.messages)
    room.retry_all()
    head, late = slack.messages[0], slack.messages[-1]
    assert late["text"].startswith("[delayed] [WARNING")
    assert late["thread_ts"] == head["ts"]
    assert f"Since then: {since}" in json.dumps(late["blocks"])
    # The first message shows what it showed, with the buttons of that.
    assert (head["text"], _buttons(head)) == (before[-1]["text"], buttons)
    assert duty.actions == actions
    assert set(duty.standin.incidents) == ({JUMP} if name == "worse" else set())
    assert all(one.payload["severity"] == "critical" for one in duty.standin.incidents.values())


def _buttons(message: dict[str, Any]) -> list[str]:
    actions = [one for one in message["blocks"] if one["type"] == "actions"]
    return [one["action_id"] for block in actions for one in block["elements"]]


def test_a_dead_letter_that_becomes_the_first_message_has_the_buttons_of_now(
    room: Room, slack: SlackStandin
) -> None:
    slack.fail_next += [NOT_FOUND, NOT_FOUND]
    _resolved(room)
    room.send()
    resolved = [one for one in Outbox(room.database).unsettled() if one.key == f"{JUMP}#2"]
    OutboxActions(room.database).drop(resolved[0].delivery_id, AT, "Ann")
    room.retry_all()
    (message,) = slack.messages
    assert "Since then: resolved" in json.dumps(message["blocks"])
    assert _buttons(message) == []


def test_what_is_told_in_order_is_not_late(room: Room, slack: SlackStandin) -> None:
    room.see(jump())
    room.see(jump(0.01, severity=Severity.CRITICAL))
    room.send()
    first, second = slack.messages
    assert first["text"].startswith("[CRITICAL")  # as the second left it
    assert second["text"].startswith("[CRITICAL")
    assert "Since then" not in json.dumps(slack.messages)


def test_what_quiet_hours_held_names_what_came_since_and_its_channel_is_not_told(
    slack: SlackStandin, duty: Duty
) -> None:
    with HttpGate(duty.take) as gate:
        night = QuietHours(begin="18:00", end="07:00")
        room = Room(slack, gate, quiet_hours=night)
        room.see(signal(), Kind.EVENT)
        room.answers.silence("joint_selloff", None, AT + timedelta(hours=2), "Ann", "known", AT)
        room.see(signal(provisional=False, ratios=(3.0, 3.0)), Kind.EVENT)
        room.send(timedelta(hours=13))
        (message,) = slack.messages
        assert message["text"].startswith("[delayed] [WARNING")
        assert "Since then: revised to warning" in json.dumps(message["blocks"])
        room.database.close()
