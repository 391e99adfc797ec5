"""Buttons pressed in Slack, over a socket on loopback and a real database."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest

from alerts.message import Message, Table, Text
from monitor.clock import SimulatedClock
from monitor.errors import HavenwatchError
from monitor.slack.interactions import SlackInteractions
from monitor.slack.socket import LOST, OUR_WORDS, Listener
from state.database import Database
from state.instants import to_text
from tests.alerts.slack_standin import SlackStandin
from tests.alerts.socket_standin import APP_TOKEN, PATIENCE_S, SocketStandin
from tests.support import utc

ALERT = "joint_selloff/us/2025-04-10"
PRESSED_AT = utc("2025-04-10 22:40")


class Stored:
    """Answers kept in tables of their own, idempotent by their keys; `asked` counts the calls."""

    def __init__(self, database: Database):
        self._database = database
        self.asked = 0
        with database.immediate() as connection:
            connection.execute("CREATE TABLE acks (alert_id TEXT PRIMARY KEY, by TEXT) STRICT")
            connection.execute(
                "CREATE TABLE snoozes (rule_id TEXT, subject TEXT, until TEXT, by TEXT, why TEXT, "
                "PRIMARY KEY (rule_id, subject, until)) STRICT"
            )

    def knows(self, alert_id: str) -> bool:
        return alert_id == ALERT

    def acknowledge(self, alert_id: str, by: str, note: str, at: datetime) -> str:
        self.asked += 1
        if alert_id != ALERT:
            raise HavenwatchError("answer", expected="an alert", got=alert_id, remedy="list them")
        with self._database.immediate() as connection:
            connection.execute("INSERT OR IGNORE INTO acks VALUES (?, ?)", (alert_id, by))
        return f"acknowledged by {by}."

    def silence(
        self, rule_id: str, subject: str | None, until: datetime, by: str, why: str, at: datetime
    ) -> str:
        self.asked += 1
        with self._database.immediate() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO snoozes VALUES (?, ?, ?, ?, ?)",
                (rule_id, subject, to_text(until), by, why),
            )
        return f"silent until {to_text(until)}."

    def rows(self, table: str) -> list[tuple[str, ...]]:
        found = self._database.connection.execute(f"SELECT * FROM {table}")
        return [tuple(row) for row in found]


def explained(alert_id: str, as_of: datetime) -> Message:
    if alert_id != ALERT:
        raise HavenwatchError("explain", expected="an alert", got=alert_id, remedy="list them")
    rows = tuple((f"series {n}", "1.00") for n in range(2000))
    sections = (Text("Why <it> fired."), Table("Inputs", ("series", "value"), "lr", rows))
    return Message("explain", "plain", "EXPLAIN", alert_id, alert_id, sections, to_text(as_of))


class Bench:
    """A listener over a real database, connected to the stand-in."""

    def __init__(self, socket: SocketStandin, folder: Path):
        self._socket = socket
        self._folder = folder
        self.database = Database(folder / "havenwatch.db")
        self.stored = Stored(self.database)
        self.may_explain = threading.Event()
        self.may_explain.set()
        self.start()

    def start(self) -> None:
        clock = SimulatedClock(PRESSED_AT + timedelta(minutes=1))
        self.answers = SlackInteractions(self.stored, self.explained, clock, self.database)
        url, answer = self._socket.slack.base_url, self.answers.answer
        self.listener = Listener(
            APP_TOKEN, url, 5, answer, clock, ping_interval_s=0.2, first_pause_s=0.1
        )
        self.listener.start()

    def stop(self) -> None:
        self.listener.stop()
        self.answers.close()

    def restart(self) -> None:
        """Another program over the same database."""
        sessions = self._socket.sessions
        self.stop()
        self.start()
        self._socket.wait_until("a new session", lambda: self._socket.sessions > sessions)

    def close(self) -> None:
        self.may_explain.set()
        self.stop()
        self.database.close()

    def explained(self, alert_id: str, as_of: datetime) -> Message:
        assert self.may_explain.wait(PATIENCE_S)
        return explained(alert_id, as_of)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Inside it, another program holds the write lock."""
        other = sqlite3.connect(self._folder / "havenwatch.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()
        other.close()


@pytest.fixture
def socket() -> Iterator[SocketStandin]:
    with SlackStandin() as slack, SocketStandin(slack) as standin:
        yield standin


@pytest.fixture
def bench(socket: SocketStandin, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(socket, tmp_path)
    yield made
    made.close()


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


@pytest.mark.parametrize("action", ["acknowledge", "snooze", "explain"])
def test_what_is_delivered_again_is_done_once_and_told_once(
    socket: SocketStandin, bench: Bench, action: str
) -> None:
    envelope = socket.press(action, ALERT, PRESSED_AT)
    socket.wait_acknowledged(envelope)
    socket.deliver({**envelope, "retry_attempt": 1, "retry_reason": "timeout"})
    socket.wait_acknowledged(envelope)
    bench.listener.stop()  # which waits for what is being answered
    assert len(socket.told) == 1
    assert bench.stored.asked == (action != "explain")


@pytest.mark.parametrize("action", ["acknowledge", "snooze"])
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


@pytest.mark.parametrize("action", ["acknowledge", "snooze", "explain"])
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
    bench.listener.stop()
    assert len(socket.told) == 1  # of the known one


@pytest.mark.parametrize("how", ["ask_to_reconnect", "cut"])
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
