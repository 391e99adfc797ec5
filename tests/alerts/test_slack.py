"""Slack, against a stand-in of its Web API and of its webhooks that enforces their limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from alerts.channel import Undelivered
from alerts.channels.slack import Slack
from alerts.channels.slack_webhook import SlackWebhook
from tests.alerts.stand_ins import CONVERSATION, TOKEN, SlackStandin
from tests.alerts.test_pages import page
from tests.support import utc

AT = utc("2025-04-10 22:30")
SECRETS = {"HAVENWATCH_SLACK_TOKEN": TOKEN}


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        yield standin


def channel(standin: SlackStandin, conversation: str = CONVERSATION) -> Slack:
    return Slack(conversation=conversation, base_url=standin.base_url)


def refusal(standin: SlackStandin, secrets: dict[str, str] | None = None) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        channel(standin).send(page(), secrets or SECRETS, AT)
    assert TOKEN not in str(caught.value)
    return caught.value


def test_a_message_arrives_with_text_blocks_and_its_key(slack: SlackStandin) -> None:
    receipt = channel(slack).send(page(), SECRETS, AT)
    assert receipt == "1744324200.000001"
    (message,) = slack.messages
    assert message["text"].startswith("[WARNING")
    assert message["blocks"][0]["type"] == "header"
    assert message["metadata"]["event_payload"]["key"] == "joint_selloff/us/2025-04-10#1"


def test_a_base_url_without_its_last_slash_is_the_same(slack: SlackStandin) -> None:
    plain = Slack(conversation=CONVERSATION, base_url=slack.base_url.rstrip("/"))
    assert plain.send(page(), SECRETS, AT)


def test_a_very_long_message_is_accepted(slack: SlackStandin) -> None:
    assert channel(slack).send(page("word " * 2000), SECRETS, AT)


@pytest.mark.parametrize(
    ("error", "permanent"),
    [
        ("invalid_auth", True),
        ("token_revoked", True),
        ("channel_not_found", True),
        ("is_archived", True),
        ("internal_error", False),
        ("ratelimited", False),
    ],
)
def test_an_api_error_says_who_acts_next(slack: SlackStandin, error: str, permanent: bool) -> None:
    slack.fail_next.append((200, json.dumps({"ok": False, "error": error}).encode(), {}))
    found = refusal(slack)
    assert found.permanent is permanent
    assert error in found.problem


def test_a_wrong_token_is_permanent(slack: SlackStandin) -> None:
    assert refusal(slack, {"HAVENWATCH_SLACK_TOKEN": "xoxb-wrong"}).permanent


def test_a_rate_limit_says_when_to_come_back(slack: SlackStandin) -> None:
    body = json.dumps({"ok": False, "error": "ratelimited"}).encode()
    slack.fail_next.append((429, body, {"Retry-After": "30"}))
    found = refusal(slack)
    assert not found.permanent
    assert found.retry_after_s == 30.0


@pytest.mark.parametrize("body", [b"", b"<html>bad gateway</html>"])
def test_a_server_error_is_tried_again(slack: SlackStandin, body: bytes) -> None:
    slack.fail_next.append((503, body, {}))
    assert not refusal(slack).permanent


def test_no_answer_is_tried_again() -> None:
    with SlackStandin() as gone:
        dead = channel(gone)
    with pytest.raises(Undelivered) as caught:
        dead.send(page(), SECRETS, AT)
    assert not caught.value.permanent


def test_a_webhook_says_the_same_words(slack: SlackStandin) -> None:
    hook = SlackWebhook()
    receipt = hook.send(page(), {"HAVENWATCH_SLACK_WEBHOOK_URL": slack.webhook_url}, AT)
    assert receipt == "ok"
    channel(slack).send(page(), SECRETS, AT)
    by_hook, by_token = slack.messages
    assert by_hook["blocks"] == by_token["blocks"]


@pytest.mark.parametrize(
    ("status", "body", "permanent"),
    [(404, b"no_service", True), (403, b"action_prohibited", True), (500, b"", False)],
)
def test_a_webhooks_refusal_says_who_acts_next_and_not_the_url(
    slack: SlackStandin, status: int, body: bytes, permanent: bool
) -> None:
    slack.fail_next.append((status, body, {}))
    with pytest.raises(Undelivered) as caught:
        SlackWebhook().send(page(), {"HAVENWATCH_SLACK_WEBHOOK_URL": slack.webhook_url}, AT)
    assert caught.value.permanent is permanent
    assert "secret-part" not in str(caught.value)


def test_a_webhook_that_is_gone_is_tried_again_and_its_url_not_told() -> None:
    with SlackStandin() as gone:
        url = gone.webhook_url
    with pytest.raises(Undelivered) as caught:
        SlackWebhook().send(page(), {"HAVENWATCH_SLACK_WEBHOOK_URL": url}, AT)
    assert not caught.value.permanent
    assert "secret-part" not in str(caught.value)


def test_what_became_of_an_alert_is_said_in_its_thread_and_shown_in_the_conversation(
    slack: SlackStandin,
) -> None:
    first = channel(slack).send(page(), SECRETS, AT)
    channel(slack).send(replace(page(), thread=first), SECRETS, AT)
    head, reply = slack.messages
    assert not head.get("thread_ts")
    assert reply["thread_ts"] == first
    assert reply["reply_broadcast"] in (True, "true", "1")


def test_a_thread_that_is_gone_loses_no_message(slack: SlackStandin) -> None:
    assert channel(slack).send(replace(page(), thread="1.000001"), SECRETS, AT)
    (message,) = slack.messages
    assert not message.get("thread_ts")
