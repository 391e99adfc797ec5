"""The schema step of a database that follows another one: what it follows, how far, and which
numbers it copied later than they were known. A step that has run anywhere is never edited."""

from __future__ import annotations

import sqlite3
from typing import Final

import state.indexes  # noqa: F401 - its steps, and those that it names, come before
from state.migrations import MIGRATIONS

FOLLOWING: Final = (
    # `copied_through` and `newest` are the number and the marks of its vintage copied last, whose
    # number here is larger by `shift`; `known_through` its last cycle of which all is here, NULL
    # while the first copy lasts.
    """CREATE TABLE following (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        database_id TEXT NOT NULL,
        path TEXT NOT NULL,
        copied_through INTEGER NOT NULL,
        newest TEXT NOT NULL,
        shift INTEGER NOT NULL,
        known_through TEXT
    ) STRICT""",
    # When it was copied, where that was after it was known there.
    "ALTER TABLE vintages ADD COLUMN copied_at TEXT",
    "CREATE INDEX vintages_copied ON vintages (copied_at) WHERE copied_at IS NOT NULL",
)


@MIGRATIONS
def following(db: sqlite3.Connection) -> None:
    """Which database is followed, and how far it was copied."""
    for statement in FOLLOWING:
        db.execute(statement)
