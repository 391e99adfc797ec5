"""A short message: a head that is read at a glance, and the rest once in its thread."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import pytest

from alerts.channel import Undelivered
from alerts.channels.slack import DETAILS
from alerts.message.message import DeliveryHistory, Message
from tests.alerts.message.test_pages import page
from tests.alerts.slack_standin import Answer, SlackStandin
from tests.alerts.test_slack import AT, SECRETS, channel, later

BRIEF = ("7 sessions this severe since 2015.", "Prices alone do not show who sold.")


def told() -> Message:
    return replace(page(), brief=BRIEF)


def text_of(message: dict[str, object]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


def test_the_head_is_read_at_a_glance_and_the_rest_is_in_its_thread(slack: SlackStandin) -> None:
    sent = channel(slack).send(told(), SECRETS, AT, again=False)
    (head,), (rest,) = slack.messages, slack.details
    assert sent.receipt == head["ts"] == rest["thread_ts"]
    assert not sent.remark
    assert all(line in text_of(head) for line in BRIEF)
    assert "thresholds" not in text_of(head)
    assert "thresholds" in text_of(rest)
    assert all(line not in text_of(rest) for line in BRIEF)


def test_a_full_message_has_no_thread(slack: SlackStandin) -> None:
    replace(channel(slack), message="full").send(told(), SECRETS, AT, again=False)
    assert not slack.details
    assert "thresholds" in text_of(slack.messages[0])


def test_what_is_no_alert_has_a_thread_where_it_has_a_head(slack: SlackStandin) -> None:
    channel(slack).send(replace(told(), about=None, brief=()), SECRETS, AT, again=False)
    assert not slack.details
    channel(slack).send(replace(told(), about=None, key="tic/2025-04"), SECRETS, AT, again=False)
    assert len(slack.details) == 1


def test_what_became_of_it_changes_the_head_and_adds_no_rest(slack: SlackStandin) -> None:
    first = channel(slack).send(told(), SECRETS, AT, again=False).receipt
    channel(slack).send(later(first), SECRETS, AT, again=False)
    assert len(slack.details) == 1
    assert "It is over." in text_of(slack.messages[0])


@dataclass
class SecondFails(SlackStandin):
    """Slack, which gives this answer to the second message; None: it takes it and the answer is
    lost."""

    answer: Answer | None = None
    posts: int = 0

    def take(self, path: str, headers: Any, body: bytes) -> Answer | None:
        self.posts += path.endswith("/chat.postMessage")
        fails = self.posts == 2 and path.endswith("/chat.postMessage")
        if fails and self.answer is not None:
            return self.answer
        answer = super().take(path, headers, body)
        return None if fails else answer


def test_after_a_lost_answer_the_rest_is_there_once() -> None:
    with SecondFails() as slack:
        sent = channel(slack).send(told(), SECRETS, AT, again=False)
        assert sent.missing == (DETAILS,)
        again = replace(told(), origin=DeliveryHistory(parts=sent.missing))
        assert channel(slack).send(again, SECRETS, AT, again=True).missing == ()
        assert len(slack.messages) == len(slack.details) == 1


def test_after_a_lost_answer_the_head_is_there_once(slack: SlackStandin) -> None:
    slack.lose_next = 1
    with pytest.raises(Undelivered):
        channel(slack).send(told(), SECRETS, AT, again=False)
    channel(slack).send(told(), SECRETS, AT, again=True)
    assert len(slack.messages) == len(slack.details) == 1


def test_a_rest_that_is_refused_holds_up_no_head() -> None:
    limited = (429, b'{"ok": false, "error": "ratelimited"}', {"Retry-After": "1"})
    with SecondFails(answer=limited) as slack:
        sent = channel(slack).send(told(), SECRETS, AT, again=False)
        assert sent.receipt == slack.messages[0]["ts"]
    assert sent.remark.startswith("the details did not arrive: ")
    assert sent.missing == (DETAILS,)


def test_a_rest_that_did_not_arrive_is_sent_alone_later(slack: SlackStandin) -> None:
    head = channel(slack).send(replace(told(), brief=()), SECRETS, AT, again=False).receipt
    slack.posted[:] = slack.messages
    rest = replace(told(), origin=DeliveryHistory(parts=(DETAILS,)))
    assert channel(slack).send(rest, SECRETS, AT, again=True).missing == ()
    assert channel(slack).send(rest, SECRETS, AT, again=True).missing == ()
    assert [one["thread_ts"] for one in slack.details] == [head]
    assert len(slack.messages) == 1
