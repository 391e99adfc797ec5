"""Backups taken while somebody writes: every one must open whole, and pass the restore test of the
running program.

python -m tests.backups --count 200
"""

from __future__ import annotations

import argparse
import multiprocessing
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from state.backup import Copied, copy_database
from state.backup_proof import NotRestored, prove_backup
from state.database import Database

ROWS_AT_ONCE: Final = 20
KEPT: Final = 400
# The tables written to, and their keys.
KEYS: Final = {"rule_progress": "rule_id", "program_runs": "began_at"}


class Event(Protocol):
    """Of threads or of processes."""

    def is_set(self) -> bool: ...

    def set(self) -> None: ...


def write_until(path: Path, begun: Event, stop: Event) -> None:
    """Transactions without a pause, each of as many rows in two tables: a copy of a part of one
    would show. Old rows go, so that pages are used again."""
    with closing(Database(path)) as database:
        written = 0
        while not stop.is_set():
            rows = range(written, written + ROWS_AT_ONCE)
            oldest = f"{written - KEPT:09d}" if written > KEPT else ""
            with database.immediate() as connection:
                for table, key in KEYS.items():
                    connection.executemany(
                        f"INSERT INTO {table} VALUES (?, ?)",
                        [(f"{row:09d}", "x" * (row % 700)) for row in rows],
                    )
                    connection.execute(f"DELETE FROM {table} WHERE {key} < ?", (oldest,))
            written += ROWS_AT_ONCE
            begun.set()


@dataclass(frozen=True)
class Opened:
    """A backup that was opened: what is wrong with it, and the newest row in it."""

    wrong: str
    newest: str


def backups(path: Path, count: int) -> Iterator[Opened]:
    """Take so many backups, and open each as any program opens a file."""
    to = path.with_name("backup.db")
    for _ in range(count):
        copied = copy_database(path, to)
        yield _opened(to, copied)
        to.unlink()


def _opened(backup: Path, held: Copied) -> Opened:
    failed = _restore_test(backup, held)
    beside = [one.name for one in backup.parent.glob(f"{backup.name}-*")]
    with closing(sqlite3.connect(backup)) as opened:
        (found,) = opened.execute("PRAGMA integrity_check").fetchone()
        (newest,) = opened.execute("SELECT max(rule_id) FROM rule_progress").fetchone()
        rows = {
            table: opened.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in KEYS
        }
    Database(backup).close()
    first, second = rows.values()
    wrongs = {
        f"failed its restore test: {failed}": failed,
        f"{beside} beside it": beside,
        f"damaged: {found}": found != "ok",
        f"a part of a transaction: {rows}": first != second or first % ROWS_AT_ONCE,
        f"other rows than counted: {rows}": any(held.rows[table] != n for table, n in rows.items()),
    }
    return Opened("; ".join(said for said, is_so in wrongs.items() if is_so), newest or "")


def _restore_test(backup: Path, held: Copied) -> str:
    """Why it cannot be restored; empty where it can."""
    try:
        prove_backup(backup, held)
    except NotRestored as error:
        return str(error)
    return ""


def main() -> int:
    """Take backups while another process writes, and count those that open whole."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--count", type=int, default=200)
    count = asked.parse_args().count
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        path, begun, stop = Path(folder) / "live.db", context.Event(), context.Event()
        Database(path).close()
        writer = context.Process(target=write_until, args=(path, begun, stop))
        writer.start()
        try:
            begun.wait()
            found = list(backups(path, count))
        finally:
            stop.set()
            writer.join()
    wrong = [one.wrong for one in found if one.wrong]
    for said in wrong:
        sys.stdout.write(f"{said}\n")
    states = len({one.newest for one in found})
    sys.stdout.write(
        f"{count - len(wrong)} of {count} backups were whole and restored, {states} different\n"
    )
    return 1 if wrong or writer.exitcode else 0


if __name__ == "__main__":
    sys.exit(main())
