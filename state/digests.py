"""How far each digest told, so that the next one goes on there."""

from __future__ import annotations

from alerts.model import Transition
from state.alert_store import AlertStore
from state.database import Database


class Digests:
    """The digests of one database, and the transitions by the order in which they were recorded.

    One may have happened long before it was recorded, as when a rule that crashed judges later; by
    its own instant it would be in no digest.
    """

    def __init__(self, database: Database):
        self._database = database
        self._alert_store = AlertStore(database)

    def told_through(self) -> int | None:
        """The number of the last transition that the newest digest tells of; None where there is
        no digest, or one that did not note it."""
        row = self._database.connection.execute(
            "SELECT told_through FROM digests ORDER BY composed_at DESC, digest_date DESC LIMIT 1"
        ).fetchone()
        return None if row is None else row["told_through"]

    def recorded(self) -> int:
        """The number of the transition recorded last; 0 where there is none."""
        row = self._database.connection.execute(
            "SELECT coalesce(max(rowid), 0) AS newest FROM transitions"
        ).fetchone()
        return int(row["newest"])

    def transitions_between(self, after: int, through: int) -> list[Transition]:
        """The transitions recorded behind one and up to another, by when they happened; that an
        event is past is no news."""
        rows = self._database.connection.execute(
            "SELECT transition_id FROM transitions WHERE rowid > ? AND rowid <= ? "
            "AND reason <> 'past' ORDER BY at, transition_id",
            (after, through),
        ).fetchall()
        return [self._alert_store.transition(row["transition_id"])[0] for row in rows]

    def newest(self, count: int) -> list[Transition]:
        """The transitions recorded last, the newest first: each was told, or is in a digest."""
        rows = self._database.connection.execute(
            "SELECT transition_id FROM transitions WHERE reason <> 'past' "
            "ORDER BY at DESC, rowid DESC LIMIT ?",
            (count,),
        ).fetchall()
        return [self._alert_store.transition(row["transition_id"])[0] for row in rows]

    def counts(self) -> dict[str, int]:
        """How many transitions there are, by reason."""
        rows = self._database.connection.execute(
            "SELECT reason, count(*) AS count FROM transitions GROUP BY reason"
        )
        return {row["reason"]: row["count"] for row in rows}
