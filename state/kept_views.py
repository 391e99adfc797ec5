"""Views that take long to compute, kept by the program for those who look."""

from __future__ import annotations

from datetime import datetime

from state.database import Database
from state.instants import to_text


class KeptViews:
    """The views of one database, each with all that it was made from: it is found again only while
    all of that is as it was."""

    def __init__(self, database: Database):
        self._database = database

    def find(self, name: str, made_from: str, at: datetime) -> str | None:
        """The view that was made from this and holds at an instant, None where there is none."""
        row = self._database.connection.execute(
            "SELECT view FROM kept_views WHERE name = ? AND made_from = ? AND holds_from <= ?",
            (name, made_from, to_text(at)),
        ).fetchone()
        return None if row is None else str(row["view"])

    def keep(self, name: str, made_from: str, at: datetime, view: str) -> None:
        """Keep a view in place of the one before; it holds from an instant on."""
        with self._database.immediate() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO kept_views VALUES (?, ?, ?, ?)",
                (name, made_from, to_text(at), view),
            )

    def is_newest(self, at: datetime) -> bool:
        """Whether all that is stored was known by an instant, so that later ones know the same."""
        # No number is known later than its vintage, and there are hundreds of times as many.
        row = self._database.connection.execute(
            """SELECT EXISTS (SELECT 1 FROM vintages WHERE known_at > ?1)
               OR EXISTS (SELECT 1 FROM transitions WHERE at > ?1)""",
            (to_text(at),),
        ).fetchone()
        return not row[0]
