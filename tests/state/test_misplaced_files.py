"""What somebody may have put where the database belongs: nothing begins anew on it unsaid."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from monitor.check.check import Limits, check
from state.backup import copy_database
from state.database import Database, UnfitDatabase
from state.files import beside
from state.misplaced_files import BEING_MADE, mark_new
from tests.slow import quick_where
from tests.support import utc

AT = utc("2025-04-10 22:30")
ROW = "INSERT INTO rule_progress VALUES ('r', '2025-04-10T22:30:00Z')"

Put = Callable[[Path, Database], object]


def the_file_alone(path: Path, running: Database) -> None:
    assert running.path is not None
    shutil.copy(running.path, path)
    with closing(sqlite3.connect(f"file:{path}?immutable=1", uri=True)) as copied:
        assert copied.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def the_log_alone(path: Path, running: Database) -> None:
    assert running.path is not None
    shutil.copy(beside(running.path, "-wal"), beside(path, "-wal"))


def a_backup_beside_an_old_log(path: Path, running: Database) -> None:
    assert running.path is not None
    copy_database(running.path, path)
    the_log_alone(path, running)


def another_program(path: Path, running: Database) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE trades (id INTEGER)")
        other.execute("CREATE TABLE books (id INTEGER)")


def emptied_by_hand(path: Path, running: Database) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA user_version = 1")


REFUSED: dict[str, tuple[Put, str]] = {
    "the file without its log": (the_file_alone, "write-ahead log is missing"),
    "a database without a table": (emptied_by_hand, "write-ahead log is missing"),
    "the log without its database": (the_log_alone, "expected the database whose log is x.db-wal"),
    "a backup beside an old log": (a_backup_beside_an_old_log, "move x.db-wal and x.db-shm away"),
    "another program's": (another_program, r"of another program \(trades, books\)"),
}


@pytest.fixture
def running(tmp_path: Path) -> Database:
    """A database in use, of which all that was written is in the log."""
    database = Database(tmp_path / "live" / "x.db")
    database.connection.execute(ROW)
    return database


def held(folder: Path) -> dict[str, bytes]:
    """What stands there, but for an empty log and an index, which SQLite makes for a look."""
    found = {one.name: one.read_bytes() for one in folder.iterdir() if one.is_file()}
    return {name: data for name, data in found.items() if data and not name.endswith("-shm")}


@pytest.mark.parametrize(("put", "said"), REFUSED.values(), ids=list(REFUSED))
def test_what_is_no_database_of_ours_is_refused_and_left_as_it_is(
    put: Put, said: str, running: Database, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    put(path, running)
    before = held(tmp_path)
    with pytest.raises(UnfitDatabase, match=said):
        Database(path)
    assert held(tmp_path) == before
    with pytest.raises(UnfitDatabase, match=said):
        Database(path)  # nor does it take a second start for another thing
    if path.exists():
        with pytest.raises(UnfitDatabase, match=said):
            Database(path, read_only=True)
        (reason, *_) = check(path, Limits(), AT).reasons
        assert re.search(said, reason)
    assert held(tmp_path) == before


def nothing(path: Path, running: Database) -> None: ...


def an_empty_file(path: Path, running: Database) -> None:
    path.touch()


def a_first_start_cut_short(path: Path, running: Database) -> None:
    mark_new(path)
    the_file_alone(path, running)


def a_backup(path: Path, running: Database) -> None:
    assert running.path is not None
    copy_database(running.path, path)


def the_file_and_its_log(path: Path, running: Database) -> None:
    the_file_alone(path, running)
    the_log_alone(path, running)


OPENED: dict[str, tuple[Put, int]] = {
    "no file": (nothing, 0),
    "a file with nothing in it": (an_empty_file, 0),
    "a first start that was cut short": (a_first_start_cut_short, 0),
    "a backup": (a_backup, 1),
    "the file and its log": (the_file_and_its_log, 1),
}


@pytest.mark.parametrize(("put", "rows"), OPENED.values(), ids=list(OPENED))
def test_what_can_be_begun_or_taken_up_is(
    put: Put, rows: int, running: Database, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    put(path, running)
    with closing(Database(path)) as database:
        assert len(database.connection.execute("SELECT * FROM rule_progress").fetchall()) == rows
    assert not beside(path, BEING_MADE).exists()
    Database(path).close()


# Begins a database and ends without a word before its statement number N.
CUT_SHORT = """
import os, sqlite3, sys
from pathlib import Path
from state.database import Database
from tests.slow import quick_where
usual, left = sqlite3.connect, [int(sys.argv[2])]
def count(statement):
    left[0] -= 1
    if left[0] < 0:
        os._exit(7)
def counted(*values, **named):
    connection = usual(*values, **named)
    connection.set_trace_callback(count)
    return connection
sqlite3.connect = counted
Database(Path(sys.argv[1]))
"""


@pytest.mark.parametrize("statement", quick_where(lambda number: number == 3, [0, 3, 6, 100]))
def test_a_first_start_that_was_killed_is_taken_up_with_or_without_what_it_left(
    statement: int, tmp_path: Path
) -> None:
    path = tmp_path / "x.db"
    done = subprocess.run([sys.executable, "-c", CUT_SHORT, path, str(statement)], timeout=120)
    assert done.returncode == 7
    without = tmp_path / "power-cut" / "x.db"
    shutil.copytree(tmp_path, without.parent)
    for ending in ("-wal", "-shm"):
        beside(without, ending).unlink(missing_ok=True)
    for one in (path, without):
        with closing(Database(one)) as database:
            assert database.connection.execute("SELECT * FROM rule_progress").fetchall() == []
        assert not beside(one, BEING_MADE).exists()


def test_a_copy_without_its_log_cannot_be_copied_as_a_backup(
    running: Database, tmp_path: Path
) -> None:
    path, to = tmp_path / "x.db", tmp_path / "copy.db"
    the_file_alone(path, running)
    with pytest.raises(sqlite3.DatabaseError, match="write-ahead log is missing"):
        copy_database(path, to)
    assert not to.exists()
