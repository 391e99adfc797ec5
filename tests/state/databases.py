"""Databases with one row by which they are known, at a path."""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import closing
from functools import cache
from pathlib import Path

from state.database import Database
from state.files import beside
from tests.support import utc

AT = utc("2025-04-10 22:30")


KEPT = "x.db.replaced-20250410T223000Z"


@cache
def empty() -> bytes:
    """A database of this program with nothing in it yet."""
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "x.db"
        Database(made).close()
        return made.read_bytes()


def a_database(path: Path, rule_id: str) -> sqlite3.Connection:
    """A connection to a new database with one row by which it is known."""
    path.write_bytes(empty())
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("INSERT INTO rule_progress VALUES (?, '2025')", (rule_id,))
    return connection


def row_of(path: Path) -> str:
    """What is in a database that a program can open."""
    with closing(Database(path)) as database:
        found: str = database.connection.execute("SELECT rule_id FROM rule_progress").fetchone()[0]
    return found


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def a_damaged_schema(path: Path) -> None:
    """A database with a letter of its schema that is no UTF-8."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE VIEW one AS SELECT 1 AS number")
    path.write_bytes(path.read_bytes().replace(b"AS SELECT", b"AS \xffELECT"))


def an_older_one(path: Path) -> None:
    a_database(path, "replaced").close()


def killed_with_its_log(path: Path) -> None:
    """As a process that was killed leaves it: what was written last is in the log."""
    running = a_database(path.with_name("running.db"), "replaced")
    for ending in ("", "-wal"):
        beside(path, ending).write_bytes(beside(path.with_name("running.db"), ending).read_bytes())
    running.close()
    path.with_name("running.db").unlink()
