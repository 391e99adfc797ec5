"""A try is by the clock at that try, not by the tick's instant; and where it went is remembered."""

from __future__ import annotations

import email
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, ClassVar

import pytest

from alerts.channel import Channel, Sent, Undelivered
from alerts.channels.email import Email, Security
from alerts.channels.pagerduty import PagerDuty, pagerduty_event
from alerts.channels.slack import Slack
from alerts.channels.webhook import Webhook
from alerts.message.message import Message
from alerts.quiet_hours import QuietHours
from monitor.clock import SimulatedClock
from monitor.deliver.message_builder import MessageBuilder
from monitor.deliver.notifier import Notifier
from monitor.history.replay import RecordingChannel
from monitor.retry import Retry
from rules.terms import Kind, Severity
from state.leader_lock import LeaderLock
from tests.alerts.http_gate import HttpGate, refused
from tests.alerts.message.test_pages import page as told_page
from tests.alerts.pagerduty_standin import ROUTING_KEY, PagerDutyStandin
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.alerts.smtp_standin import SmtpStandin
from tests.alerts.webhook_standin import SECRET, WebhookStandin
from tests.monitor.evaluate.desk import AT, ZONE, Desk, haven
from tests.support import signal

# Publishers hung for so long before anything could be sent.
SLOW = timedelta(minutes=9)
TRIED_AT = AT + SLOW
SECRETS = {
    "HAVENWATCH_SLACK_TOKEN": TOKEN,
    "HAVENWATCH_PAGERDUTY_ROUTING_KEY": ROUTING_KEY,
    "HAVENWATCH_WEBHOOK_SECRET": SECRET,
}


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.database.close()


def dispatch(
    desk: Desk,
    channel: Channel,
    clock: SimulatedClock,
    secrets: Mapping[str, str] = SECRETS,
    right: LeaderLock | None = None,
) -> Notifier:
    return Notifier(
        desk.database,
        {"slack": channel, "pager": RecordingChannel()},
        secrets,
        MessageBuilder(desk.database, {}, ZONE),
        Retry(timedelta(minutes=1), timedelta(hours=1)),
        timedelta(hours=72),
        clock,
        right=right,
    )


def send_late(desk: Desk, channel: Channel, url: str = "") -> None:
    """Dispatch a tick of AT that comes to it at TRIED_AT."""
    secrets = {**SECRETS, "HAVENWATCH_WEBHOOK_URL": url}
    dispatch(desk, channel, SimulatedClock(TRIED_AT), secrets).dispatch(AT)


def test_a_webhook_is_signed_at_the_try(desk: Desk) -> None:
    desk.see(signal(), Kind.EVENT)
    # It refuses what is older than five minutes, as docs/channels.md advises.
    receiver = WebhookStandin(lambda: TRIED_AT)
    with HttpGate(receiver.take) as gate:
        send_late(desk, Webhook(), f"{gate.root}/hook")
    assert desk.outbox.unsettled() == []
    assert len(receiver.messages) == 1


def test_an_incidents_event_is_of_the_try(desk: Desk) -> None:
    desk.see(signal(), Kind.EVENT)
    receiver = PagerDutyStandin()
    with HttpGate(receiver.take) as gate:
        send_late(desk, PagerDuty(base_url=gate.root))
    (incident,) = receiver.incidents.values()
    assert incident.payload["timestamp"] == "2025-04-10T22:39:00Z"
    assert incident.payload["custom_details"]["known_at"] == "2025-04-10T22:30:00Z"


def test_a_mails_date_is_of_the_try(desk: Desk, tmp_path: Any) -> None:
    desk.see(signal(), Kind.EVENT)
    with SmtpStandin(tmp_path) as server:
        mail = Email(
            host="localhost",
            port=server.port,
            security=Security.NONE,
            sender="havenwatch@example.org",
            to=("desk@example.org",),
        )
        send_late(desk, mail)
        ((_, content),) = server.mails
    assert parsedate_to_datetime(email.message_from_bytes(content)["Date"]) == TRIED_AT


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({}, timedelta(minutes=1)),
        ({"Retry-After": "30"}, timedelta(seconds=30)),
        (
            {"Retry-After": format_datetime(TRIED_AT + timedelta(minutes=2), usegmt=True)},
            timedelta(minutes=2),
        ),
    ],
    ids=["none", "seconds", "a date"],
)
def test_the_next_try_is_counted_from_this_one(
    headers: dict[str, str], waits: timedelta, desk: Desk
) -> None:
    desk.see(signal(), Kind.EVENT)
    with HttpGate(WebhookStandin(lambda: TRIED_AT).take) as gate:
        gate.faults.append(refused(429, headers=headers))
        send_late(desk, Webhook(), f"{gate.root}/hook")
    (waiting,) = desk.outbox.unsettled()
    assert waiting.not_before == TRIED_AT + waits
    assert waiting.settled_at == TRIED_AT


def test_how_late_it_is_is_said_by_the_try(desk: Desk) -> None:
    desk.see(signal(), Kind.EVENT)
    channel = RecordingChannel()
    clock = SimulatedClock(AT + timedelta(minutes=11))
    dispatch(desk, channel, clock).dispatch(AT)
    (page,) = channel.pages
    assert page.subject.startswith("[delayed] ")


def test_a_clock_that_stepped_back_makes_no_try_before_its_tick(desk: Desk) -> None:
    desk.see(signal(), Kind.EVENT)
    channel = Noting()
    dispatch(desk, channel, SimulatedClock(AT - timedelta(hours=1))).dispatch(AT)
    assert channel.tried_at == [AT]


@dataclass
class Noting:
    """A channel that notes when it was tried, and cannot send."""

    channel_type: ClassVar[str] = "noting"
    enabled: bool = True
    tried_at: list[datetime] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        return ()

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.tried_at.append(at)
        raise Undelivered("HTTP 503", permanent=False)


def test_a_message_whose_answer_was_lost_is_posted_once_though_a_held_one_became_the_head() -> None:
    desk = Desk(quiet_hours=QuietHours(begin="18:00", end="07:00"), inhibited_by={})
    morning = AT + timedelta(hours=12, minutes=30)
    with SlackStandin() as slack:
        channel = Slack(conversation=CONVERSATION, base_url=slack.base_url)
        sending = dispatch(desk, channel, SimulatedClock(AT))
        desk.see(signal(), Kind.EVENT)  # a warning, held until the morning
        desk.see(haven(Severity.CRITICAL), Kind.EVENT)
        slack.lose_next = 1
        sending.dispatch(AT)
        slack.fail_method["conversations.history"] = (500, b"", {})
        sending.dispatch(AT + timedelta(minutes=1))
        slack.fail_method.clear()
        sending.dispatch(morning)
        sending.dispatch(morning + timedelta(minutes=1))
        assert sorted(slack.keys()) == [
            "haven_failure/us/2025-04-10#1",
            "joint_selloff/us/2025-04-10#1",
        ]
    assert desk.outbox.unsettled() == []
    desk.database.close()


LONG = "The S&P 500 fell, the 10-year yield rose and the dollar fell on one session, which " * 4


def escalated(desk: Desk, channel: Channel) -> tuple[Message, Message]:
    """The pages of a critical alert and of its escalation."""
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    sending = dispatch(desk, channel, SimulatedClock(AT))
    sending.dispatch(AT)
    later = AT + timedelta(minutes=31)
    desk.follow_up.follow_up(later)
    sending.dispatch(later)
    first, second = sending._channels["slack"], sending._channels["pager"]
    assert isinstance(first, RecordingChannel)
    assert isinstance(second, RecordingChannel)
    return first.pages[0], second.pages[0]


def test_an_escalation_is_a_message_of_its_own_and_its_mark_is_never_cut(desk: Desk) -> None:
    first, second = escalated(desk, RecordingChannel())
    assert (first.key, second.key) == (f"{first.key}", f"{first.key}/escalated")
    mail = Email(host="h", sender="bot@example.org", to=("desk@example.org",))
    mails = [mail.mail(one, AT) for one in (first, second)]
    assert mails[0]["Message-ID"] != mails[1]["Message-ID"]
    assert mails[1]["Subject"].startswith("[unacknowledged] ")


def test_what_follows_an_escalation_answers_its_mail(desk: Desk) -> None:
    channel = RecordingChannel()
    _, second = escalated(desk, channel)
    pager = RecordingChannel()
    sending = Notifier(
        desk.database,
        {"pager": pager},
        {},
        MessageBuilder(desk.database, {}, ZONE),
        Retry(timedelta(minutes=1), timedelta(hours=1)),
        timedelta(hours=72),
        SimulatedClock(AT),
    )
    later = AT + timedelta(minutes=40)
    desk.answers.acknowledge("joint_selloff/us/2025-04-10", "Ann", "", later)
    sending.dispatch(later)
    (page,) = pager.pages
    assert page.thread is not None
    assert page.thread.key == second.key


@pytest.mark.parametrize("mark", ["unacknowledged", "delayed"])
def test_marks_stand_first_wherever_a_line_is_cut(mark: str) -> None:
    page = Message(
        key="a#1",
        tone="critical",
        kicker="k",
        title=LONG,
        subject=f"[{mark}] [WARNING · Joint selloff · opened] {LONG}",
        sections=(),
        footer="a",
        about=told_page().about,
        marks=(mark,),
    )
    mail = Email(host="h", sender="bot@example.org", to=("desk@example.org",))
    subject = mail.mail(page, AT)["Subject"]
    assert subject.startswith(f"[{mark}] [WARNING")
    assert len(subject) <= 150
    event = pagerduty_event(page, AT)
    assert event["payload"]["summary"].startswith(f"[{mark}] The S&P")
