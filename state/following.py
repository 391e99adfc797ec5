"""Which database another one follows, and how far it has copied it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from state.database import Database
from state.instants import from_text, to_text


@dataclass(frozen=True)
class Progress:
    """How far a database was copied from `path`. `copied_through` is the number there of the
    vintage copied last and `newest` what it is known by; here its number is larger by `shift`.
    `known_through`: the last cycle there of which all is here, None while the first copy lasts."""

    database_id: str
    path: str
    copied_through: int = 0
    newest: str = ""
    shift: int = 0
    known_through: datetime | None = None


class Following:
    """What one database follows."""

    def __init__(self, database: Database):
        self._database = database

    def progress(self) -> Progress | None:
        """How far it has come; None where it follows none."""
        row = self._database.connection.execute("SELECT * FROM following").fetchone()
        if row is None:
            return None
        through = row["known_through"]
        return Progress(
            row["database_id"],
            row["path"],
            row["copied_through"],
            row["newest"],
            row["shift"],
            None if through is None else from_text(through),
        )

    def record(self, connection: sqlite3.Connection, progress: Progress) -> None:
        """Note how far it has come, inside the transaction that copies."""
        through = progress.known_through
        connection.execute(
            "INSERT OR REPLACE INTO following VALUES (1, ?, ?, ?, ?, ?, ?)",
            (
                progress.database_id,
                progress.path,
                progress.copied_through,
                progress.newest,
                progress.shift,
                None if through is None else to_text(through),
            ),
        )
