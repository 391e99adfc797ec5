"""How far each backfill has come, so that an interrupted one goes on where it stopped."""

from __future__ import annotations

from datetime import date, datetime

from state.database import Database
from state.instants import to_text


class Backfills:
    """The unfinished backfills of one database."""

    def __init__(self, database: Database):
        self._database = database

    def stored(self, source: str, since: date) -> set[str]:
        """The addresses whose numbers an unfinished backfill since a day has stored."""
        rows = self._database.connection.execute(
            "SELECT url FROM backfills WHERE source = ? AND since = ?", (source, since.isoformat())
        )
        return {row["url"] for row in rows}

    def record(self, source: str, since: date, url: str, at: datetime) -> None:
        """The numbers of an address are stored."""
        self._database.connection.execute(
            "INSERT OR REPLACE INTO backfills VALUES (?, ?, ?, ?)",
            (source, since.isoformat(), url, to_text(at)),
        )

    def end(self, source: str) -> None:
        """All of a source's history is stored: the next backfill asks for everything again."""
        self._database.connection.execute("DELETE FROM backfills WHERE source = ?", (source,))
