"""Slack, against a stand-in of its Web API and of its webhooks that enforces their limits."""

from __future__ import annotations

import json
import logging
import socket
import threading
from dataclasses import replace

import pytest

from alerts.channel import Sent, Undelivered
from alerts.channels.slack import Slack
from alerts.channels.slack_webhook import SlackWebhook
from alerts.message.message import Message, Thread
from alerts.message.sections import Image
from alerts.slack.blocks import slack_blocks, slack_head
from alerts.slack.calls import MOST_BYTES
from tests.alerts.message.test_pages import page
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.support import utc

AT = utc("2025-04-10 22:30")
SECRETS = {"HAVENWATCH_SLACK_TOKEN": TOKEN}


def channel(standin: SlackStandin, conversation: str = CONVERSATION) -> Slack:
    return Slack(conversation=conversation, base_url=standin.base_url)


def refusal(standin: SlackStandin, secrets: dict[str, str] | None = None) -> Undelivered:
    with pytest.raises(Undelivered) as caught:
        channel(standin).send(page(), secrets or SECRETS, AT, again=False)
    assert TOKEN not in str(caught.value)
    return caught.value


def test_a_message_arrives_with_text_blocks_and_its_key(slack: SlackStandin) -> None:
    receipt = channel(slack).send(page(), SECRETS, AT, again=False)
    assert receipt == Sent("1744324200.000001")
    (message,) = slack.messages
    assert message["text"].startswith("[WARNING")
    assert message["blocks"][0]["type"] == "header"
    assert message["metadata"]["event_payload"]["key"] == "joint_selloff/us/2025-04-10#1"


def test_a_base_url_without_its_last_slash_is_the_same(slack: SlackStandin) -> None:
    plain = Slack(conversation=CONVERSATION, base_url=slack.base_url.rstrip("/"))
    assert plain.send(page(), SECRETS, AT, again=False)


def test_a_very_long_message_is_accepted(slack: SlackStandin) -> None:
    assert channel(slack).send(page("word " * 2000), SECRETS, AT, again=False)


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
        dead.send(page(), SECRETS, AT, again=False)
    assert not caught.value.permanent


def test_a_webhook_says_the_same_words(slack: SlackStandin) -> None:
    hook = SlackWebhook()
    receipt = hook.send(
        page(), {"HAVENWATCH_SLACK_WEBHOOK_URL": slack.webhook_url}, AT, again=False
    )
    assert receipt == Sent("ok")
    replace(channel(slack), message="full").send(page(), SECRETS, AT, again=False)
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
        SlackWebhook().send(
            page(), {"HAVENWATCH_SLACK_WEBHOOK_URL": slack.webhook_url}, AT, again=False
        )
    assert caught.value.permanent is permanent
    assert "secret-part" not in str(caught.value)


def test_a_webhook_that_is_gone_is_tried_again_and_its_url_not_told() -> None:
    with SlackStandin() as gone:
        url = gone.webhook_url
    with pytest.raises(Undelivered) as caught:
        SlackWebhook().send(page(), {"HAVENWATCH_SLACK_WEBHOOK_URL": url}, AT, again=False)
    assert not caught.value.permanent
    assert "secret-part" not in str(caught.value)


OPENED = page().key


def later(receipt: str, *, is_own: bool = True, loud: bool = False) -> Message:
    """What became of the alert, in the thread of its first message."""
    thread = Thread(receipt, OPENED, is_own)
    return replace(page("It is over."), key="x#2", thread=thread, loud=loud)


def test_what_became_of_an_alert_is_said_in_its_thread_and_its_first_message_shows_it(
    slack: SlackStandin,
) -> None:
    first = channel(slack).send(page(), SECRETS, AT, again=False).receipt
    channel(slack).send(later(first), SECRETS, AT, again=False)
    head, reply = slack.messages
    assert reply["thread_ts"] == first == head["ts"]
    assert "reply_broadcast" not in reply
    assert head["edited"]
    assert head["blocks"] == slack_head(later(first))
    # The reply says what is new, and leaves the rest to the message above it.
    assert reply["blocks"] == slack_blocks(later(first).news())
    assert slack.keys() == [OPENED, "x#2"]


def test_what_got_worse_is_shown_in_the_conversation_too(slack: SlackStandin) -> None:
    first = channel(slack).send(page(), SECRETS, AT, again=False).receipt
    channel(slack).send(later(first, loud=True), SECRETS, AT, again=False)
    assert slack.messages[1]["reply_broadcast"] in (True, "true", "1")


def test_the_first_message_of_another_alert_is_not_changed(slack: SlackStandin) -> None:
    first = channel(slack).send(page(), SECRETS, AT, again=False).receipt
    channel(slack).send(later(first, is_own=False), SECRETS, AT, again=False)
    head, reply = slack.messages
    assert reply["thread_ts"] == first
    assert "edited" not in head


def test_a_thread_that_is_gone_loses_no_message(slack: SlackStandin) -> None:
    assert channel(slack).send(later("1.000001"), SECRETS, AT, again=False)
    (message,) = slack.messages
    assert not message.get("thread_ts")


def test_what_may_have_arrived_is_looked_for_before_it_is_sent_again(slack: SlackStandin) -> None:
    first = channel(slack).send(page(), SECRETS, AT, again=False).receipt
    for number in range(5):  # it is pages back by now
        channel(slack).send(replace(page(), key=f"other#{number}"), SECRETS, AT, again=False)
    assert channel(slack).send(page(), SECRETS, AT, again=True).receipt == first
    assert len(slack.messages) == 6
    reply = channel(slack).send(later(first), SECRETS, AT, again=False).receipt
    assert channel(slack).send(later(first), SECRETS, AT, again=True).receipt == reply
    assert len(slack.messages) == 7


def test_what_did_not_arrive_is_sent_when_asked_again(slack: SlackStandin) -> None:
    assert channel(slack).send(page(), SECRETS, AT, again=True).receipt
    assert len(slack.messages) == 1


def test_an_answer_lost_on_its_way_back_leaves_it_open_whether_it_arrived(
    slack: SlackStandin,
) -> None:
    slack.lose_next = 1
    error = refusal(slack)
    assert error.unsure
    assert not error.permanent
    channel(slack).send(page(), SECRETS, AT, again=True)
    assert slack.keys() == [OPENED]


def with_chart(key: str = OPENED) -> Message:
    chart = Image("The last quarter", "Three lines that fall.", b"\x89PNG...")
    return replace(page(), key=key, sections=(*page().sections, chart))


def test_a_chart_is_in_the_thread_once(slack: SlackStandin) -> None:
    sent = channel(slack).send(with_chart(), SECRETS, AT, again=False)
    assert sent.remark == ""
    head, chart = slack.messages
    assert chart["thread_ts"] == head["ts"]
    assert chart["files"][0]["title"] == "The last quarter"
    channel(slack).send(with_chart(), SECRETS, AT, again=True)
    assert len(slack.messages) == 2


def test_a_chart_that_was_not_sent_yet_follows(slack: SlackStandin) -> None:
    channel(slack).send(page(), SECRETS, AT, again=False)
    channel(slack).send(with_chart(), SECRETS, AT, again=True)
    assert [bool(one.get("files")) for one in slack.messages] == [False, True]


@pytest.mark.parametrize(
    "broken",
    [
        ("files.getUploadURLExternal", (200, b'{"ok": false, "error": "missing_scope"}', {})),
        ("files.completeUploadExternal", (503, b"", {})),
        ("/upload/F0000000001", (500, b"", {})),
    ],
    ids=["scope", "completing", "upload"],
)
def test_a_chart_that_slack_does_not_take_holds_up_no_words(
    slack: SlackStandin, broken: tuple[str, tuple[int, bytes, dict[str, str]]]
) -> None:
    slack.fail_method[broken[0]] = broken[1]
    sent = channel(slack).send(with_chart(), SECRETS, AT, again=False)
    assert sent.receipt
    assert sent.remark.startswith("the chart did not arrive")
    assert slack.keys() == [OPENED]


def test_an_answer_without_an_end_is_read_up_to_a_bound_and_nothing_of_it_is_shown(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent: list[int] = []

    def serve(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            asked = connection.recv(65536)
            head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
            connection.sendall(head + b"<pre>" + asked)
            try:
                while True:
                    sent.append(connection.send(b"0" * 1_000_000))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server, caplog.at_level(logging.DEBUG):
        thread = threading.Thread(target=serve, args=(server,), daemon=True)
        thread.start()
        slack = Slack(
            conversation=CONVERSATION, base_url=f"http://127.0.0.1:{server.getsockname()[1]}"
        )
        with pytest.raises(Undelivered) as caught:
            slack.send(page(), SECRETS, AT, again=False)
        thread.join(30)
    assert caught.value.problem == "chat.postMessage answered HTTP 200, not a Slack answer"
    assert MOST_BYTES / 2 < sum(sent) < 3 * MOST_BYTES
    assert TOKEN not in caplog.text
