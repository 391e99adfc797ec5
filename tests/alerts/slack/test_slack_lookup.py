"""What may have arrived in Slack is found wherever a try may have put it, and only there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest

from alerts.channels.slack import CHARTS, SHOWN, Slack
from alerts.message.message import AttemptedPlace, DeliveryHistory, Message, Thread
from alerts.message.sections import Image
from tests.alerts.message.test_pages import page
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.slow import quick_where
from tests.support import utc

AT = utc("2025-04-10 22:30")
SECRETS = {"HAVENWATCH_SLACK_TOKEN": TOKEN}
HEAD = Thread("1744324200.000001", "head#1", is_own=False)
OTHER = Thread("1744324200.000002", "other#1", is_own=False)
GONE = Thread("1.000001", "gone#1", is_own=False)
OURS = DeliveryHistory(database="this")


@pytest.fixture
def slack() -> Iterator[SlackStandin]:
    with SlackStandin() as standin:
        # Two first messages, so that there are threads.
        for key in ("head#1", "other#1"):
            channel(standin).send(replace(page(), key=key), SECRETS, AT, again=False)
        yield standin


def channel(standin: SlackStandin) -> Slack:
    return Slack(conversation=CONVERSATION, base_url=standin.base_url)


def place(thread: Thread | None) -> AttemptedPlace:
    return AttemptedPlace(CONVERSATION, "" if thread is None else thread.receipt, AT)


# Where the try before went, and where one would go now.
MOVES = {
    "nowhere else": (None, None),
    "the head changed since": (None, HEAD),
    "the head is gone since": (HEAD, None),
    "another head since": (HEAD, OTHER),
    "the head was gone then": (GONE, HEAD),
    "the head is gone now": (HEAD, GONE),
}


# With a chart where the most was there, and where nothing was.
PICTURED = {"nowhere else", "another head since"}


@pytest.mark.parametrize(
    ("chart", "name"),
    quick_where(lambda case: not case[0] or case[1] in PICTURED, product((False, True), MOVES)),
    ids=lambda one: one if isinstance(one, str) else "with a chart" if one else "words",
)
def test_it_is_found_where_the_try_before_put_it(
    name: str, slack: SlackStandin, *, chart: bool
) -> None:
    before, now = MOVES[name]
    told = replace(page(), key="alert#1", origin=OURS, thread=before)
    if chart:
        picture = Image("The last quarter", "Three lines.", b"\x89PNG")
        told = replace(told, sections=(*told.sections, picture))
    channel(slack).send(told, SECRETS, AT, again=False)
    there = len(slack.messages)
    again = replace(told, thread=now, origin=replace(OURS, tried=(place(before),)))
    receipt = channel(slack).send(again, SECRETS, AT, again=True).receipt
    assert len(slack.messages) == there
    (first,) = [one for one in slack.messages if one.get("key") == "alert#1"]
    assert receipt == first["ts"]


def test_it_is_found_in_the_conversation_it_was_sent_to_before(slack: SlackStandin) -> None:
    told = replace(page(), key="alert#1", origin=OURS)
    channel(slack).send(told, SECRETS, AT, again=False)
    elsewhere = replace(channel(slack), conversation="C0OTHER")
    again = replace(told, origin=replace(OURS, tried=(place(None),)))
    assert elsewhere.send(again, SECRETS, AT, again=True).receipt == slack.messages[-1]["ts"]


def test_an_old_digest_is_looked_for_since_its_first_try(slack: SlackStandin) -> None:
    told = replace(page(), key="digest/2025-04-10", about=None, origin=OURS)
    channel(slack).send(told, SECRETS, AT, again=False)
    again = replace(told, origin=replace(OURS, tried=(place(None),)))
    later = AT + timedelta(days=30)
    receipt = channel(slack).send(again, SECRETS, later, again=True).receipt
    assert receipt == slack.messages[-1]["ts"]


@dataclass(frozen=True)
class Theirs:
    """How a message with the same key differs from ours."""

    event_type: str = "havenwatch"
    database: str = "this"
    reason: str = "opened"
    bot_id: str = "B0TEST"


@pytest.mark.parametrize(
    ("theirs", "is_ours"),
    [
        (Theirs(), True),
        (Theirs(bot_id=""), True),  # not every answer says who posted
        (Theirs(event_type="otherwatch"), False),
        (Theirs(database="another"), False),
        (Theirs(bot_id="B0OTHER"), False),
        # Restored from an older copy, the alert's second change is another one.
        (Theirs(reason="acknowledged"), False),
    ],
    ids=str,
)
@pytest.mark.parametrize("again", [True, False], ids=["unsure", "an older copy"])
def test_only_this_apps_own_message_of_this_database_is_taken_for_it(
    theirs: Theirs, is_ours: bool, again: bool, slack: SlackStandin
) -> None:
    payload = {"key": "alert#1", "database": theirs.database, "reason": theirs.reason}
    _put(slack, theirs.bot_id, {"event_type": theirs.event_type, "event_payload": payload})
    told = replace(page(), key="alert#1", origin=replace(OURS, may_be_there=not again))
    channel(slack).send(told, SECRETS, AT, again=again)
    keys = slack.keys()
    assert ("alert#1" in keys) is not is_ours


def _put(slack: SlackStandin, bot_id: str, metadata: dict[str, Any]) -> None:
    message = {"text": "x", "blocks": [], "metadata": metadata, "ts": "1744324200.000009"}
    slack.posted.append(message | ({"bot_id": bot_id} if bot_id else {}))


def test_a_persons_file_of_the_same_name_is_not_our_chart(slack: SlackStandin) -> None:
    told = with_chart()
    slack.fail_method["files.completeUploadExternal"] = (503, b"", {})
    receipt = channel(slack).send(told, SECRETS, AT, again=False).receipt
    slack.fail_method.clear()
    file = {"id": "F9", "name": "alert-1-1.png"}
    slack.posted.append({"ts": "2.0", "user": "U0ANN", "files": [file], "thread_ts": receipt})
    channel(slack).send(told, SECRETS, AT, again=True)
    assert len([one for one in slack.messages if one.get("files")]) == 2


@pytest.mark.parametrize(
    "answer",
    [(500, b"", {}), (200, b'{"ok": false, "error": "missing_scope"}', {}), (429, b"{}", {})],
    ids=["500", "missing_scope", "429"],
)
def test_that_the_database_may_be_a_copy_holds_up_nothing_where_slack_cannot_be_asked(
    answer: tuple[int, bytes, dict[str, str]], slack: SlackStandin
) -> None:
    slack.fail_method["conversations.history"] = answer
    told = replace(page(), key="alert#1", origin=replace(OURS, may_be_there=True))
    assert channel(slack).send(told, SECRETS, AT, again=False).receipt
    assert slack.keys()[-1] == "alert#1"


def with_chart() -> Message:
    picture = Image("The last quarter", "Three lines.", b"\x89PNG")
    return replace(page(), key="alert#1", origin=OURS, sections=(*page().sections, picture))


PASSING = {
    "no place for it": ("files.getUploadURLExternal", (500, b"", {})),
    "rate limited": ("files.getUploadURLExternal", (429, b'{"ok": false}', {"Retry-After": "3"})),
    "the upload": ("/upload/F0000000001", (500, b"", {})),
    "completing": ("files.completeUploadExternal", (503, b"", {})),
    "an error of Slack": (
        "files.completeUploadExternal",
        (200, b'{"ok": false, "error": "internal_error"}', {}),
    ),
}
LASTING = ("missing_scope", "file_uploads_disabled", "storage_limit_reached")


@pytest.mark.parametrize("name", PASSING)
def test_a_chart_lost_to_a_passing_error_is_sent_alone_later(
    name: str, slack: SlackStandin
) -> None:
    method, answer = PASSING[name]
    slack.fail_method[method] = answer
    told = replace(with_chart(), thread=HEAD)
    sent = channel(slack).send(told, SECRETS, AT, again=False)
    assert sent.remark.startswith("the chart did not arrive: ")
    assert sent.missing == (CHARTS, SHOWN)
    slack.fail_method.clear()
    rest = replace(
        told, thread=OTHER, origin=DeliveryHistory("this", (place(HEAD),), parts=sent.missing)
    )
    assert channel(slack).send(rest, SECRETS, AT, again=True).remark == ""
    assert channel(slack).send(rest, SECRETS, AT, again=True).remark == ""
    assert slack.keys() == ["head#1", "other#1", "alert#1"]
    (chart,) = [one for one in slack.messages if one.get("files")]
    assert chart["thread_ts"] == HEAD.receipt


@pytest.mark.parametrize("name", LASTING)
def test_a_chart_that_slack_will_never_take_is_only_remarked_on(
    name: str, slack: SlackStandin
) -> None:
    answer = json.dumps({"ok": False, "error": name}).encode()
    slack.fail_method["files.getUploadURLExternal"] = (200, answer, {})
    sent = channel(slack).send(with_chart(), SECRETS, AT, again=False)
    assert name in sent.remark
    assert sent.missing == ()


def test_a_chart_whose_message_is_gone_is_given_up(slack: SlackStandin) -> None:
    rest = replace(with_chart(), origin=DeliveryHistory("this", parts=(CHARTS,)))
    sent = channel(slack).send(rest, SECRETS, AT, again=True)
    assert sent.remark == "the rest did not arrive: its message is gone"
    assert sent.missing == ()
