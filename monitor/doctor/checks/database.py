"""The database: that it is one of this program, of its schema, whole, and in WAL mode."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from monitor.clock import Clock
from monitor.doctor.check import (
    Check,
    Finding,
    Group,
    Step,
    failed,
    failed_as_said,
    ok,
    skipped,
    warning,
)
from monitor.doctor.circumstances import Circumstances
from rules.wording import plural
from state.database import UnfitDatabase, refuse_newer
from state.files import in_the_way, unreadable
from state.migrations import MIGRATIONS
from state.misplaced_files import not_ours, wrong_log
from state.read_only import open_read_only

WHOLE: Final = "a whole database of havenwatch"
RESTORE: Final = "restore a backup: havenwatch restore FILE (docs/database.md)"
# SQLite asks after so many of its steps whether it should go on.
STEPS: Final = 10_000
WAIT_S: Final = 5.0


class DatabaseFile(Check):
    """The file opens, has this program's schema and a write-ahead log, and no damaged page."""

    name: ClassVar[str] = "database"
    group: ClassVar[Group] = Group.FILES

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """Two lines, one after the other: closing a file drops the locks that another connection
        of this process has on it."""
        path, lane = given.database, self.name
        schema = partial(_read, path, _schema)
        pages = partial(_read, path, partial(_pages, clock=given.clock, within_s=given.exchange_s))
        return [Step("database", schema, lane), Step("database, pages", pages, lane)]


def _read(path: Path, look: Callable[[sqlite3.Connection, Path], Finding]) -> Finding:
    """What a look into the file finds, or why it cannot be looked into."""
    if not path.exists():
        return skipped(f"none at {path} yet; made by: havenwatch backfill, or havenwatch run")
    try:
        if wrong := wrong_log(path):
            return failed_as_said(wrong, WHOLE, RESTORE)
        with closing(open_read_only(path, WAIT_S)) as connection:
            return look(connection, path)
    except UnfitDatabase as error:
        return failed_as_said(str(error), WHOLE, RESTORE)
    except (sqlite3.Error, OSError) as error:
        why = unreadable(path) or "; ".join(in_the_way(path))
        return failed(expected=WHOLE, got=f"{path}: {error}", remedy=why or RESTORE)


def _schema(connection: sqlite3.Connection, path: Path) -> Finding:
    if wrong := not_ours(connection, path):
        return failed_as_said(wrong, WHOLE, RESTORE)
    refuse_newer(connection, path)
    if pending := MIGRATIONS.pending(connection):
        return warning(
            expected=f"the schema of this program at {path}",
            got=f"one without {plural(len(pending), 'step')} of it",
            remedy="havenwatch run (or tick) copies it and brings it up to date",
        )
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        return warning(
            expected="a write-ahead log (journal mode wal), so that it can be read while it is "
            "written",
            got=f"journal mode {mode}",
            remedy="havenwatch run (or tick) switches it on; else the file system cannot have it",
        )
    size = f"{path.stat().st_size / 1e6:,.1f} MB"
    return ok(f"{path}: {size}, schema of this program, write-ahead log")


def _pages(connection: sqlite3.Connection, path: Path, *, clock: Clock, within_s: float) -> Finding:
    """What `quick_check` finds, as far as it comes in the time."""
    until = clock.monotonic_s() + within_s
    connection.set_progress_handler(lambda: clock.monotonic_s() >= until, STEPS)
    try:
        (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_INTERRUPT:
            raise
        remedy = "havenwatch backup FILE checks the whole of its copy"
        return skipped(f"quick_check did not end within {within_s:g} s; {remedy}")
    if said == "ok":
        return ok("quick_check finds no damage")
    got = f"{path}: {' '.join(str(said).split())}"
    return failed(expected=WHOLE, got=got, remedy=RESTORE)
