"""Which host acted on a database from when on, and whether it went on from a replica of it."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime

from state.instants import from_text, to_text


@dataclass(frozen=True)
class LeadingHost:
    """A host's, from `taken_at` on. `restored_from` is the token whose replica it went on from, and
    `replica_at` when the last of that was written; None where it went on with its own file.
    `set_aside`: the file that was there before. `lost_answers`: what that has of answers and the
    replica has not, as commands that give them again."""

    token: int
    host_id: str
    taken_at: datetime
    restored_from: int | None = None
    replica_at: datetime | None = None
    set_aside: str = ""
    lost_answers: tuple[str, ...] = ()


def record_leadership(connection: sqlite3.Connection, one: LeadingHost) -> None:
    """Note it, in the caller's transaction; the same again changes nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO leaderships VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            one.token,
            one.host_id,
            to_text(one.taken_at),
            one.restored_from,
            None if one.replica_at is None else to_text(one.replica_at),
            one.set_aside,
            json.dumps(one.lost_answers),
        ),
    )


def last_leadership(connection: sqlite3.Connection) -> LeadingHost | None:
    """The newest; None where only one host ever acted. Raises sqlite3.Error."""
    row = connection.execute("SELECT * FROM leaderships ORDER BY token DESC LIMIT 1").fetchone()
    return None if row is None else _leadership(row)


def last_restored(connection: sqlite3.Connection) -> LeadingHost | None:
    """The newest that went on from a replica. Raises sqlite3.Error."""
    row = connection.execute(
        "SELECT * FROM leaderships WHERE restored_from IS NOT NULL ORDER BY token DESC LIMIT 1"
    ).fetchone()
    return None if row is None else _leadership(row)


def _leadership(row: sqlite3.Row) -> LeadingHost:
    replica_at = row["replica_at"]
    return LeadingHost(
        row["token"],
        row["host_id"],
        from_text(row["taken_at"]),
        row["restored_from"],
        None if replica_at is None else from_text(replica_at),
        row["set_aside"],
        tuple(json.loads(row["lost_answers"])),
    )
