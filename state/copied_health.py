"""Copying how the sources of another database do, what of theirs is held back and what they have
announced. Only what changed is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from datetime import datetime
from typing import Final

from state.announced import Announced, Announcements
from state.database import Database
from state.followed_database import FollowedState
from state.health import Health, health_of

ANNOUNCED: Final = "SELECT * FROM announced WHERE gone_at IS NULL"
# All that changes of a correction, in few numbers: its row is long, and few ever change.
CORRECTIONS_STATE: Final = """
    SELECT count(*), max(correction_id), sum(polls), max(last_seen_at), max(decided_at),
        sum(status = 'held'), sum(status = 'accepted') FROM corrections"""


class HealthCopies:
    """What is copied into one database beside the numbers, of some sources. All inside the
    caller's transaction."""

    def __init__(self, database: Database, sources: Collection[str]):
        self._database = database
        self._health = Health(database)
        self._announcements = Announcements(database)
        self._sources = frozenset(sources)

    def copy(self, connection: sqlite3.Connection, other: FollowedState, at: datetime) -> None:
        """Make all of it as it is there."""
        self._copy_health(connection, other, at)
        self._copy_corrections(connection, other)
        self._copy_announced(connection, other, at)

    def _copy_health(
        self, connection: sqlite3.Connection, other: FollowedState, at: datetime
    ) -> None:
        here = self._health.sources()
        there = {
            row["source"]: health_of(row)
            for row in other.rows("SELECT * FROM source_health")
            if row["source"] in self._sources
        }
        for name, one in there.items():
            if here.get(name) != one:
                self._health.record_source(connection, one)
        self._health.forget(connection, here.keys() - there.keys(), at)

    def _copy_corrections(self, connection: sqlite3.Connection, other: FollowedState) -> None:
        here = connection.execute(CORRECTIONS_STATE).fetchone()
        if tuple(other.rows(CORRECTIONS_STATE)[0]) == tuple(here):
            return
        rows = other.rows("SELECT * FROM corrections")
        connection.execute("DELETE FROM corrections")
        if rows:
            connection.executemany(
                f"INSERT INTO corrections VALUES ({', '.join('?' * len(rows[0]))})",
                [tuple(row) for row in rows],
            )

    def _copy_announced(
        self, connection: sqlite3.Connection, other: FollowedState, at: datetime
    ) -> None:
        there, here = _announced(other.rows(ANNOUNCED)), _announced(connection.execute(ANNOUNCED))
        for source in sorted({*there, *here}):
            if there.get(source) != here.get(source):
                found = there.get(source, set())
                self._announcements.replace(connection, source, found, at)


def _announced(rows: Collection[sqlite3.Row] | sqlite3.Cursor) -> dict[str, set[Announced]]:
    """What each source announces."""
    found: dict[str, set[Announced]] = {}
    for row in rows:
        found.setdefault(row["source"], set()).add(Announced.of(row))
    return found
