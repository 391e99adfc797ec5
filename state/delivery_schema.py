"""The schema steps of delivery and of events that end; a step that has run anywhere is never
edited."""

from __future__ import annotations

import os
import sqlite3
from typing import Final

from state.migrations import MIGRATIONS
from state.sql_views import renew_views

STATES_BEFORE: Final = "state IN ('open', 'resolved', 'withdrawn')"
STATES: Final = "state IN ('open', 'past', 'resolved', 'withdrawn')"

ONE_OF_TWO: Final = "CHECK ((transition_id IS NULL) <> (digest_date IS NULL))"
ONE_OF_THREE: Final = """CHECK (
        (transition_id IS NOT NULL) + (digest_date IS NOT NULL) + (bulletin_id IS NOT NULL) = 1)"""
BULLETINS: Final = (
    """CREATE TABLE bulletins (
        bulletin_id TEXT PRIMARY KEY,
        composed_at TEXT NOT NULL,
        page TEXT NOT NULL
    ) STRICT""",
    "ALTER TABLE deliveries ADD COLUMN bulletin_id TEXT REFERENCES bulletins (bulletin_id)",
    "CREATE UNIQUE INDEX deliveries_of_bulletins ON deliveries (bulletin_id, channel)",
)

TRIES: Final = (
    # 1 where some try of a message may have arrived, also of one that is dead.
    "ALTER TABLE deliveries ADD COLUMN is_unsure INTEGER NOT NULL DEFAULT 0 "
    "CHECK (is_unsure IN (0, 1))",
    # Of those before this step nobody knows. What notes changes of a delivery wants an instant.
    "UPDATE deliveries SET is_unsure = 1, changed_at = coalesce(changed_at, settled_at, created_at)"
    " WHERE status IN ('sending', 'dead')",
    # The parts of a message that are sent again alone, as JSON: recipients, services, charts.
    "ALTER TABLE deliveries ADD COLUMN missing TEXT NOT NULL DEFAULT '[]'",
    # 1 where somebody has seen what of a sent message did not arrive.
    "ALTER TABLE deliveries ADD COLUMN is_remark_seen INTEGER NOT NULL DEFAULT 0 "
    "CHECK (is_remark_seen IN (0, 1))",
    "UPDATE deliveries SET is_remark_seen = 1, "
    "changed_at = coalesce(changed_at, settled_at, created_at) WHERE status = 'sent'",
    "CREATE INDEX deliveries_remarked ON deliveries (channel) "
    "WHERE status = 'sent' AND problem IS NOT NULL",
    # Where each try of a message went that can be looked for.
    """CREATE TABLE delivery_places (
        delivery_id INTEGER NOT NULL REFERENCES deliveries (delivery_id),
        conversation TEXT NOT NULL,
        thread TEXT NOT NULL,
        since TEXT NOT NULL,
        PRIMARY KEY (delivery_id, conversation, thread)
    ) STRICT, WITHOUT ROWID""",
    # By which a receiver's messages are told from those of another database.
    """CREATE TABLE identity (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        database_id TEXT NOT NULL
    ) STRICT""",
)


@MIGRATIONS
def tries_and_identity(db: sqlite3.Connection) -> None:
    """Where each try of a message went, what of it is missing, and the database's own id."""
    for statement in TRIES:
        db.execute(statement)
    db.execute("INSERT INTO identity VALUES (1, ?)", (os.urandom(8).hex(),))


@MIGRATIONS
def past_events(db: sqlite3.Connection) -> None:
    """A dated event that nobody acknowledged ends as `past`."""
    _change_check(db, "alerts", STATES_BEFORE, STATES)
    renew_views(db)


@MIGRATIONS
def views_in_standard_terms(db: sqlite3.Connection) -> None:
    """What the views say of changes and deliveries: queued, failed, inhibited, withdrawn."""
    renew_views(db)


@MIGRATIONS
def bulletins(db: sqlite3.Connection) -> None:
    """What is said once of a release, and queued as alerts and digests are."""
    for statement in BULLETINS:
        db.execute(statement)
    _change_check(db, "deliveries", ONE_OF_TWO, ONE_OF_THREE)
    renew_views(db)


def _change_check(db: sqlite3.Connection, table: str, before: str, after: str) -> None:
    """Change a CHECK of a table.

    It is changed where SQLite keeps the words of it, as its documents advise (lang_altertable, 7):
    rebuilding the table would rebuild all that refer to it.
    """
    version = int(db.execute("PRAGMA schema_version").fetchone()[0])
    db.execute("PRAGMA writable_schema = ON")
    db.execute(
        "UPDATE sqlite_master SET sql = replace(sql, ?, ?) WHERE type = 'table' AND name = ?",
        (before, after, table),
    )
    db.execute(f"PRAGMA schema_version = {version + 1}")
    db.execute("PRAGMA writable_schema = OFF")
