"""Retention by the running program: when, between which answers, and where it waits."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from alerts.lifecycle import step
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import build
from monitor.history.replay import RecordingChannel
from monitor.service.retention_job import EVERY, RetentionJob, retention_job
from monitor.stop import Stop, Stopped
from rules.terms import Kind
from state.alert_store import AlertStore
from state.database import Database
from state.instants import to_text
from state.pieces import MOST_ROWS
from state.retention import KeepFor
from state.write_ahead_log import LONGEST_BYTES
from tests.support import signal, utc

AT: Final = utc("2026-08-21 04:00")
KEEP_FOR: Final = KeepFor(quotes=timedelta(days=30))
OLD: Final = AT - timedelta(days=31)
PIECES: Final = 3


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with closing(Database(tmp_path / "havenwatch.db")) as opened:
        add_quotes(opened)
        yield opened


def add_quotes(database: Database) -> None:
    times = [to_text(OLD - timedelta(seconds=one)) for one in range(PIECES * MOST_ROWS)]
    with database.immediate() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO quotes VALUES (?, 'spx', 'a feed', ?, 5000.0, NULL, '')",
            [(one, one) for one in times],
        )


def quotes(database: Database) -> int:
    found: int = database.connection.execute("SELECT count(*) FROM quotes").fetchone()[0]
    return found


def job_of(database: Database, pause: Callable[[], object] = lambda: None) -> RetentionJob:
    return RetentionJob(database, KEEP_FOR, pause)


def test_it_is_due_at_the_start_each_hour_and_when_the_clock_was_set_back(
    database: Database,
) -> None:
    job = job_of(database)
    for at, left in (
        (AT, 0),
        (AT + EVERY - timedelta(minutes=1), PIECES * MOST_ROWS),
        (AT + EVERY, 0),
        (AT - EVERY, 0),
    ):
        add_quotes(database)
        job.step(at)
        assert quotes(database) == left


def test_an_acknowledgement_is_stored_between_two_pieces(database: Database) -> None:
    opened = step(None, signal(), Kind.EVENT, timedelta(days=1))
    assert opened is not None
    assert database.path is not None
    with database.immediate() as connection:
        AlertStore(database).record_transition(connection, opened, ())
    config = build({}, {}, database.path.parent)
    channels = {"console": RecordingChannel()}
    app = App(config, SimulatedClock(AT), database.path, channels=channels)
    app.database.connection.execute("PRAGMA busy_timeout = 0")  # who would wait fails at once
    alert_id, left = opened.after.alert_id, list[int]()

    def acknowledge() -> None:
        left.append(quotes(app.database))
        by = f"Ann {len(left)}"
        assert by in app.answers.acknowledge(alert_id, by, "", AT, force=True)

    job_of(database, acknowledge).step(AT)
    assert left == [2 * MOST_ROWS, MOST_ROWS, 0]
    assert AlertStore(app.database).alert(alert_id).acknowledged_by == "Ann 3"  # type: ignore[union-attr]
    app.close()


def test_it_stops_between_two_pieces_and_the_next_start_goes_on(database: Database) -> None:
    stop = Stop()
    job = RetentionJob(database, KEEP_FOR, stop.tell, stop.refuse)
    with pytest.raises(Stopped):
        job.step(AT)
    assert quotes(database) == 2 * MOST_ROWS
    job_of(database).step(AT)
    assert quotes(database) == 0


def test_one_cycle_from_cron_drops_a_part_and_the_next_days_another(database: Database) -> None:
    assert database.path is not None
    config = build({}, {}, database.path.parent)
    app = App(config, SimulatedClock(AT), database.path, channels={})
    retention_job(app, most_pieces=1).step(AT)
    assert quotes(database) == 2 * MOST_ROWS
    app.close()


@pytest.mark.slow
def test_it_waits_while_a_reader_keeps_the_log(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    assert database.path is not None
    caplog.set_level(logging.INFO)
    with database.immediate() as connection:  # free pages, which are moved to be given back
        row = ("x", os.urandom(20 << 20), to_text(OLD))
        connection.execute("CREATE TABLE gone (row BLOB) STRICT")
        connection.execute("INSERT INTO gone VALUES (zeroblob(?))", (3 * LONGEST_BYTES,))
        connection.execute("INSERT INTO bodies VALUES (?, ?, '', 1, ?)", row)
        connection.execute("DROP TABLE gone")
    with closing(sqlite3.connect(database.path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM quotes").fetchone()
        job_of(database).step(AT)
        assert "somebody has been reading the database for long" in caplog.text
        assert database.path.with_name("havenwatch.db-wal").stat().st_size < 5 * LONGEST_BYTES
    size = database.path.stat().st_size
    job_of(database).step(AT + EVERY)
    assert database.path.stat().st_size < size
