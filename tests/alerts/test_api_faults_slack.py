"""Every fault of Slack's Web API ends in one message there, or in one dead letter."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from alerts.channels.slack import Slack
from alerts.channels.slack_webhook import SlackWebhook
from tests.alerts.fault_runs import OPENED, AlertSummary, Ending, tell
from tests.alerts.http_gate import Fault, HttpGate, Wire, refused
from tests.alerts.slack_limits import SCOPES
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.slow import quick_where

SECRETS = {"HAVENWATCH_SLACK_TOKEN": TOKEN}
POST, UPDATE, HISTORY = "chat.postMessage", "chat.update", "conversations.history"
REMINDED = OPENED.replace("#1", "#2")


def says(error: str, *, taken: bool = False, times: int | None = 1, path: str = "") -> Fault:
    """Slack's `ok: false`."""
    body = json.dumps({"ok": False, "error": error}).encode()
    return refused(200, body, taken=taken, times=times, path=path)


def dead(problem: str, received: int = 0, tries: int | None = 1) -> Ending:
    return Ending(sent=False, received=received, says=problem, tries=tries)


# Of the token, of the conversation, of the message and of what is allowed; the first of each quick.
REFUSED: Final = (
    ("invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"),
    ("channel_not_found", "not_in_channel", "is_archived"),
    ("msg_too_long", "invalid_blocks"),
    ("missing_scope", "restricted_action"),
)
ALIKE: Final = {error for alike in REFUSED for error in alike[1:]}

FIRST_MESSAGE: dict[str, tuple[list[Fault], Ending]] = {
    **{
        error: ([says(error, times=None)], dead(error)) for alike in REFUSED for error in alike
    },
    **{
        f"{error} once": ([says(error)], Ending(tries=2))
        for error in ("ratelimited", "internal_error", "fatal_error", "service_unavailable")
    },
    "internal_error after it was taken": ([says("internal_error", taken=True)], Ending(tries=2)),
    "fatal_error after it was taken": ([says("fatal_error", taken=True)], Ending(tries=2)),
    "internal_error for ever": (
        [says("internal_error", times=None)],
        dead("not delivered within", tries=None),
    ),
    "a page with 200": ([refused(200, b"<html>Sign in</html>")], Ending(tries=2)),
    "a page in another alphabet": (
        [refused(200, b"<html>\xfcber</html>")],
        Ending(tries=2, says="not a Slack answer"),
    ),
    "an empty answer": ([refused(200, b"")], Ending(tries=2)),
    "an empty answer after it was taken": ([refused(200, b"", taken=True)], Ending(tries=2)),
    "JSON that is no object": ([refused(200, b"[]", taken=True)], Ending(tries=2)),
    "JSON without a word": ([refused(200, b'{"ok": false}', taken=True)], Ending(tries=2)),
    "an answer lost and no leave to look": (
        [Fault(taken=True, wire=Wire.LOST), says("missing_scope", times=None, path=HISTORY)],
        dead("missing_scope", received=1, tries=2),
    ),
    "an answer lost and a look that is rate limited": (
        [
            Fault(taken=True, wire=Wire.LOST),
            refused(429, headers={"Retry-After": "30"}, path=HISTORY),
        ],
        Ending(tries=3),
    ),
    "an answer lost and a look that is lost": (
        [Fault(taken=True, wire=Wire.LOST), Fault(wire=Wire.LOST, path=HISTORY)],
        Ending(tries=3),
    ),
}  # fmt: skip

# The second message changes the first, after it was posted itself.
SECOND_MESSAGE: dict[str, tuple[list[Fault], str]] = {
    "the update is rate limited": ([refused(429, path=UPDATE)], "HTTP 429"),
    "the update says ratelimited": ([says("ratelimited", path=UPDATE)], "ratelimited"),
    "the update fails": ([refused(503, path=UPDATE)], "HTTP 503"),
    "the update is lost": ([Fault(wire=Wire.LOST, path=UPDATE)], "no answer"),
    "the update is not allowed": (
        [says("cant_update_message", times=None, path=UPDATE)],
        "the first message was not changed: chat.update answered HTTP 200, cant_update_message",
    ),
    "the first message is gone": (
        [says("message_not_found", times=None, path=UPDATE)],
        "message_not_found",
    ),
}


def channel(gate: HttpGate) -> Slack:
    return Slack(conversation=CONVERSATION, base_url=f"{gate.root}/api", timeout_s=1)


@pytest.mark.parametrize(
    "name",
    quick_where(lambda name: name not in ALIKE and not name.endswith("for ever"), FIRST_MESSAGE),
)
def test_a_fault_of_slack_ends_in_one_message_or_one_dead_letter(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults, ending = FIRST_MESSAGE[name]
    standin = SlackStandin()
    with HttpGate(standin.take) as gate:
        gate.faults.extend(faults)
        tell(AlertSummary(tmp_path), channel(gate), SECRETS, ending, caplog)
    assert standin.keys() == [OPENED] * ending.received
    assert "Sign in" not in caplog.messages[-1]


@pytest.mark.parametrize("name", SECOND_MESSAGE)
def test_a_fault_in_changing_the_first_message_tells_the_second_once(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults, said = SECOND_MESSAGE[name]
    standin = SlackStandin()
    with HttpGate(standin.take) as gate:
        gate.faults.extend(faults)
        tell(AlertSummary(tmp_path), channel(gate), SECRETS, Ending(says=said), caplog, messages=2)
    assert standin.keys() == [OPENED, REMINDED]


def test_an_update_that_failed_once_is_made_up_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standin = SlackStandin()
    with HttpGate(standin.take) as gate:
        gate.faults.append(refused(429, headers={"Retry-After": "30"}, path=UPDATE))
        tell(AlertSummary(tmp_path), channel(gate), SECRETS, Ending(), caplog, messages=2)
    assert standin.messages[0]["edited"]


def test_a_token_that_may_not_look_is_a_dead_letter_only_where_it_must_look(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standin = SlackStandin(scopes=SCOPES - {"channels:history"})
    with HttpGate(standin.take) as gate:
        gate.faults.append(refused(429))
        tell(AlertSummary(tmp_path), channel(gate), SECRETS, Ending(tries=2), caplog)
    assert standin.keys() == [OPENED]


def test_a_page_behind_a_redirect_is_no_receipt(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standin = SlackStandin()
    with HttpGate(standin.take) as gate:
        gate.faults.append(refused(302, headers={"Location": f"{gate.root}/sign-in"}))
        gate.faults.append(refused(200, b"<html>Sign in</html>", path="/sign-in"))
        tell(AlertSummary(tmp_path), channel(gate), SECRETS, Ending(tries=2), caplog)
    assert standin.keys() == [OPENED]


@pytest.mark.parametrize(
    ("fault", "received"),
    [(refused(500), 1), (refused(500, taken=True), 2), (Fault(wire=Wire.LOST, taken=True), 2)],
    ids=["500", "500 after it was taken", "an answer lost"],
)
def test_an_incoming_webhook_may_be_told_to_repeat_what_may_have_arrived(
    fault: Fault, received: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standin = SlackStandin()
    hook = replace(SlackWebhook(), resend_when_unknown=True, timeout_s=1)
    with HttpGate(standin.take) as gate:
        gate.faults.append(fault)
        secrets = {"HAVENWATCH_SLACK_WEBHOOK_URL": f"{gate.root}/services/T/B/secret-part"}
        tell(AlertSummary(tmp_path), hook, secrets, Ending(tries=2), caplog)
    assert len(standin.messages) == received


@pytest.mark.parametrize("word", ["no_service", "invalid_payload", "channel_is_archived"])
def test_a_webhooks_own_word_is_in_its_dead_letter(
    word: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    standin = SlackStandin()
    with HttpGate(standin.take) as gate:
        gate.faults.append(refused(404, word.encode(), times=None))
        secrets = {"HAVENWATCH_SLACK_WEBHOOK_URL": f"{gate.root}/services/T/B/secret-part"}
        tell(AlertSummary(tmp_path), SlackWebhook(), secrets, dead(word), caplog)
    assert standin.messages == []
