"""The changes of alerts in the order in which they were recorded, for whoever follows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from alerts.model import Transition
from state.alert_rows import transition_of
from state.database import Database

# So many are read at once; between two such reads nothing is held.
BATCH_ROWS: Final = 200


class UnknownChange(Exception):
    """The database has no change of that id."""


def count_changes(database: Database) -> int:
    """How many changes are recorded."""
    (found,) = database.connection.execute("SELECT count(*) FROM transitions").fetchone()
    return int(found)


def changes_after(database: Database, transition_id: str) -> Iterator[Transition]:
    """The changes recorded behind one, or all where none is named. Raises UnknownChange."""
    place = 0
    if transition_id:
        row = database.connection.execute(
            "SELECT rowid AS place FROM transitions WHERE transition_id = ?", (transition_id,)
        ).fetchone()
        if row is None:
            raise UnknownChange(transition_id)
        place = row["place"]
    while rows := database.connection.execute(
        "SELECT rowid AS place, * FROM transitions WHERE rowid > ? ORDER BY rowid LIMIT ?",
        (place, BATCH_ROWS),
    ).fetchall():
        for row in rows:
            yield transition_of(row)
        place = rows[-1]["place"]
