"""A database whose clock is frozen: one that is finished, as the demonstration's is.

It says so itself, in a row that nothing but the demonstration writes, so that every command on it
looks from there, whatever the configuration; and the program refuses to act on it, so that a
database that somebody relies on cannot stand still unseen. Standard library alone: the on-call
check reads it too.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from state.instants import from_text, to_text
from state.read_only import open_read_only

if TYPE_CHECKING:
    from state.database import Database


def frozen_at(path: Path) -> datetime | None:
    """Where the clock of a database is frozen; None where it goes on, or cannot be read, which
    whoever looks at it says."""
    if not path.is_file():
        return None
    try:
        with closing(open_read_only(path)) as connection:
            return read_frozen_at(connection)
    except sqlite3.Error:
        return None


def read_frozen_at(connection: sqlite3.Connection) -> datetime | None:
    """The same over a connection. Raises sqlite3.Error where there is no such table."""
    row = connection.execute("SELECT at FROM frozen_clock").fetchone()
    return None if row is None else from_text(row["at"])


def freeze(database: Database, at: datetime) -> None:
    """Freeze the clock of a database, for good."""
    with database.immediate() as connection:
        connection.execute("INSERT INTO frozen_clock VALUES (1, ?)", (to_text(at),))
