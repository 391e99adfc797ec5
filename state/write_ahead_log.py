"""The log in front of a database (`-wal`): when it is written back into the file, and how long it
may stay. Nothing else decides on that."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from state.standby_state import state_file

# A log that grew behind a long reader is cut to this once it has been written back.
LONGEST_BYTES: Final = 16 << 20


@dataclass(frozen=True)
class LogState:
    """How long the log is, and how much of it waits for a reader or a writer to go on."""

    size_bytes: int
    waiting_bytes: int


def is_replicated(path: Path) -> bool:
    """Whether Litestream replicates the database. It alone writes the log back then: where another
    does, what it has not read yet is overwritten, and the replica lacks it."""
    return state_file(path).exists()


def bound_log(connection: sqlite3.Connection, path: Path) -> None:
    """Let a connection cut the log when it begins it anew. SQLite writes it back by itself, each
    time that a commit leaves it longer than four megabytes, unless the database is replicated."""
    if is_replicated(path):
        leave_to(connection)
        return
    connection.execute(f"PRAGMA journal_size_limit = {LONGEST_BYTES}")


def leave_to(connection: sqlite3.Connection) -> None:
    """Let no commit of a connection write the log back: `write_back` does, outside of all locks, or
    Litestream."""
    connection.execute("PRAGMA wal_autocheckpoint = 0")


def write_back(connection: sqlite3.Connection, path: Path) -> LogState:
    """What is left of the log once all that nobody still reads is in the file; nothing where that
    is for Litestream to do. Nobody waits for it (PASSIVE): who commits or reads meanwhile goes
    on."""
    if is_replicated(path):
        return LogState(0, 0)
    page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    _, pages, done = connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    return LogState(max(pages, 0) * page_bytes, max(pages - done, 0) * page_bytes)
