"""Reading the database of another program: one state of it at a time, nothing is written there and
nobody who writes there waits."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from state.files import unreadable
from state.instants import from_text
from state.migrations import MIGRATIONS
from state.misplaced_files import not_ours
from state.open_files import identity, opened_here
from state.read_only import Still, open_read_only

# A writer keeps no reader waiting but while it takes a database over or leaves it.
WAIT_S: Final = 0.5
LAST_TICK: Final = "SELECT last_tick_at FROM heartbeat"


class CannotFollow(Exception):
    """The other database cannot be read now. `expected`, `got` and `remedy` say why and what to
    do; `is_final` where it is another one than was followed."""

    def __init__(self, expected: str, got: str, remedy: str, *, is_final: bool = False):
        super().__init__(f"expected {expected}, got {got}; {remedy}")
        self.expected, self.got, self.remedy = expected, got, remedy
        self.is_final = is_final


class FollowedState:
    """One state of the other database, for as long as it is open."""

    def __init__(self, connection: sqlite3.Connection, path: Path):
        self._connection = connection
        self.path = path

    def rows(self, query: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of a query. Raises CannotFollow."""
        return list(self.each(query, values))

    def each(self, query: str, values: Sequence[object] = ()) -> Iterator[sqlite3.Row]:
        """The same one by one."""
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.Error as error:
            raise _unread(self.path, error) from None

    def tuples(self, query: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """The same as plain tuples, which are made in a third of the time."""
        cursor = self._connection.cursor()
        cursor.row_factory = None
        try:
            yield from cursor.execute(query, values)
        except sqlite3.Error as error:
            raise _unread(self.path, error) from None

    @property
    def database_id(self) -> str:
        """By which it is known, wherever it is moved."""
        return str(self.rows("SELECT database_id FROM identity")[0][0])

    @property
    def followed_path(self) -> str:
        """Where the database is that it follows itself; empty where it follows none."""
        return "".join(row["path"] for row in self.rows("SELECT path FROM following"))

    @property
    def polled(self) -> frozenset[str]:
        """The sources that its program polls, and has asked at least once."""
        return frozenset(row["source"] for row in self.rows("SELECT source FROM source_health"))

    @property
    def last_tick_at(self) -> datetime | None:
        """Its last cycle that has ended; None before the first. All that was known by then is
        there."""
        found = self.rows(LAST_TICK)
        return from_text(found[0]["last_tick_at"]) if found else None

    def refuse_outdated(self) -> None:
        """Raise CannotFollow where somebody has begun to write to what is read without a log."""
        if isinstance(self._connection, Still) and self._connection.is_outdated:
            raise CannotFollow(
                "a database that stays as it is while it is read",
                f"{self.path}, which was written meanwhile",
                "it is read again at the next cycle",
            )


class FollowedDatabase:
    """The database at a path, which belongs to another program. It is opened anew each time, so
    that one that was moved or replaced is seen, and whoever uses it is alone with it in between."""

    def __init__(self, path: Path):
        self.path = path

    def is_file_of(self, database: Path | None) -> bool:
        """Whether it is the same file as another database."""
        return database is not None and identity(self.path) == identity(database) is not None

    @contextmanager
    def state(self) -> Iterator[FollowedState]:
        """Its state now. Raises CannotFollow."""
        connection = self._opened()
        try:
            opened_here(self, self.path)
            found = FollowedState(connection, self.path)
            self._refuse_strange(connection)
            yield found
        finally:
            connection.close()

    def _opened(self) -> sqlite3.Connection:
        try:
            connection = open_read_only(self.path, WAIT_S)
            connection.execute("BEGIN")
        except (sqlite3.Error, OSError) as error:
            raise _unread(self.path, error) from None
        return connection

    def _refuse_strange(self, connection: sqlite3.Connection) -> None:
        """Raise CannotFollow for a file of another program, or of another havenwatch."""
        try:
            wrong = not_ours(connection, self.path)
            applied = MIGRATIONS.applied(connection)
        except sqlite3.Error as error:
            raise _unread(self.path, error) from None
        if wrong:
            raise CannotFollow(
                "a database of havenwatch",
                f"none in {self.path}",
                "restore it from a backup, or name the one to follow",
            )
        mine, theirs = len(MIGRATIONS.names), len(applied)
        if {*applied} != {*MIGRATIONS.names}:
            is_newer = not {*applied} <= {*MIGRATIONS.names}
            raise CannotFollow(
                f"{self.path} with the schema of this program ({mine} steps)",
                f"that of {'a newer' if is_newer else 'an older'} havenwatch ({theirs} steps)",
                "update this program"
                if is_newer
                else "update the program that polls into it, and start that",
            )


def _unread(path: Path, error: Exception) -> CannotFollow:
    """Why a database cannot be read, from what SQLite or the system said."""
    expected = "a database that this user can read"
    try:
        is_there = path.exists()
    except OSError:
        is_there = True  # in a folder that may not be entered
    if not is_there:
        return CannotFollow(expected, f"no file at {path}", "put it back, or name where it is now")
    return CannotFollow(expected, f"{path}: {error}", _remedy(path, error))


def _remedy(path: Path, error: Exception) -> str:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "another program keeps it to itself; it is read again at the next cycle"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "restore it from a backup (docs/database.md)"
    return unreadable(path) or "give this user's group access to it (docs/many-desks.md)"
