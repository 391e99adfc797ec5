"""The whole way of a button: told to Slack, pressed there, stored, and shown in the message."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.slack.socket import Noting, listening
from state.alert_store import AlertStore
from state.connections import Connection, Connections
from state.silences import Silences
from tests.alerts.slack.test_slack_buttons import labels
from tests.alerts.slack_standin import CONVERSATION, TOKEN
from tests.alerts.socket_standin import APP_TOKEN, SocketStandin
from tests.monitor.slack.bench import TOLD_ALERT as ALERT
from tests.support import app_over, new_york, toml_sources, utc


def head(socket: SocketStandin) -> list[dict[str, Any]]:
    (message,) = socket.slack.heads
    blocks: list[dict[str, Any]] = message["blocks"]
    return blocks


def test_who_acknowledges_is_shown_in_the_message_and_the_button_is_gone(
    socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    assert labels(head(socket)) == ["Acknowledge", "Snooze 2 h", "Explain"]
    pressed = socket.press("acknowledge", ALERT, clock.now(), "<!channel>")
    socket.wait_acknowledged(pressed)
    socket.wait_told(1)
    assert f"{ALERT} is acknowledged by &lt;!channel&gt;" in socket.told[0]["text"]
    socket.deliver(pressed)
    socket.wait_acknowledged(pressed)
    app.send_due(clock.now() + timedelta(seconds=2))
    assert labels(head(socket)) == ["Snooze 2 h", "Explain"]
    said = head(socket)[-2]["elements"][0]["text"]
    assert f"{ALERT} · acknowledged by &lt;!channel&gt;" in said
    assert "<!channel>" not in str(socket.slack.messages)
    assert socket.slack.keys() == [f"{ALERT}#1", f"{ALERT}#2"]


def test_a_snooze_is_one_silence_of_two_hours_however_often_it_is_delivered(
    socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    at = clock.now()
    pressed = socket.press("snooze", ALERT, at)
    socket.wait_acknowledged(pressed)
    clock.advance_to(at + timedelta(minutes=1))
    with listening(app, app.answers):  # another program on the database
        socket.wait_until("the other is connected", lambda: socket.sessions == 2)
        socket.deliver(pressed)
        socket.wait_acknowledged(pressed)
    (silence,) = Silences(app.database).all()
    assert (silence.what, silence.made_by) == ("joint_selloff/us", "ann")
    assert silence.until == at + timedelta(hours=2)


def test_an_explanation_shows_the_rule_and_its_numbers_to_one_person(
    socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    pressed = socket.press("explain", ALERT, clock.now())
    socket.wait_acknowledged(pressed)
    socket.wait_told(1)
    said = str(socket.told[0]["blocks"])
    assert "Thresholds" in said
    assert "History" in said
    assert socket.slack.keys() == [f"{ALERT}#1"]


@pytest.mark.slow
def test_an_alert_about_a_source_is_explained_by_how_the_source_does(
    standins: Standins, socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    standins.faults["cboe"] = lambda _: Reply(503, b"<!channel> is down\n", "text/plain")
    for at in ("2025-04-09 18:45", "2025-04-11 12:00"):
        clock.advance_to(new_york(at))
        app.tick(clock.now())
    (alert,) = AlertStore(app.database).alerts("source_health")
    pressed = socket.press("explain", alert.alert_id, clock.now())
    socket.wait_acknowledged(pressed)
    socket.wait_told(1)
    said = str(socket.told[0]["blocks"])
    for words in ("not the market", "HTTP 503", "UNREACHABLE", "next poll", "is stale"):
        assert words in said
    assert "<!channel>" not in said


def test_an_alert_of_the_program_that_was_never_told_is_no_alert(
    socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    pressed = socket.press("explain", "source_health/cboe/1999-01-01", clock.now())
    socket.wait_acknowledged(pressed)
    socket.wait_told(1)
    said = "Unknown alert: it belongs to another havenwatch database."
    assert socket.told[0]["text"] == said


def stored(app: App) -> list[Connection]:
    return Connections(app.database).all()


def test_a_connection_that_is_lost_is_stored_with_since_when_until_it_stands_again(
    socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    noting, began = Noting(app, "console"), clock.now()
    noting.note("HTTP 503")
    clock.advance_to(began + timedelta(minutes=9))
    noting.note("HTTP 500")
    assert stored(app) == [Connection("console", began, "HTTP 500")]
    noting.note("")
    assert stored(app) == [Connection("console", None, "")]


def test_a_connection_is_forgotten_when_buttons_are_switched_off(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    quiet = app_over(standins, clock, tmp_path)
    Connections(quiet.database).record_lost("slack", clock.now(), "HTTP 503")
    with listening(quiet, quiet.answers):
        assert stored(quiet) == []
    quiet.close()


def test_only_the_process_that_acts_says_how_its_connection_does(
    standins: Standins, app: App, clock: SimulatedClock, tmp_path: Path
) -> None:
    waiting = app_over(standins, clock, tmp_path)
    Noting(waiting, "console").note("HTTP 503")
    assert all(one.lost_since is None for one in stored(waiting))
    waiting.close()


@pytest.mark.slow
def test_run_listens_and_ends_when_it_is_told_to(
    standins: Standins, tmp_path: Path, socket: SocketStandin
) -> None:
    (tmp_path / "config.toml").write_text(
        f'[channels.slack]\nconversation = "{CONVERSATION}"\ntoken_env = "BOT"\n'
        f'app_token_env = "APP"\nbase_url = "{socket.slack.base_url}"\n'
        + toml_sources(standins, "min_interval_s = 0.0")
    )
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(tmp_path / "config.toml"), "run"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "BOT": TOKEN, "APP": APP_TOKEN},
    )
    pressed = socket.press("acknowledge", "joint_selloff/us/1999-01-01", utc("2025-04-08 22:45"))
    socket.wait_acknowledged(pressed)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    for secret in (TOKEN, APP_TOKEN, "secret-ticket", "secret-part"):
        assert secret not in said
