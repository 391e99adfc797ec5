"""Opening a database to look only, with the standard library alone: it starts fast, writes nothing
and waits for nobody who writes."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import quote


class Still(sqlite3.Connection):
    """A connection to a file that is read as it is, without a log and its index. SQLite does not
    see that somebody writes to it: `is_outdated` does."""

    read_from: Path
    seen: tuple[int, int, int]

    @property
    def is_outdated(self) -> bool:
        """Whether the file was written since it was opened, or is about to be."""
        return self.seen != _state(self.read_from)


def open_read_only(path: Path, timeout_s: float = 5.0) -> sqlite3.Connection:
    """A connection that can only read; its rows are known by name.

    SQLite keeps an index of its write-ahead log beside the file, and makes one where there is none.
    Where it cannot, as on a read-only file system, the file is read as it is, if no log waits
    beside it. So it is for another user than its owner, who could not write an index of theirs.
    Raises sqlite3.Error, and with it says so where a log waits.
    """
    if _would_leave_an_index(path):
        return _still(path, timeout_s, f"its index would belong to another user than {path}")
    try:
        return _opened(path, "mode=ro", timeout_s)
    except sqlite3.OperationalError as error:
        if not _is_kept_from_its_log(error):
            raise
        return _still(path, timeout_s, str(error))


def _still(path: Path, timeout_s: float, why: str) -> sqlite3.Connection:
    seen = _state(path)
    if seen[2]:
        raise sqlite3.OperationalError(
            f"what was written last is in {_beside(path, '-wal')}, which cannot be read from here "
            f"({why}); look at it where its folder may be written, as the user it belongs to"
        )
    connection = _opened(path, "immutable=1", timeout_s, factory=Still)
    assert isinstance(connection, Still)
    connection.read_from, connection.seen = path, seen
    return connection


def _would_leave_an_index(path: Path) -> bool:
    """Whether SQLite would make a file that the database's owner could not write."""
    try:
        is_mine = os.geteuid() in (0, path.stat().st_uid)
    except OSError:
        return False
    return not is_mine and not all(_beside(path, one).exists() for one in ("-wal", "-shm"))


def _state(path: Path) -> tuple[int, int, int]:
    """When the file was written, how large it is, and how large the log beside it is."""
    found, log = path.stat(), _beside(path, "-wal")
    return found.st_mtime_ns, found.st_size, log.stat().st_size if log.exists() else 0


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}{ending}")


def _opened(
    path: Path, how: str, timeout_s: float, factory: type[Any] = sqlite3.Connection
) -> sqlite3.Connection:
    # Absolute, and behind an empty authority: a path may begin with two slashes.
    connection: sqlite3.Connection = sqlite3.connect(
        f"file://{quote(str(path.absolute()))}?{how}",
        uri=True,
        timeout=timeout_s,
        isolation_level=None,
        factory=factory,
    )
    try:
        connection.row_factory = sqlite3.Row
        read_schema(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def read_schema(connection: sqlite3.Connection) -> None:
    """Have SQLite read the schema, which it otherwise does with the first statement. Raises
    sqlite3.Error: Python makes a text of what SQLite says of a damaged one, and where that repeats
    the damage, and it is no UTF-8, raises UnicodeDecodeError instead."""
    try:
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except UnicodeDecodeError:
        error = sqlite3.DatabaseError("malformed database schema: what it says is no text")
        error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT
        raise error from None


def _is_kept_from_its_log(error: sqlite3.OperationalError) -> bool:
    """SQLITE_CANTOPEN or SQLITE_READONLY, whatever their extended code."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
