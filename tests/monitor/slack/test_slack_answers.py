"""Buttons pressed in Slack, over a socket on loopback and a real database."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from state.instants import to_text
from tests.alerts.socket_standin import SocketStandin
from tests.monitor.slack.bench import ALERT, PRESSED_AT, Bench
from tests.slow import quick_where

ACTIONS = ("acknowledge", "snooze", "explain")


def test_an_acknowledgement_is_stored_and_told_to_who_pressed(
    socket: SocketStandin, bench: Bench
) -> None:
    envelope = socket.press("acknowledge", ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    assert bench.stored.rows("acks") == [(ALERT, "ann")]
    socket.wait_told(1)
    assert socket.told[0]["text"] == "acknowledged by ann."
    assert socket.told[0]["response_type"] == "ephemeral"
    assert socket.told[0]["replace_original"] is False


def test_a_snooze_silences_the_rule_for_its_subject_from_when_it_was_pressed(
    socket: SocketStandin, bench: Bench
) -> None:
    envelope = socket.press("snooze", ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    until = to_text(PRESSED_AT + timedelta(hours=2))
    snoozed = ("joint_selloff", "us", until, "ann", "snoozed from Slack")
    assert bench.stored.rows("snoozes") == [snoozed]
    socket.wait_told(1)
    assert socket.told[0]["text"] == f"silent until {until}."


def test_an_explanation_goes_to_who_asked_and_fits_into_a_message(
    socket: SocketStandin, bench: Bench
) -> None:
    envelope = socket.press("explain", ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    socket.wait_told(1)
    (told,) = socket.told
    assert told["response_type"] == "ephemeral"
    assert told["blocks"][2]["text"]["text"] == "Why &lt;it&gt; fired."
    assert len(json.dumps(told["blocks"], ensure_ascii=False)) <= 12_000
    assert "does not fit" in told["blocks"][-1]["elements"][0]["text"]


def test_an_explanation_that_takes_long_follows_the_acknowledgement(
    socket: SocketStandin, bench: Bench
) -> None:
    bench.may_explain.clear()
    envelope = socket.press("explain", ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    assert socket.told == []
    bench.may_explain.set()
    socket.wait_told(1)


@pytest.mark.parametrize("action", quick_where("snooze".__eq__, ACTIONS))
def test_what_is_delivered_again_is_done_once_and_told_once(
    socket: SocketStandin, bench: Bench, action: str
) -> None:
    envelope = socket.press(action, ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    socket.deliver({**envelope, "retry_attempt": 1, "retry_reason": "timeout"})
    socket.wait_acknowledged(envelope)
    socket.wait_told(1)
    bench.listener.stop()  # which waits some seconds for a second answer
    assert len(socket.told) == 1
    assert bench.stored.asked == (action != "explain")


@pytest.mark.parametrize("action", quick_where("acknowledge".__eq__, ACTIONS[:2]))
def test_what_a_program_that_died_had_done_is_not_done_twice_by_the_next(
    socket: SocketStandin, bench: Bench, action: str
) -> None:
    envelope = socket.press(action, ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    bench.restart()
    socket.deliver(envelope)
    socket.wait_acknowledged(envelope)
    assert bench.stored.asked == 2
    assert len(bench.stored.rows("acks") + bench.stored.rows("snoozes")) == 1


def test_a_locked_database_leaves_a_press_unanswered_until_it_is_delivered_again(
    socket: SocketStandin, bench: Bench
) -> None:
    with bench.locked():
        envelope = socket.press("acknowledge", ALERT, PRESSED_AT)
        socket.wait_told(1)
    assert "Not done" in socket.told[0]["text"]
    assert socket.acknowledged == set()
    assert bench.stored.rows("acks") == []
    socket.deliver(envelope)
    socket.wait_acknowledged(envelope)
    assert bench.stored.rows("acks") == [(ALERT, "ann")]
    socket.wait_told(2)
    assert socket.told[1]["text"] == "acknowledged by ann."


def test_an_explanation_does_not_wait_for_a_locked_database(
    socket: SocketStandin, bench: Bench
) -> None:
    with bench.locked():
        envelope = socket.press("explain", ALERT, PRESSED_AT)
        socket.wait_acknowledged(envelope)


@pytest.mark.parametrize("action", quick_where("explain".__eq__, ACTIONS))
def test_an_unknown_alert_is_told_to_who_pressed(
    socket: SocketStandin, bench: Bench, action: str
) -> None:
    envelope = socket.press(action, "joint_selloff/us/1999-01-01", PRESSED_AT)
    socket.wait_acknowledged(envelope)
    socket.wait_told(1)
    said = "Unknown alert: it belongs to another havenwatch database."
    assert socket.told[0]["text"] == said
    assert bench.stored.rows("acks") == bench.stored.rows("snoozes") == []
    assert socket.told[0]["response_type"] == "ephemeral"


def test_the_name_of_who_pressed_calls_nobody(socket: SocketStandin, bench: Bench) -> None:
    socket.press("acknowledge", ALERT, PRESSED_AT, "<!channel>\n*x*")
    socket.wait_told(1)
    assert socket.told[0]["text"] == "acknowledged by &lt;!channel&gt; *x*."
    assert bench.stored.rows("acks") == [(ALERT, "<!channel> *x*")]


def test_what_is_no_button_of_ours_is_acknowledged_and_logged(
    socket: SocketStandin, bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    known = socket.press("explain", ALERT, PRESSED_AT)
    sent = [
        socket.press("delete", ALERT, PRESSED_AT),
        socket.press("acknowledge", "no alert", PRESSED_AT, "bob"),
        socket.send("e1", "interactive", {"type": "block_actions", "actions": []}),
        socket.send("e2", "interactive", {**known["payload"], "type": "block_suggestion"}),
        socket.send("e3", "events_api", {"type": "event_callback"}),
    ]
    for envelope in sent:
        socket.wait_acknowledged(envelope)
    assert caplog.text.count("no button of ours") == len(sent)
    assert bench.stored.asked == 0
    socket.wait_told(1)  # of the known one
    bench.listener.stop()
    assert len(socket.told) == 1
