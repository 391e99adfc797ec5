"""Buttons under an alert in Slack, and what a channel says it lacks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.channels.slack import Slack
from alerts.message.message import Message
from alerts.message.sections import Table, Text
from alerts.slack.blocks import MAX_BLOCKS, MAX_MESSAGE, slack_blocks
from alerts.slack.buttons import slack_buttons
from monitor.cli.send_test import reaching_page, rehearsed, send_test_message
from monitor.config.load import build
from monitor.errors import HavenwatchError
from tests.alerts.message.test_pages import HOSTILE, page
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.alerts.socket_standin import APP_TOKEN, SocketStandin
from tests.support import utc

AT = utc("2025-04-10 22:30")
SECRETS = {"BOT": TOKEN, "APP": APP_TOKEN}
ALERT = "joint_selloff/us/2025-04-10"


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin, SocketStandin(standin):
        yield standin


def channel(slack: SlackStandin, app_token_env: str = "APP") -> Slack:
    return Slack(
        conversation=CONVERSATION,
        token_env="BOT",
        app_token_env=app_token_env,
        base_url=slack.base_url,
    )


def about(**changes: Any) -> Message:
    told = page()
    assert told.about is not None
    return replace(told, about=replace(told.about, **changes))


def labels(blocks: list[dict[str, Any]]) -> list[str]:
    return [
        one["text"]["text"]
        for block in blocks
        if block["type"] == "actions"
        for one in block["elements"]
    ]


def test_an_open_alert_ends_with_buttons_that_name_it(slack: SlackStandin) -> None:
    channel(slack).send(page(), SECRETS, AT, again=False)
    last = slack.messages[0]["blocks"][-1]
    assert labels([last]) == ["Acknowledge", "Snooze 2 h", "Explain"]
    assert [one["action_id"] for one in last["elements"]] == ["acknowledge", "snooze", "explain"]
    assert {one["value"] for one in last["elements"]} == {ALERT}


def test_without_an_app_token_there_are_no_buttons_and_no_secret_is_asked_for(
    slack: SlackStandin,
) -> None:
    plain = channel(slack, "")
    assert plain.secret_names == ("BOT",)
    assert channel(slack).secret_names == ("BOT", "APP")
    plain.send(page(), SECRETS, AT, again=False)
    assert labels(slack.messages[0]["blocks"]) == []


def test_an_acknowledged_alert_says_by_whom_in_place_of_the_button() -> None:
    told = about(acknowledged_by=HOSTILE)
    blocks = slack_blocks(told, slack_buttons(told))
    assert labels(blocks) == ["Snooze 2 h", "Explain"]
    said = blocks[-2]["elements"][0]["text"]
    assert said.startswith(f"{ALERT} · acknowledged by ")
    assert "<!channel>" not in said


@pytest.mark.parametrize("state", ["resolved", "withdrawn"])
def test_an_alert_that_is_over_has_no_buttons(state: str) -> None:
    assert slack_buttons(about(state=state)) == []


def test_what_is_no_alert_has_no_buttons() -> None:
    assert slack_buttons(replace(page(), about=None)) == []


def test_what_is_sent_again_as_a_test_cannot_be_answered(slack: SlackStandin) -> None:
    told = rehearsed(about(), AT)
    assert slack_buttons(told) == []
    assert told.key != about().key
    channel(slack).send(told, SECRETS, AT, again=False)
    assert slack.messages[-1]["text"].startswith("[TEST]")


def test_buttons_stay_where_a_message_is_cut(slack: SlackStandin) -> None:
    wide = Table("t", ("a", "b"), "lr", tuple(("c" * 60, "1") for _ in range(300)))
    for sections in (
        (Text("word " * 400),) * 20,
        (Text("word " * 50),) * 80,
        (Text("more"),) * 80,
        (wide,),
    ):
        told = replace(page(), sections=sections)
        blocks = slack_blocks(told, slack_buttons(told))
        assert len(blocks) <= MAX_BLOCKS
        assert len(str(blocks)) <= MAX_MESSAGE
        assert labels(blocks) == ["Acknowledge", "Snooze 2 h", "Explain"]
        assert "does not fit" in blocks[-2]["elements"][0]["text"]
        channel(slack).send(told, SECRETS, AT, again=False)


def sent(slack: SlackStandin, secrets: dict[str, str] | None = None) -> str:
    """What the test message's remark is."""
    config = replace(build({}, {}, Path()), secrets=SECRETS if secrets is None else secrets)
    return send_test_message(channel(slack), reaching_page(config, AT), config, AT).remark


def test_a_channel_that_lacks_nothing_has_no_remark(slack: SlackStandin) -> None:
    assert sent(slack) == ""
    assert len(slack.messages) == 1


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("channels:history", "it cannot look up whether a message arrived: conversations.history"),
        ("files:write", "it cannot send charts: files.getUploadURLExternal"),
    ],
)
def test_a_test_message_names_the_scope_that_is_missing(
    slack: SlackStandin, scope: str, said: str
) -> None:
    slack.scopes = slack.scopes - {scope}
    missing = f"missing_scope: give the app the scope {scope} and install it again"
    assert sent(slack) == f"{said} answered HTTP 200, {missing}"


def test_a_test_message_that_may_not_be_sent_names_the_scope(slack: SlackStandin) -> None:
    slack.scopes = frozenset()
    with pytest.raises(
        HavenwatchError, match="give the app the scope chat:write and install it again"
    ):
        sent(slack)


def test_a_test_message_tells_that_buttons_are_not_answered(
    slack: SlackStandin,
) -> None:
    said = sent(slack, {**SECRETS, "APP": "xapp-wrong"})
    assert said == (
        "its buttons are not answered: apps.connections.open answered HTTP 200, invalid_auth: "
        "install the app again and export the token it shows"
    )
    assert "xapp" not in said
