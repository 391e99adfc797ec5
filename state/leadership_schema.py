"""The schema step of a database that more than one host may act on. A step that has run anywhere is
never edited."""

from __future__ import annotations

import sqlite3

import state.followed_schema  # noqa: F401 - its step, and those that it names, come before
from state.migrations import MIGRATIONS


@MIGRATIONS
def leaderships(db: sqlite3.Connection) -> None:
    """Which host acted on the database from when on, and what it went on from: the replica of an
    earlier token, or its own file, where `restored_from` is NULL."""
    db.execute(
        "CREATE TABLE leaderships (token INTEGER PRIMARY KEY, host_id TEXT NOT NULL,"
        " taken_at TEXT NOT NULL, restored_from INTEGER, replica_at TEXT,"
        " set_aside TEXT NOT NULL, lost_answers TEXT NOT NULL) STRICT"
    )
