"""A restore test passes for a backup as it was made, and for nothing else."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.stop import Stop, Stopped
from state.backup import Copied, Proceed, copy_database, ended_by
from state.backup_proof import NotRestored, prove_backup
from state.database import Database
from state.migrations import MIGRATIONS
from tests.state.databases import names
from tests.state.landed_rows import insert_rows


@pytest.fixture
def held(tmp_path: Path) -> Copied:
    with closing(Database(tmp_path / "x.db")) as database:
        database.connection.execute("DELETE FROM identity")
        database.connection.execute("DELETE FROM revisions")
        insert_rows(database.connection)
        database.connection.execute("DELETE FROM delivery_changes WHERE delivery_id = 1")
    return copy_database(tmp_path / "x.db", tmp_path / "backup.db")


def test_a_backup_as_it_was_made_passes_and_leaves_nothing(tmp_path: Path, held: Copied) -> None:
    before = names(tmp_path)
    prove_backup(tmp_path / "backup.db", held)
    assert names(tmp_path) == before
    assert held.version == len(MIGRATIONS.names)
    assert held.rows["deliveries"] == 5


def _changed(sql: str) -> Callable[[Path, Copied], Copied]:
    def change(backup: Path, held: Copied) -> Copied:
        with closing(sqlite3.connect(backup, isolation_level=None)) as opened:
            opened.execute(sql)
        return held

    return change


def _no_file(backup: Path, held: Copied) -> Copied:
    backup.unlink()
    return held


def _no_database(backup: Path, held: Copied) -> Copied:
    backup.write_bytes(b"no database" * 999)
    return held


def _cut(backup: Path, held: Copied) -> Copied:
    backup.write_bytes(backup.read_bytes()[:-8192])
    return held


def _one_bit(backup: Path, held: Copied) -> Copied:
    """In a number that is stored: SQLite finds nothing wrong with the file."""
    content = bytearray(backup.read_bytes())
    place = content.index(b"a holiday")
    content[place] ^= 1
    backup.write_bytes(content)
    return held


def _another_schema(backup: Path, held: Copied) -> Copied:
    return replace(held, version=1)


WRONG: dict[str, tuple[Callable[[Path, Copied], Copied], str]] = {
    "the file is gone": (_no_file, "the file is gone"),
    "another file": (_no_database, "file is not a database"),
    "a file that was cut": (_cut, "malformed"),
    "a row less": (
        _changed("DELETE FROM backfills"), "backfills has 0 rows in place of 1 row"),
    "another newest row": (
        _changed("UPDATE silences SET why = 'x'"), "another newest row in silences"),
    "one bit of the newest row": (_one_bit, "another newest row in silences"),
    "one older row": (
        _changed("UPDATE observations SET value = 9 WHERE period_end = '2025-04-09'"), "SHA-256"),
    "a table more": (_changed("CREATE TABLE mine (a)"), "mine has 0 rows in place of no table"),
    "another schema": (_another_schema, f"schema {len(MIGRATIONS.names)} in place of 1"),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), WRONG.values(), ids=list(WRONG))
def test_any_other_file_fails(
    change: Callable[[Path, Copied], Copied], said: str, tmp_path: Path, held: Copied
) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(backup, tmp_path / "other.db")
    held = change(backup, held)
    before = names(tmp_path)
    with pytest.raises(NotRestored) as failed:
        prove_backup(backup, held)
    assert said in str(failed.value)
    assert str(tmp_path) not in str(failed.value)
    assert names(tmp_path) == before


class StoppedAt:
    """Ends the work at one of its calls."""

    def __init__(self, at: int):
        self.left = at

    def __call__(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Stopped


@pytest.mark.slow
def test_a_stop_ends_copy_and_test_at_every_step_and_leaves_nothing(
    tmp_path: Path, held: Copied
) -> None:
    with closing(Database(tmp_path / "x.db")) as database:
        database.connection.execute(
            "INSERT INTO bodies VALUES ('cd', zeroblob(3000000), '', 3000000, '')"
        )
    held = copy_database(tmp_path / "x.db", tmp_path / "backup.db")
    before, ends = names(tmp_path), 0
    works: tuple[Callable[[Proceed], object], ...] = (
        lambda proceed: copy_database(tmp_path / "x.db", tmp_path / "another.db", proceed),
        lambda proceed: prove_backup(tmp_path / "backup.db", held, proceed),
    )
    for work, steps in zip(works, (2 + 4, 4 + 2 + 4), strict=True):
        for number in range(1, steps + 1):
            with pytest.raises(Stopped):
                work(StoppedAt(number))
            assert names(tmp_path) == before
            ends += 1
    assert ends == 16


def test_a_long_statement_ends_at_a_stop(tmp_path: Path, held: Copied) -> None:
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9999999)"
    stop, found = Stop(), sqlite3.connect(tmp_path / "x.db")
    stop.tell()
    with closing(found), pytest.raises(Stopped), ended_by(stop.refuse, found):
        found.execute(f"{numbers} SELECT max(i) FROM n").fetchone()
