"""How the backups of a database do: the last of each thing that happened to them. Standard library
alone, as the check reads it too."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final, NamedTuple

from state.instants import from_text

PLANNED: Final = "planned"
MADE: Final = "made"
FAILED: Final = "failed"
PROVEN: Final = "proven"
DISPROVEN: Final = "disproven"


class BackupEvent(NamedTuple):
    """Something that happened: when, to which file, and why where it went wrong. `overdue_at`: when
    the next backup is overdue, of a plan or of a backup."""

    event_id: int
    at: datetime
    file: str
    problem: str
    overdue_at: datetime | None


class BackupState(NamedTuple):
    """The last of each thing that happened, None where it never did. `failures`: how many backups
    and restore tests failed since the last that was proven; `unproven_since`: when the first backup
    after that was made."""

    planned: BackupEvent | None = None
    made: BackupEvent | None = None
    failed: BackupEvent | None = None
    proven: BackupEvent | None = None
    disproven: BackupEvent | None = None
    failures: int = 0
    unproven_since: datetime | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether the program that ran last makes backups."""
        return self.planned is not None and self.planned.overdue_at is not None

    @property
    def overdue_at(self) -> datetime | None:
        """When a backup is overdue, by the plan or by the last backup, whichever came last."""
        return None if self.planned is None else _last(self.planned, self.made).overdue_at

    @property
    def failure(self) -> str:
        """Why the last backup was not made; empty where it was."""
        return "" if self.failed is None or self.failed is not _last(self.failed, self.made) else (
            self.failed.problem
        )  # fmt: skip

    @property
    def disproof(self) -> BackupEvent | None:
        """The last restore test where it failed."""
        is_last = self.disproven is not None and self.disproven is _last(
            self.disproven, self.proven
        )
        return self.disproven if is_last else None

    @property
    def last_test(self) -> BackupEvent | None:
        """The last restore test, however it ended."""
        return self.disproof or self.proven

    @property
    def is_tested(self) -> bool:
        """Whether the last backup has had its restore test."""
        test = self.last_test
        return self.made is not None and test is not None and test.file == self.made.file


def read_backup_state(connection: sqlite3.Connection) -> BackupState:
    """The state over a connection. Raises sqlite3.Error."""
    last = {row["what"]: _event(row) for row in connection.execute(LAST)}
    counted = connection.execute(SINCE_PROVEN).fetchone()
    since = counted["unproven_since"]
    return BackupState(
        **last,
        failures=counted["failures"],
        unproven_since=None if since is None else from_text(since),
    )


def _last(one: BackupEvent, other: BackupEvent | None) -> BackupEvent:
    return one if other is None or one.event_id > other.event_id else other


def _event(row: sqlite3.Row) -> BackupEvent:
    overdue = row["overdue_at"]
    return BackupEvent(
        row["event_id"],
        from_text(row["at"]),
        row["file"],
        row["problem"],
        None if overdue is None else from_text(overdue),
    )


# Each found by the index on `what`, however many there are.
LAST: Final = f"""
    WITH kinds (kind) AS (VALUES {
    ", ".join(f"('{one}')" for one in (PLANNED, MADE, FAILED, PROVEN, DISPROVEN))
})
    SELECT it.* FROM kinds JOIN backup_events AS it ON it.event_id = (
        SELECT max(event_id) FROM backup_events WHERE what = kind)"""

SINCE_PROVEN: Final = """
    SELECT count(*) FILTER (WHERE what IN ('failed', 'disproven')) AS failures,
        min(at) FILTER (WHERE what = 'made') AS unproven_since
    FROM backup_events WHERE event_id > coalesce(
        (SELECT max(event_id) FROM backup_events WHERE what = 'proven'), 0)"""
