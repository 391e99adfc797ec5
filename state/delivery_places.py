"""Where each try of a message went, so that one that may have arrived is looked for there."""

from __future__ import annotations

from datetime import datetime

from alerts.message.message import AttemptedPlace
from state.database import Database
from state.instants import from_text, to_text


class DeliveryPlaces:
    """The places of one database's tries, and the id that its messages carry."""

    def __init__(self, database: Database):
        self._database = database

    @property
    def database_id(self) -> str:
        """The database's own id: the same in a copy, another in every other database."""
        row = self._database.connection.execute("SELECT database_id FROM identity").fetchone()
        return str(row["database_id"])

    def begin(
        self, delivery_id: int, conversation: str, thread: str, at: datetime
    ) -> tuple[AttemptedPlace, ...]:
        """Note where a try goes before it is made; where the ones before it went."""
        with self._database.immediate() as connection:
            rows = connection.execute(
                "SELECT * FROM delivery_places WHERE delivery_id = ? ORDER BY since",
                (delivery_id,),
            ).fetchall()
            connection.execute(
                "INSERT OR IGNORE INTO delivery_places VALUES (?, ?, ?, ?)",
                (delivery_id, conversation, thread, to_text(at)),
            )
        return tuple(
            AttemptedPlace(row["conversation"], row["thread"], from_text(row["since"]))
            for row in rows
        )
