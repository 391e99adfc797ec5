"""A copy of a database that is in use, whole and in one file."""

from __future__ import annotations

import glob
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from state.files import PRIVATE, sync_folder
from state.misplaced_files import not_ours
from state.read_only import open_read_only

# Each table's rows by its name.
Rows = dict[str, int]


@dataclass(frozen=True)
class Copied:
    """A copy that was opened again and found whole."""

    size_bytes: int
    rows: Rows


def copy_database(path: Path, to: Path) -> Copied:
    """The copy of a database, which is there under its name only when it is whole; nobody else can
    read it. Whoever writes meanwhile goes on: it is as it was at one instant. Raises sqlite3.Error,
    also where the copy is damaged, and OSError."""
    part = part_of(to)
    try:
        copied = write_copy(path, part)
        part.replace(to)
        sync_folder(to)
    finally:
        part.unlink(missing_ok=True)
    return copied


def part_of(to: Path) -> Path:
    """Where a file is written until it is whole."""
    return to.with_name(f".{to.name}.{os.getpid()}.part")


def remove_parts(folder: Path, named: str) -> None:
    """Remove what copies whose name begins so have left unfinished; for whoever alone makes them.
    Raises OSError."""
    for part in folder.glob(f".{glob.escape(named)}*.part"):
        part.unlink(missing_ok=True)


def write_copy(path: Path, to: Path) -> Copied:
    """Copy a database to a new file, on the disk when this returns, open the file again and compare
    it with what was copied. Raises sqlite3.Error and OSError."""
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    os.close(os.open(to, how, PRIVATE))
    with closing(open_read_only(path)) as read, closing(sqlite3.connect(to)) as written:
        if wrong := not_ours(read, path):
            raise sqlite3.DatabaseError(wrong)
        read.execute("BEGIN")  # what is counted is what is copied
        schema, rows = _schema(read), _rows(read)
        read.backup(written)
        # Else the copy would need a log of its own to be read.
        written.execute("PRAGMA journal_mode = DELETE")
    with closing(open_read_only(to)) as copy:
        _refuse_damage(copy)
        if _schema(copy) != schema or (found := _rows(copy)) != rows:
            raise sqlite3.DatabaseError("the copy lacks tables or rows of the database")
    with to.open("rb") as file:
        os.fsync(file.fileno())
    return Copied(to.stat().st_size, found)


def _refuse_damage(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(str(found).split()))


def _schema(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    found = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name, type")
    return [(row[0], row[1]) for row in found]


def _rows(connection: sqlite3.Connection) -> Rows:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return {
        name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for (name,) in names.fetchall()
    }
