"""A copy of a database that is in use, whole and in one file."""

from __future__ import annotations

import glob
import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from state.files import PRIVATE, sync_folder
from state.misplaced_files import STEPS_TABLE, not_ours
from state.read_only import open_read_only

# Each table's rows by its name.
Rows = dict[str, int]
# Called on the way, often: what it raises ends the work.
Proceed = Callable[[], None]

# So much is copied, and on the disk, before what comes next: two megabytes. All of it at once would
# stand in the way of whoever has a row of the database to put on that disk.
PAGES_AT_ONCE: Final = 512
BYTES_AT_ONCE: Final = 1 << 20
# SQLite's own steps between two calls of `Proceed`: some milliseconds.
STEPS_AT_ONCE: Final = 200_000


@dataclass(frozen=True)
class Copied:
    """A copy that was opened again and found whole: what is in it, by which it is known again.

    `newest`: a digest of the last row of each table; `version`: how many steps its schema has had;
    `sha256`: of the whole file.
    """

    size_bytes: int
    rows: Rows
    newest: dict[str, str]
    version: int
    sha256: str


def go_on() -> None:
    """Let nothing end the work."""


def copy_database(path: Path, to: Path, proceed: Proceed = go_on) -> Copied:
    """The copy of a database, which is there under its name only when it is whole; nobody else can
    read it. Whoever writes meanwhile goes on: it is as it was at one instant. Raises sqlite3.Error,
    also where the copy is damaged, and OSError."""
    part = part_of(to)
    try:
        copied = write_copy(path, part, proceed)
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
    for part in folder.glob(f".{glob.escape(named)}*.part*"):
        part.unlink(missing_ok=True)


def write_copy(path: Path, to: Path, proceed: Proceed = go_on) -> Copied:
    """Copy a database to a new file, on the disk when this returns, open the file again and compare
    it with what was copied. Raises sqlite3.Error and OSError."""
    how = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    descriptor = os.open(to, how, PRIVATE)
    try:
        wanted = _copy_pages(path, to, descriptor, proceed)
        with closing(open_read_only(to)) as copy, ended_by(proceed, copy):
            _refuse_damage(copy)
            if contents_of(copy) != wanted:
                raise sqlite3.DatabaseError("the copy lacks tables or rows of the database")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return Copied(
        to.stat().st_size, wanted.rows, wanted.newest, wanted.version, sha256_of(to, proceed)
    )


def sha256_of(path: Path, proceed: Proceed = go_on) -> str:
    """The digest of a file that no database in use is. Raises OSError."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BYTES_AT_ONCE):
            found.update(block)
            proceed()
    return found.hexdigest()


class Contents(NamedTuple):
    """The schema, each table's rows and the digest of its last, and how many steps were applied."""

    schema: list[tuple[str, str]]
    rows: Rows
    newest: dict[str, str]
    version: int


def _copy_pages(path: Path, to: Path, descriptor: int, proceed: Proceed) -> Contents:
    def copied(*_: int) -> None:
        os.fdatasync(descriptor)
        proceed()

    with closing(open_read_only(path)) as read, closing(sqlite3.connect(to)) as written:
        if wrong := not_ours(read, path):
            raise sqlite3.DatabaseError(wrong)
        with ended_by(proceed, read):
            read.execute("BEGIN")  # what is counted is what is copied
            found = contents_of(read)
        # What fails on the way is removed, never rolled back: a journal would only be left.
        written.execute("PRAGMA journal_mode = OFF")
        read.backup(written, pages=PAGES_AT_ONCE, progress=copied)
        # Else the copy would need a log of its own to be read.
        written.execute("PRAGMA journal_mode = DELETE")
    return found


@contextmanager
def ended_by(proceed: Proceed, connection: sqlite3.Connection) -> Iterator[None]:
    """Inside it a long statement ends where `proceed` raises, which this then raises."""
    connection.set_progress_handler(proceed, STEPS_AT_ONCE)
    try:
        yield
    except sqlite3.OperationalError:
        proceed()
        raise
    finally:
        connection.set_progress_handler(None, 0)


def _refuse_damage(connection: sqlite3.Connection) -> None:
    (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(" ".join(str(found).split()))


def contents_of(connection: sqlite3.Connection) -> Contents:
    """What a database holds. Raises sqlite3.Error."""
    schema = connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name, type")
    objects = [(row[0], row[1]) for row in schema.fetchall()]
    tables = connection.execute(
        "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' "
        "AND name NOT LIKE 'sqlite\\_schema' ESCAPE '\\' ORDER BY name"
    ).fetchall()
    rows, newest = {}, {}
    for name, is_without_rowid in tables:
        (rows[name],) = connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()
        newest[name] = _last_row(connection, name, is_without_rowid=bool(is_without_rowid))
    return Contents(objects, rows, newest, rows.get(STEPS_TABLE, 0))


def _last_row(connection: sqlite3.Connection, table: str, *, is_without_rowid: bool) -> str:
    """A digest of the last row by the table's key; empty where there is none."""
    order = "rowid DESC"
    if is_without_rowid:
        key = connection.execute(
            "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", (table,)
        )
        order = ", ".join(f'"{column}" DESC' for (column,) in key.fetchall())
    row = connection.execute(f'SELECT * FROM "{table}" ORDER BY {order} LIMIT 1').fetchone()
    return "" if row is None else hashlib.sha256(repr(tuple(row)).encode()).hexdigest()[:16]
