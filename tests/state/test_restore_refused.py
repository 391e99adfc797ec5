"""What cannot be restored, or may not be replaced, is left as it was."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from state.database import Database, UnfitDatabase
from state.files import beside
from state.leader_lock import LeaderLock
from state.restore import RestoreRefused, restore_database
from tests.state.databases import AT, an_older_one, names, row_of


def no_file(path: Path, backup: Path) -> Path:
    return backup.with_name("none.db")


def itself(path: Path, backup: Path) -> Path:
    return path


def another_programs_backup(path: Path, backup: Path) -> Path:
    with closing(sqlite3.connect(backup.with_name("trades.db"))) as other:
        other.execute("CREATE TABLE trades (id INTEGER)")
    return backup.with_name("trades.db")


def of_a_newer_program(path: Path, backup: Path) -> Path:
    with closing(sqlite3.connect(backup)) as newer:
        newer.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "SELECT migration_set, 'from_2099', applied_at FROM _sqlite_migrations LIMIT 1"
        )
        newer.commit()
    return backup


def cut_off(path: Path, backup: Path) -> Path:
    backup.write_bytes(backup.read_bytes()[: backup.stat().st_size // 2])
    return backup


def a_page_gone_bad(path: Path, backup: Path) -> Path:
    content = bytearray(backup.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 4096] = b"\x55" * 4096
    backup.write_bytes(content)
    return backup


def beside_another_log(path: Path, backup: Path) -> Path:
    beside(backup, "-wal").write_bytes(b"a log")
    return backup


def over_another_programs(path: Path, backup: Path) -> Path:
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE trades (id INTEGER)")
    return backup


REFUSED: dict[str, tuple[Callable[[Path, Path], Path], type[Exception], str]] = {
    "no file": (no_file, RestoreRefused, "no file at"),
    "the database itself": (itself, RestoreRefused, "the database itself"),
    "another program's": (another_programs_backup, sqlite3.DatabaseError, r"\(trades\)"),
    "of a newer program": (of_a_newer_program, UnfitDatabase, "newer havenwatch"),
    "cut off": (cut_off, sqlite3.DatabaseError, "malformed|Tree|[Pp]age"),
    "a page gone bad": (a_page_gone_bad, sqlite3.DatabaseError, "malformed|Tree|[Pp]age"),
    "beside another's log": (beside_another_log, RestoreRefused, "move backup.db-wal"),
    "over another program's": (over_another_programs, RestoreRefused, r"\(trades\)"),
}


@pytest.mark.parametrize(("asked", "error", "said"), REFUSED.values(), ids=list(REFUSED))
def test_what_cannot_be_restored_changes_nothing(
    asked: Callable[[Path, Path], Path],
    error: type[Exception],
    said: str,
    path: Path,
    backup: Path,
) -> None:
    an_older_one(path)
    named = asked(path, backup)
    before = path.read_bytes()
    with pytest.raises(error, match=said):
        restore_database(named, path, AT)
    assert path.read_bytes() == before
    assert names(path.parent) <= {"x.db", "x.db.lock"}


def acts(path: Path) -> Callable[[], None]:
    lock = LeaderLock(path)
    assert lock.take()
    return lock.give_up


def reads(path: Path) -> Callable[[], None]:
    reader = Database(path, read_only=True)
    reader.connection.execute("BEGIN")
    reader.connection.execute("SELECT * FROM rule_progress").fetchall()
    return reader.close


def writes(path: Path) -> Callable[[], None]:
    writer = Database(path)
    writer.connection.execute("BEGIN IMMEDIATE")
    return writer.close


def only_has_it_open(path: Path) -> Callable[[], None]:
    return Database(path).close


@pytest.mark.parametrize("used", [acts, reads, writes, only_has_it_open])
def test_a_database_in_use_is_not_replaced(
    used: Callable[[Path], Callable[[], None]], path: Path, backup: Path
) -> None:
    an_older_one(path)
    ended = used(path)
    with pytest.raises(RestoreRefused, match="stop"):
        restore_database(backup, path, AT, wait_s=0.0)
    ended()
    assert row_of(path) == "replaced"
    assert restore_database(backup, path, AT, wait_s=0.0).kept is not None
    assert row_of(path) == "restored"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be another user")
def test_only_its_owner_replaces_a_database(path: Path, backup: Path) -> None:
    an_older_one(path)
    os.chown(path, 54321, 54321)
    with pytest.raises(RestoreRefused, match="run it as user 54321"):
        restore_database(backup, path, AT)
