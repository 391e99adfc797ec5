"""A slash command is acknowledged at once, done once however often it comes, and leaks nothing."""

from __future__ import annotations

import logging
import shutil
from datetime import timedelta
from logging.handlers import QueueHandler
from pathlib import Path
from queue import Queue

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.slack.socket import listening
from state.database import Database
from state.silences import Silences
from tests.alerts.slack_standin import api_answer
from tests.alerts.socket_standin import PATIENCE_S, Envelope, SocketStandin
from tests.monitor.slack.bench import TOLD_ALERT as ALERT
from tests.monitor.slack.bench import TOLD_AT
from tests.monitor.slack.conftest import app_in_slack
from tests.monitor.slack.typed import asked, deliver_again, locked
from tests.support import new_york


@pytest.mark.slow
def test_a_mute_is_one_silence_also_when_it_is_delivered_again_to_another_program(
    socket: SocketStandin, app: App, clock: SimulatedClock
) -> None:
    at = clock.now()
    sent = socket.command("mute joint_selloff/us 2h traders are on it")
    socket.wait_told(1)
    assert socket.told[0]["text"].startswith("Silenced joint_selloff/us until ")
    clock.advance_to(at + timedelta(minutes=1))
    with listening(app, app.answers):
        socket.wait_until("the other is connected", lambda: socket.sessions == 2)
        deliver_again(socket, sent, 1)
    socket.wait_connections(1)
    (silence,) = Silences(app.database).all()
    assert silence.until == at + timedelta(hours=2)
    assert (silence.made_by, silence.why) == ("ann", "traders are on it")
    assert asked(socket, "unmute joint_selloff")["text"] == "Silence 1 expired."
    assert Silences(app.database).all()[0].end == clock.now()


def test_a_command_that_a_program_that_died_had_begun_is_not_done_again_by_the_next(
    socket: SocketStandin, told: Path, standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    shutil.copyfile(told / "havenwatch.db", tmp_path / "havenwatch.db")
    clock.advance_to(new_york(TOLD_AT))
    sent: Envelope = {}
    for _ in range(2):
        app = app_in_slack(standins, clock, tmp_path, socket.slack)
        with listening(app, app.answers):
            if sent:
                deliver_again(socket, sent, 1)
            else:
                sent = socket.command("mute joint_selloff 2h")
                socket.wait_told(1)
        app.close()
        socket.wait_connections(0)
        clock.advance_to(clock.now() + timedelta(hours=1))
    assert len(socket.told) == 2
    database = Database(tmp_path / "havenwatch.db", read_only=True)
    assert len(Silences(database).all()) == 1
    database.close()


def test_an_answer_that_comes_too_late_for_slack_is_logged_without_its_address(
    socket: SocketStandin, app: App, clock: SimulatedClock, caplog: pytest.LogCaptureFixture
) -> None:
    with locked(app):
        socket.wait_acknowledged(socket.command(f"ack {ALERT}"))
        clock.advance_to(clock.now() + timedelta(minutes=31))
    socket.wait_until("refused", lambda: bool(socket.refused))
    assert socket.refused == ["used_url"]
    assert socket.told == []
    assert "secret-part" not in caplog.text


def test_a_command_is_acknowledged_before_any_work_and_done_once_the_database_is_free(
    socket: SocketStandin, app: App
) -> None:
    with locked(app):
        sent = socket.command(f"ack {ALERT}")
        socket.wait_acknowledged(sent)
        assert socket.told == []
    socket.wait_told(1)
    if "busy" in socket.told[0]["text"]:  # it was locked for too long: it may be sent again
        socket.deliver(sent)
        socket.wait_told(2)
    assert "is acknowledged by ann" in socket.told[-1]["text"]


def test_no_more_is_begun_than_there_is_room_for(socket: SocketStandin, app: App) -> None:
    with locked(app):
        for _ in range(30):
            socket.wait_acknowledged(socket.command("unmute 1"))
        crowded = [one["text"] for one in socket.shown]
    assert crowded
    assert set(crowded) == {"Not done: too many commands at once. Try again in a moment."}
    socket.wait_told(30 - len(crowded))


@pytest.mark.slow
def test_the_home_tab_shows_the_same_first_screen_once_an_opening(
    socket: SocketStandin, app: App
) -> None:
    first = socket.open_home()
    socket.wait_acknowledged(first)
    command = asked(socket, "")
    socket.deliver(first)
    socket.wait_acknowledged(first)
    socket.wait_acknowledged(socket.open_home("Ev02", tab="messages"))
    socket.wait_acknowledged(socket.open_home("Ev03"))
    socket.wait_until("filled twice", lambda: len(socket.slack.homes.get("U01", ())) == 2)
    home = socket.slack.homes["U01"][0]
    assert home["blocks"] == command["blocks"]


@pytest.mark.slow
def test_no_secret_of_a_command_reaches_a_log_or_the_database(
    socket: SocketStandin, app: App, caplog: pytest.LogCaptureFixture
) -> None:
    logged: Queue[logging.LogRecord] = Queue()
    logging.getLogger("havenwatch.slack").addHandler(told := QueueHandler(logged))
    socket.slack.fail_method["views.publish"] = api_answer({"ok": False, "error": "not_enabled"})
    socket.wait_acknowledged(socket.open_home())
    asked(socket, "verdict")
    said = iter(lambda: logged.get(timeout=PATIENCE_S).getMessage(), None)
    failed = next(one for one in said if one.startswith("the App Home was not filled"))
    assert "not_enabled: switch on the Home Tab of the app" in failed
    logging.getLogger("havenwatch.slack").removeHandler(told)
    assert app.database.path is not None
    stored = b"".join(
        one.read_bytes() for one in app.database.path.parent.glob(f"{app.database.path.name}*")
    )
    for secret in ("secret-trigger", "secret-part", "verification-secret", "secret-ticket"):
        assert secret not in caplog.text
        assert secret.encode() not in stored
