"""Answers that call themselves Slack's and are of another shape, as a proxy or a later version of
its API may give them."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest

from alerts.channel import Undelivered
from alerts.channels.slack import Slack
from alerts.slack.calls import Api
from alerts.slack.lookup import Lookup, Posted
from tests.alerts.message.test_pages import page
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.support import utc

AT = utc("2025-04-10 22:30")
SECRETS = {"HAVENWATCH_SLACK_TOKEN": TOKEN}


def answer_next(slack: SlackStandin, body: object) -> Slack:
    """The channel, whose next call is answered with this."""
    said = body if isinstance(body, str) else json.dumps({"ok": True, **body})  # type: ignore[dict-item]
    slack.fail_next.append((200, said.encode(), {}))
    return Slack(conversation=CONVERSATION, base_url=slack.base_url)


@pytest.mark.parametrize("body", [{}, {"ts": None}, {"ts": 1.5}, {"ts": "yesterday"}, "[" * 9000])
def test_a_message_without_a_timestamp_may_have_been_taken(
    slack: SlackStandin, body: object
) -> None:
    with pytest.raises(Undelivered) as caught:
        answer_next(slack, body).send(page(), SECRETS, AT, again=False)
    assert not caught.value.permanent
    assert caught.value.unsure


@pytest.mark.parametrize(
    "body",
    [
        {}, {"messages": None}, {"messages": [1]}, {"messages": {"ts": "1.2"}}, "[" * 9000,
        {"messages": [{"files": [3]}]}, {"messages": [{"files": "x"}]},
    ],
)  # fmt: skip
def test_a_conversation_in_another_shape_is_asked_again_later(
    slack: SlackStandin, body: object
) -> None:
    channel = answer_next(slack, body)
    with pytest.raises(Undelivered) as caught:
        Lookup(Api(channel.base_url, TOKEN, 5, AT)).files(Posted(CONVERSATION, "1.2"))
    assert not caught.value.permanent


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [{"metadata": 3}], "response_metadata": "x"},
        {"messages": [{"bot_id": ["B"], "user": {}}], "response_metadata": {"next_cursor": None}},
    ],
)
def test_what_is_of_no_use_in_a_conversation_is_passed_over(
    slack: SlackStandin, body: dict[str, Any]
) -> None:
    with suppress(Undelivered):
        answer_next(slack, body).send(page(), SECRETS, AT, again=True)
    assert slack.keys() == [page().key]
