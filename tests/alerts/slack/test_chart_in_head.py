"""The chart of an alert in its first message: from when Slack has it, through every change."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.channel import Undelivered
from alerts.channels.slack import CHARTS, SHOWN
from alerts.message.message import DeliveryHistory, Message, Thread
from alerts.message.sections import Image
from tests.alerts.message.test_pages import page
from tests.alerts.slack_limits import SCOPES
from tests.alerts.slack_standin import SlackStandin
from tests.alerts.test_slack import AT, OPENED, SECRETS, channel, later, with_chart

FIRST, SECOND = "F0000000001", "F0000000002"


def shown(message: dict[str, Any]) -> list[str]:
    """The files that a message shows."""
    return [one["slack_file"]["id"] for one in message["blocks"] if one["type"] == "image"]


def only(message: Message, *parts: str) -> Message:
    return replace(message, origin=DeliveryHistory(parts=parts))


def test_the_head_shows_the_chart_and_the_words_did_not_wait_for_it(slack: SlackStandin) -> None:
    sent = channel(slack).send(with_chart(), SECRETS, AT, again=False)
    assert sent.missing == ()
    assert shown(slack.messages[0]) == [FIRST]
    methods = [one for one in slack.calls if one.startswith(("chat.", "files."))]
    assert methods[0] == "chat.postMessage"
    assert methods[-1] == "chat.update"


def test_a_file_that_slack_has_not_looked_through_is_shown_later(slack: SlackStandin) -> None:
    slack.looking_through = 2
    sent = channel(slack).send(with_chart(), SECRETS, AT, again=False)
    assert sent.missing == (SHOWN,)
    assert shown(slack.messages[0]) == []
    again = only(with_chart(), SHOWN)
    sent = channel(slack).send(again, SECRETS, AT + timedelta(minutes=1), again=True)
    assert sent.missing == (SHOWN,)
    sent = channel(slack).send(again, SECRETS, AT + timedelta(minutes=3), again=True)
    assert (sent.missing, sent.remark) == ((), "")
    assert shown(slack.messages[0]) == [FIRST]
    assert len(slack.uploads) == 1


def test_after_half_an_hour_the_chart_stays_in_the_thread_alone(slack: SlackStandin) -> None:
    slack.looking_through = 99
    channel(slack).send(with_chart(), SECRETS, AT, again=False)
    late = AT + timedelta(minutes=31)
    sent = channel(slack).send(only(with_chart(), SHOWN), SECRETS, late, again=True)
    assert sent.missing == ()
    assert sent.remark == "the chart is in the thread only: Slack does not show it"
    assert [bool(one.get("files")) for one in slack.messages] == [False, True]


def test_a_chart_that_follows_later_is_put_in_too(slack: SlackStandin) -> None:
    slack.fail_method["files.completeUploadExternal"] = (503, b"", {})
    sent = channel(slack).send(with_chart(), SECRETS, AT, again=False)
    assert sent.missing == (CHARTS, SHOWN)
    slack.fail_method.clear()
    sent = channel(slack).send(only(with_chart(), CHARTS, SHOWN), SECRETS, AT, again=True)
    assert sent.missing == ()
    assert shown(slack.messages[0]) == [SECOND]


def test_it_is_still_there_after_the_head_was_changed(slack: SlackStandin) -> None:
    first = channel(slack).send(with_chart(), SECRETS, AT, again=False).receipt
    channel(slack).send(later(first), SECRETS, AT, again=False)
    head = slack.messages[0]
    assert "It is over." in json.dumps(head["blocks"])
    assert shown(head) == [FIRST]


def test_what_got_worse_brings_its_own_chart_and_a_late_first_one_does_not_undo_it(
    slack: SlackStandin,
) -> None:
    first = channel(slack).send(with_chart(), SECRETS, AT, again=False).receipt
    worse = replace(with_chart(OPENED.replace("#1", "#2")), thread=Thread(first, OPENED), loud=True)
    channel(slack).send(worse, SECRETS, AT, again=False)
    assert shown(slack.messages[0]) == [SECOND]
    channel(slack).send(only(with_chart(), SHOWN), SECRETS, AT, again=True)
    assert shown(slack.messages[0]) == [SECOND]


@pytest.mark.parametrize("lost", range(1, 8))
def test_whichever_answer_is_lost_the_head_and_its_chart_are_there_once(
    slack: SlackStandin, lost: int
) -> None:
    calls = 0
    take = slack.take

    def losing(path: str, headers: Any, body: bytes) -> Any:
        nonlocal calls
        calls += 1
        answer = take(path, headers, body)
        return None if calls == lost and not path.startswith("/upload/") else answer

    slack.take = losing  # type: ignore[method-assign]
    _until_settled(slack, with_chart())
    assert slack.keys() == [OPENED]
    assert len([one for one in slack.messages if one.get("files")]) == 1
    assert len(shown(slack.messages[0])) == 1


def _until_settled(slack: SlackStandin, message: Message) -> None:
    again = False
    parts: tuple[str, ...] = ()
    for _ in range(6):
        try:
            sent = channel(slack).send(only(message, *parts), SECRETS, AT, again=again)
        except Undelivered:
            again = True
            continue
        again, parts = True, sent.missing
        if not parts:
            return
    raise AssertionError("it does not settle")


def test_without_leave_to_look_the_changed_head_has_no_chart(slack: SlackStandin) -> None:
    first = channel(slack).send(with_chart(), SECRETS, AT, again=False).receipt
    slack.scopes = SCOPES - {"channels:history"}
    sent = channel(slack).send(later(first), SECRETS, AT, again=False)
    assert sent.receipt
    assert shown(slack.messages[0]) == []
    assert slack.messages[1]["files"]


def test_a_digest_shows_all_its_charts(slack: SlackStandin) -> None:
    charts = [Image(name, f"{name}.", b"\x89PNG...") for name in ("Markets", "Flows")]
    digest = replace(page(), key="digest/2025-04-10", about=None)
    digest = replace(digest, sections=(*digest.sections, *charts))
    channel(slack).send(digest, SECRETS, AT, again=False)
    assert shown(slack.messages[0]) == [FIRST, SECOND]
    told = [one["alt_text"] for one in slack.messages[0]["blocks"] if one["type"] == "image"]
    assert told == ["Markets.", "Flows."]
