"""Several messages about one thing are one message with a thread."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from alerts.channels.slack import Slack
from alerts.message.message import Message
from alerts.message.plain import plain_text
from alerts.message.sections import Text
from monitor.clock import SimulatedClock
from monitor.deliver.message_builder import MessageBuilder
from monitor.deliver.notifier import Notifier
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.retry import Retry
from rules.terms import Kind, Severity
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.monitor.evaluate.desk import AT, ZONE, Desk, crossings, haven, jump
from tests.support import app_over, signal, watch

LATER = AT + timedelta(minutes=31)


class Told(Desk):
    """A desk whose channels keep what they are sent."""

    def __init__(self) -> None:
        super().__init__()
        self.channels = {name: RecordingChannel() for name in ("slack", "pager")}
        self.dispatch = Notifier(
            self.database,
            self.channels,
            {},
            MessageBuilder(self.database, {"haven_failure": "Haven failure"}, ZONE),
            Retry(timedelta(minutes=1), timedelta(hours=1)),
            timedelta(hours=72),
            SimulatedClock(AT),
        )

    def pages(self, at: datetime = AT, channel: str = "slack") -> list[Message]:
        self.dispatch.dispatch(at)
        return self.channels[channel].pages


@pytest.fixture
def desk() -> Iterator[Told]:
    made = Told()
    yield made
    made.database.close()


def test_what_fires_on_one_session_is_in_one_thread(desk: Told) -> None:
    desk.see(signal(), Kind.EVENT)
    desk.see(jump())
    desk.see(jump(rule_id="source_health"))
    head, reply, other = desk.pages()
    assert head.thread is None
    assert reply.thread is not None
    assert (reply.thread.key, reply.thread.is_own) == (head.key, False)
    assert not reply.loud
    # What the program says of itself is no news of the market.
    assert other.thread is None


def test_what_is_worse_than_the_head_of_its_thread_is_shown_in_the_conversation(
    desk: Told,
) -> None:
    desk.see(signal(), Kind.EVENT)
    desk.see(jump(severity=Severity.CRITICAL))
    _, reply = desk.pages()
    assert reply.loud


def test_another_session_has_a_thread_of_its_own(desk: Told) -> None:
    desk.see(signal(), Kind.EVENT)
    desk.see(jump(period=date(2025, 4, 11)))
    assert [one.thread for one in desk.pages()] == [None, None]


def test_what_became_of_an_alert_continues_its_own_message(desk: Told) -> None:
    desk.see(signal(), Kind.EVENT)
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    head, reply = desk.pages()
    assert reply.thread is not None
    assert (reply.thread.key, reply.thread.is_own, reply.loud) == (head.key, True, True)


def test_what_a_message_says_for_another_is_named_in_it(desk: Told) -> None:
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    desk.see(haven(Severity.WARNING), Kind.EVENT)
    (page,) = desk.pages()
    section = page.sections[-1]
    assert isinstance(section, Text)
    assert section.heading == "Included (inhibited)"
    assert section.body.startswith("Haven failure (warning): Something happened.")


def test_what_nobody_acknowledged_says_so_in_the_second_channel(desk: Told) -> None:
    desk.see(signal(severity=Severity.CRITICAL), Kind.EVENT)
    desk.pages()
    desk.follow_up.follow_up(LATER)
    (page,) = desk.pages(LATER, "pager")
    assert "unacknowledged" in page.kicker
    assert page.subject.startswith("[unacknowledged] ")
    assert "Escalated: unacknowledged since Thu 10 Apr 2025 18:30 EDT." in plain_text(page)


def test_an_answer_is_said_in_the_thread_of_its_alert(desk: Told) -> None:
    desk.see(signal(), Kind.EVENT)
    desk.answers.acknowledge("joint_selloff/us/2025-04-10", "Ann", "on it", AT)
    head, reply = desk.pages()
    assert reply.thread is not None
    assert reply.thread.key == head.key
    assert "Acknowledged by Ann. on it" in plain_text(reply)
    assert reply.about is not None
    assert reply.about.acknowledged_by == "Ann"
    assert not reply.loud


def test_a_summary_of_flapping_continues_what_was_told(desk: Told) -> None:
    last = crossings(desk, 20)
    desk.pages(last)
    desk.follow_up.follow_up(last + timedelta(hours=2))
    opened, resolved, summary = desk.pages(last + timedelta(hours=2))
    assert summary.thread is not None
    assert summary.thread.key in (opened.key, resolved.key)
    assert "Flapped: 18 changes" in plain_text(summary)


def test_a_message_that_could_not_be_sent_in_time_says_so(desk: Told) -> None:
    desk.see(signal(), Kind.EVENT)
    (page,) = desk.pages(AT + timedelta(days=2))
    assert page.kicker.startswith("delayed · ")
    assert "Late: it was due Thu 10 Apr 2025 18:30 EDT." in plain_text(page)
    assert page.about is not None
    assert page.about.late


@pytest.mark.slow
def test_the_days_of_april_are_a_thread_each_in_slack(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    with SlackStandin() as slack:
        channel = Slack(conversation=CONVERSATION, base_url=slack.base_url)
        app = app_over(
            standins,
            clock,
            tmp_path,
            channel,
            environ={"HAVENWATCH_SLACK_TOKEN": TOKEN},
            judged=None,
            routing={"notice": ["console"]},
        )
        watch(app, clock, "2025-04-21 23:00")
        app.close()
        by_key = {one["key"]: one for one in slack.posted if "key" in one}
    session = by_key["joint_selloff/us/2025-04-21#1"]
    assert session in slack.heads
    # The cluster it completed is in its thread, the haven failure in its own details.
    assert by_key["selloff_cluster/us/2025-04-21#1"]["thread_ts"] == session["ts"]
    assert "haven_failure/us/2025-04-21#1" not in by_key
    details = by_key["joint_selloff/us/2025-04-21#1/details"]
    assert "Haven failure (warning)" in json.dumps(details["blocks"])
