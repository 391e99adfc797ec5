"""What somebody may have put where a database is expected: a copy without its log, a log without
its database, or a file of another program. With the standard library alone, as `check` needs it.

A running database keeps what was written last in a log beside it. A copy of the file alone may
therefore be empty, and looks as a new database does whose first start was cut short. So a mark
stands beside a new one until it is whole.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Final

from state.files import PRIVATE, beside, sync_folder
from state.open_files import is_open_here

BEING_MADE: Final = "-new"
# Of the file's header: what a reader has to understand; 2 with a write-ahead log, else 1.
READ_VERSION: Final = slice(19, 20)
NO_LOG: Final = b"\x01"
# Of another program's tables as many as tell whose file it is.
MOST_NAMED: Final = 3
STEPS_TABLE: Final = "_sqlite_migrations"


def wrong_log(path: Path) -> str:
    """Why the log beside a database is not its own, and what to do; empty where nothing is wrong.
    SQLite would write such a log into the file, or throw it away."""
    log = beside(path, "-wal")
    # A file that is open here has been looked at, and may not be opened again.
    if is_open_here(path) or not _size(log):
        return ""
    if not _size(path):
        if is_being_made(path):
            return ""
        return (
            f"{path}: expected the database whose log is {log.name}, got none; put it back, or "
            "move the log away to begin with nothing"
        )
    with path.open("rb") as file:
        version = file.read(READ_VERSION.stop)[READ_VERSION]
    if version == NO_LOG:
        return (
            f"{path}: expected a database with a log, got a copy that has none beside the log of "
            f"another, {log.name}; move {log.name} and {beside(path, '-shm').name} away"
        )
    return ""


def not_ours(connection: sqlite3.Connection, path: Path) -> str:
    """Why a file is no database of this program, and what to do; empty where it is one, or where
    another program is making it one."""
    tables = _tables(connection)
    if not tables:
        # Whoever makes it commits the tables and takes the mark away after that, so that both can
        # be missed only where the tables are there now.
        if is_being_made(path):
            return ""
        tables = _tables(connection)
    if STEPS_TABLE in tables:
        return ""
    if named := another_programs(connection):
        return (
            f"{path}: expected a database of havenwatch, got one of another program ({named}); "
            "name another path"
        )
    if not _size(path):
        return (
            f"{path}: expected a database, got a file with nothing in it; restore a backup, or "
            "begin with: havenwatch run"
        )
    return (
        f"{path}: expected a database, got an empty one whose write-ahead log is missing (was it "
        "copied with cp while in use?); restore a copy made with: havenwatch backup FILE, or "
        "remove it to begin with nothing"
    )


def another_programs(connection: sqlite3.Connection) -> str:
    """Some tables of a database that is not this program's; empty where it is, or has no table."""
    tables = _tables(connection)
    return "" if STEPS_TABLE in tables else ", ".join(tables[:MOST_NAMED])


def mark_new(path: Path) -> None:
    """Leave the mark of a database that is being made, where there is none yet: it is on the disk
    before the database is. Raises OSError."""
    if _size(path):
        return
    how = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    # The file, and then its name in the folder: only both outlast a power cut.
    descriptor = os.open(beside(path, BEING_MADE), how, PRIVATE)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    sync_folder(path)


def is_being_made(path: Path) -> bool:
    """Whether the first start on a database has not ended yet, or was cut short."""
    return beside(path, BEING_MADE).exists()


def mark_whole(path: Path) -> None:
    """Take the mark away."""
    beside(path, BEING_MADE).unlink(missing_ok=True)


def _tables(connection: sqlite3.Connection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
