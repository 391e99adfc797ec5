"""How often the stored numbers and the alerts have changed, counted by the database itself."""

from __future__ import annotations

from typing import Literal

from state.database import Database


class Revisions:
    """The counts of one database: whatever is made from it and kept holds while they stay."""

    def __init__(self, database: Database):
        self._database = database

    def number(self, name: Literal["numbers", "alerts"]) -> int:
        """How often the `numbers` or the `alerts` have changed, whoever changed them."""
        row = self._database.connection.execute(
            "SELECT number FROM revisions WHERE name = ?", (name,)
        ).fetchone()
        return int(row["number"])
