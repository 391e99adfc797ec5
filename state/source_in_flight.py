"""The source that is being asked, which is left noted by a program that dies while it asks."""

from __future__ import annotations

from datetime import datetime

from state.database import Database
from state.instants import to_text


class SourceInFlight:
    """The notes of one database: one at most, unless programs died."""

    def __init__(self, database: Database):
        self._database = database

    def interrupted(self) -> frozenset[str]:
        """The sources whose asking no program lived to end."""
        rows = self._database.connection.execute("SELECT source FROM being_asked")
        return frozenset(row["source"] for row in rows)

    def begin(self, source: str, at: datetime) -> None:
        """Note that a source is asked now."""
        with self._database.immediate() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO being_asked VALUES (?, ?)", (source, to_text(at))
            )

    def end(self, source: str) -> None:
        """It was asked, whatever came of it."""
        with self._database.immediate() as connection:
            connection.execute("DELETE FROM being_asked WHERE source = ?", (source,))
