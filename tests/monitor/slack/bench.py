"""A listener for Slack's buttons over a socket on loopback and a real database."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from alerts.message.message import Message
from alerts.message.sections import Table, Text
from monitor.clock import SimulatedClock
from monitor.errors import HavenwatchError
from monitor.slack.interactions import SlackInteractions
from monitor.slack.socket import Listener
from state.database import Database
from state.instants import to_text
from tests.alerts.socket_standin import APP_TOKEN, PATIENCE_S, SocketStandin
from tests.support import utc

ALERT = "joint_selloff/us/2025-04-10"

# The alert that the desk's program has told of in Slack, and when that is.
TOLD_ALERT = "joint_selloff/us/2025-04-08"
TOLD_AT = "2025-04-08 18:45"
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
        self.answers = SlackInteractions(
            self.stored, self.explained, clock, self.database, wait_timeout_s=0.2
        )
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
