"""The connection to Slack: made again when it ends, its state noted, and no secret logged."""

from __future__ import annotations

import logging
from pathlib import Path
from queue import Queue

import pytest

from monitor.clock import SimulatedClock
from monitor.slack.interactions import SlackInteractions
from monitor.slack.socket import LOST, OUR_WORDS, Listener
from state.database import Database
from tests.alerts.socket_standin import APP_TOKEN, PATIENCE_S, SocketStandin
from tests.monitor.slack.bench import ALERT, PRESSED_AT, Bench, Stored, explained


@pytest.mark.parametrize("how", ["ask_to_reconnect", pytest.param("cut", marks=pytest.mark.slow)])
def test_a_connection_that_ends_is_logged_and_made_again(
    socket: SocketStandin, bench: Bench, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    caplog.set_level(logging.INFO)
    getattr(socket, how)()
    envelope = socket.press("acknowledge", ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    assert "Connecting to a new endpoint" in caplog.text
    assert bench.stored.rows("acks") == [(ALERT, "ann")]


def test_a_first_connection_that_fails_is_tried_again(
    socket: SocketStandin, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    socket.slack.fail_next += [(503, b"", {}), (503, b"", {})]
    bench = Bench(socket, tmp_path)
    envelope = socket.press("acknowledge", ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    bench.close()
    assert "no connection, tried again in" in caplog.text


def test_a_wrong_app_token_is_told_and_not_tried_again(
    socket: SocketStandin, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    database, clock = Database(tmp_path / "havenwatch.db"), SimulatedClock(PRESSED_AT)
    answers = SlackInteractions(Stored(database), explained, clock, database)
    listener = Listener("xapp-wrong", socket.slack.base_url, 5, answers.answer, clock)
    assert "invalid_auth" in listener.connect()
    listener.stop()
    database.close()
    assert "fix the app token: apps.connections.open answered HTTP 200, invalid_auth" in (
        caplog.text
    )
    assert "xapp-wrong" not in caplog.text


def test_how_a_connection_does_is_told_at_every_look(socket: SocketStandin, tmp_path: Path) -> None:
    told: Queue[str] = Queue()
    database, clock = Database(tmp_path / "havenwatch.db"), SimulatedClock(PRESSED_AT)
    answers = SlackInteractions(Stored(database), explained, clock, database)
    url = socket.slack.base_url
    quick = {"ping_interval_s": 0.05, "first_pause_s": 0.05}
    socket.slack.fail_next += [(503, b"", {})]
    listener = Listener(APP_TOKEN, url, 5, answers.answer, clock, note=told.put, **quick)
    listener.start()
    assert "HTTP 503" in told.get(timeout=PATIENCE_S)
    assert told.get(timeout=PATIENCE_S) == ""
    socket.slack.elsewhere["apps.connections.open"] = lambda *_: (503, b"", {})
    socket.close()
    seen = iter(lambda: told.get(timeout=PATIENCE_S), LOST)
    assert set(seen) <= {""}
    listener.stop()
    database.close()


def test_no_secret_is_logged(
    socket: SocketStandin, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "websockets")  # the stand-in's own
    caplog.set_level(logging.DEBUG)
    bench = Bench(socket, tmp_path)
    socket.ask_to_reconnect()
    for action in ("acknowledge", "explain", "unknown"):
        socket.wait_acknowledged(socket.press(action, ALERT, PRESSED_AT))
    socket.wait_told(2)
    bench.close()
    assert caplog.text
    for secret in (APP_TOKEN, "secret-ticket", "secret-part", "verification-secret"):
        assert secret not in caplog.text


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (
            "Received an unexpected response for handshake (status: 403, response: <p>secret)",
            "Received an unexpected response for handshake",
        ),
        (
            "Failed to establish a connection (session id: 1, error: wss://x/?ticket=secret)",
            "Failed to establish a connection",
        ),
        ("Failed to retrieve WSS URL: Bearer secret", "Failed to retrieve WSS URL"),
        ("Connecting to a new endpoint...", "Connecting to a new endpoint..."),
    ],
)
def test_of_what_slacks_client_logs_only_its_own_words_are_kept(said: str, kept: str) -> None:
    record = logging.LogRecord("client", logging.ERROR, "", 1, said, None, (None, None, None))
    assert OUR_WORDS.filter(record)
    assert logging.Formatter().format(record) == kept
