"""Backups and restoring them, on real files: nothing is lost, and nothing is half done."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest

from state.backup import copy_database
from state.database import Database, UnfitDatabase
from state.files import beside
from state.leader_lock import LeaderLock
from state.restore import RestoreRefused, restore_database
from state.restored import mark_new
from tests.backups import backups, write_until
from tests.support import utc

AT = utc("2025-04-10 22:30")
KEPT = "x.db.replaced-20250410T223000Z"


def test_backups_taken_while_somebody_writes_open_whole(tmp_path: Path) -> None:
    path, begun, stop = tmp_path / "x.db", threading.Event(), threading.Event()
    Database(path).close()
    writer = threading.Thread(target=write_until, args=(path, begun, stop))
    writer.start()
    try:
        assert begun.wait(30)
        found = list(backups(path, 5))
    finally:
        stop.set()
        writer.join()
    assert [one.wrong for one in found] == [""] * 5
    assert len({one.newest for one in found}) > 1


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


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    to = tmp_path / "elsewhere" / "backup.db"
    to.parent.mkdir()
    a_database(tmp_path / "source.db", "restored").close()
    copy_database(tmp_path / "source.db", to)
    return to


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the database is to be."""
    (tmp_path / "live").mkdir()
    return tmp_path / "live" / "x.db"


def names(folder: Path) -> set[str]:
    return {one.name for one in folder.iterdir()}


def nothing(path: Path) -> None: ...


def a_first_start_cut_short(path: Path) -> None:
    mark_new(path)


def an_older_one(path: Path) -> None:
    a_database(path, "replaced").close()


def killed_with_its_log(path: Path) -> None:
    """As a process that was killed leaves it: what was written last is in the log."""
    running = a_database(path.with_name("running.db"), "replaced")
    for ending in ("", "-wal"):
        beside(path, ending).write_bytes(beside(path.with_name("running.db"), ending).read_bytes())
    running.close()
    path.with_name("running.db").unlink()


def a_damaged_one(path: Path) -> None:
    path.write_bytes(b"no database, but as long as the header of one" * 9)


def a_log_alone(path: Path) -> None:
    beside(path, "-wal").write_bytes(b"a log")


def a_restored_one_beside_an_old_log(path: Path) -> None:
    an_older_one(path)
    copy_database(path, path.with_name("copy.db"))
    path.with_name("copy.db").replace(path)
    beside(path, "-wal").write_bytes(b"a log")


# What is at the path before, and the endings of what is kept of it.
BEFORE: dict[str, tuple[Callable[[Path], None], tuple[str, ...]]] = {
    "nothing": (nothing, ()),
    "a first start that was cut short": (a_first_start_cut_short, ()),
    "an older database": (an_older_one, ("",)),
    "a database and its log": (killed_with_its_log, ("",)),
    "a damaged database": (a_damaged_one, ("",)),
    "a log without its database": (a_log_alone, ("-wal",)),
    "a database beside another's log": (a_restored_one_beside_an_old_log, ("", "-wal")),
}


@pytest.mark.parametrize(("put", "kept"), BEFORE.values(), ids=list(BEFORE))
def test_a_backup_is_restored_and_what_was_there_is_kept(
    put: Callable[[Path], None], kept: tuple[str, ...], path: Path, backup: Path
) -> None:
    put(path)
    was = {ending: beside(path, ending).read_bytes() for ending in kept}
    done = restore_database(backup, path, AT)
    assert done.copied.rows["rule_progress"] == 1
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert names(path.parent) == {"x.db", "x.db.lock", *(KEPT + ending for ending in kept)}
    assert done.kept == (path.with_name(KEPT) if kept else None)
    if put in (an_older_one, killed_with_its_log):
        assert row_of(path.with_name(KEPT)) == "replaced"
    else:
        assert {one: path.with_name(KEPT + one).read_bytes() for one in kept} == was
    assert row_of(path) == "restored"
    assert LeaderLock(path).take()


def test_what_was_kept_can_be_restored_and_nothing_kept_is_overwritten(
    path: Path, backup: Path
) -> None:
    an_older_one(path)
    first = restore_database(backup, path, AT).kept
    assert first is not None
    second = restore_database(first, path, AT).kept
    assert second == path.with_name(f"{KEPT}-2")
    assert [row_of(one) for one in (path, first, second)] == ["replaced", "replaced", "restored"]


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
    "cut off": (cut_off, sqlite3.DatabaseError, "malformed|Tree|page"),
    "a page gone bad": (a_page_gone_bad, sqlite3.DatabaseError, "malformed|Tree|page"),
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


# What changes names or files; the audit hook is called before it happens.
BOUNDARIES = ("sqlite3.connect", "os.link", "os.rename", "os.remove")
MOST_BOUNDARIES = 60


def killed_at(boundary: int, backup: Path, path: Path) -> bool:
    """Whether a process that restored was killed before its change number N."""
    child = os.fork()
    if child == 0:
        left = [boundary]

        def count(event: str, values: tuple[object, ...]) -> None:
            if event in BOUNDARIES:
                left[0] -= 1
                if left[0] < 0:
                    os._exit(7)

        sys.addaudithook(count)
        restore_database(backup, path, AT)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def kills(tmp_path: Path) -> Iterator[Path]:
    for number in range(MOST_BOUNDARIES):
        folder = tmp_path / f"killed {number}"
        folder.mkdir()
        yield folder / "x.db"


def test_a_restore_that_is_killed_leaves_the_one_or_the_other(tmp_path: Path, backup: Path) -> None:
    found = []
    for number, path in enumerate(kills(tmp_path)):
        killed_with_its_log(path)
        if not killed_at(number, backup, path):
            break
        found.append(row_of(path))
        if found[-1] == "restored":
            assert row_of(path.with_name(KEPT)) == "replaced"
        restore_database(backup, path, AT)  # and it can be done again
        assert row_of(path) == "restored"
    assert found[0] == "replaced"
    assert found[-1] == "restored"
    assert found == sorted(found, key="replaced restored".index)
    assert len(found) < MOST_BOUNDARIES
