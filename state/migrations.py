"""The schema, as the steps that made it. A step that has run anywhere is never edited."""

from __future__ import annotations

import sqlite3

from state.schema import ANSWERS, BACKFILLS, BODIES, DATA, DECISIONS, DELIVERIES
from state.schema_additions import (
    ANNOUNCED,
    BACKUP_EVENTS,
    BEING_ASKED,
    CONNECTIONS,
    CORRECTIONS,
    DEFINITIONS,
    DIGESTS,
    FROZEN_CLOCK,
    HISTORY,
    KEPT_VIEWS,
    NEEDS,
    QUOTES,
    RETENTION,
    SETTLEMENTS,
    SLACK_REQUESTS,
)
from state.steps import Steps

MIGRATIONS = Steps()


@MIGRATIONS
def first_schema(db: sqlite3.Connection) -> None:
    """Data, decisions and deliveries."""
    for statement in (*DATA, *DECISIONS, *DELIVERIES):
        db.execute(statement)


@MIGRATIONS
def kept_bodies(db: sqlite3.Connection) -> None:
    """The publishers' own bytes behind each vintage."""
    for statement in BODIES:
        db.execute(statement)


@MIGRATIONS
def backfill_progress(db: sqlite3.Connection) -> None:
    """How far a backfill that has not ended has come."""
    for statement in BACKFILLS:
        db.execute(statement)


@MIGRATIONS
def answers(db: sqlite3.Connection) -> None:
    """What people answer, and what is not told because of it."""
    for statement in ANSWERS:
        db.execute(statement)


@MIGRATIONS
def whole_digests(db: sqlite3.Connection) -> None:
    """How near a quiet answer came to its threshold, and which changes a digest told of."""
    for statement in DIGESTS:
        db.execute(statement)


@MIGRATIONS
def needs_of_rules(db: sqlite3.Connection) -> None:
    """Which sources a rule cannot judge without."""
    for statement in NEEDS:
        db.execute(statement)


@MIGRATIONS
def connections(db: sqlite3.Connection) -> None:
    """What is listened to, and since when it cannot be."""
    for statement in CONNECTIONS:
        db.execute(statement)


@MIGRATIONS
def held_corrections(db: sqlite3.Connection) -> None:
    """Corrections held back until somebody accepts them or they have stayed."""
    for statement in CORRECTIONS:
        db.execute(statement)


@MIGRATIONS
def history(db: sqlite3.Connection) -> None:
    """What every row that changes was before."""
    for statement in HISTORY:
        db.execute(statement)


@MIGRATIONS
def retention_of_vintages(db: sqlite3.Connection) -> None:
    """Which rows of a re-estimated vintage are kept, and where its tail begins."""
    for statement in RETENTION:
        db.execute(statement)


@MIGRATIONS
def being_asked(db: sqlite3.Connection) -> None:
    """Which source was being asked when a program died."""
    for statement in BEING_ASKED:
        db.execute(statement)


@MIGRATIONS
def alerts_by_state(db: sqlite3.Connection) -> None:
    """The open alerts by severity, which every check counts, without reading all alerts."""
    db.execute(
        "CREATE INDEX alerts_by_state ON alerts"
        " (state, kind, severity, opened_at, acknowledged_by, rule_id, alert_id)"
    )


@MIGRATIONS
def kept_settings(db: sqlite3.Connection) -> None:
    """What a look needs of the configuration that the program used last; one row."""
    db.execute(
        "CREATE TABLE kept_settings (only INTEGER PRIMARY KEY CHECK (only = 1),"
        " fingerprint TEXT NOT NULL, settings TEXT NOT NULL) STRICT"
    )


@MIGRATIONS
def kept_views(db: sqlite3.Connection) -> None:
    """What takes long to compute for a look, and what tells that it no longer holds."""
    for statement in KEPT_VIEWS:
        db.execute(statement)


@MIGRATIONS
def slack_requests(db: sqlite3.Connection) -> None:
    """What Slack asked and was begun, so that it is done once however often it is delivered."""
    for statement in SLACK_REQUESTS:
        db.execute(statement)


@MIGRATIONS
def frozen_clock(db: sqlite3.Connection) -> None:
    """Where the clock of a finished database is frozen."""
    for statement in FROZEN_CLOCK:
        db.execute(statement)


@MIGRATIONS
def settlements(db: sqlite3.Connection) -> None:
    """The answers to alerts by the transactions of their months, and how far they were given."""
    for statement in SETTLEMENTS:
        db.execute(statement)


@MIGRATIONS
def quotes(db: sqlite3.Connection) -> None:
    """Quotes of markets while they trade."""
    for statement in QUOTES:
        db.execute(statement)


@MIGRATIONS
def announced(db: sqlite3.Connection) -> None:
    """What publishers have announced for days to come."""
    for statement in ANNOUNCED:
        db.execute(statement)


@MIGRATIONS
def rule_definitions(db: sqlite3.Connection) -> None:
    """Which definition of its rule made each change of an alert."""
    for statement in DEFINITIONS:
        db.execute(statement)


@MIGRATIONS
def backup_events(db: sqlite3.Connection) -> None:
    """What happened to the backups, and what each holds."""
    for statement in BACKUP_EVENTS:
        db.execute(statement)


@MIGRATIONS
def retention_in_pieces(db: sqlite3.Connection) -> None:
    """Which bodies are old, without reading them: their time stands behind the bytes. And vintages
    of which nothing stays: a tail is now what is still to go."""
    db.execute("CREATE INDEX bodies_by_time ON bodies (kept_at)")
    db.execute("UPDATE vintages SET tail_from = NULL WHERE rows_kept = 'none'")
