"""What the program says of its backups: one that is overdue, or that failed its restore test."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from alerts.message.values import local_time
from monitor.evaluate.health_rules import program_signal
from monitor.ingest.calendars import NEW_YORK
from rules.model import AlertText, Signal
from rules.terms import Answer
from state.backup_state import BackupState


def backup_signals(backups: BackupState, at: datetime) -> Iterator[Signal]:
    """One signal where the program makes backups, or did: firing while none is made, or while the
    last restore test is one that failed."""
    if backups.planned is None:
        return
    found = _firing(backups, at)
    yield program_signal(
        "backup_health",
        "database",
        at,
        Answer.FIRING if found is not None else Answer.QUIET,
        found or AlertText(_quiet(backups)),
    )


def _firing(backups: BackupState, at: datetime) -> AlertText | None:
    if not backups.is_wanted:
        return None
    failed = backups.disproof
    if failed is not None:
        proven = backups.proven
        before = (
            "No backup has passed it yet."
            if proven is None
            else f"The last that passed it is {proven.file}."
        )
        return AlertText(
            headline=f"Backup {failed.file} failed its restore test: {failed.problem}.",
            caveat=f"{before} Do not restore the failed one. Check the disk of the backup folder; "
            "another backup is made and tested soon. `havenwatch backup FILE` makes one elsewhere.",
        )
    if backups.overdue_at is None or at <= backups.overdue_at:
        return None
    since = "yet" if backups.made is None else f"since {local_time(backups.made.at, NEW_YORK)}"
    problem = f" Last problem: {backups.failure}." if backups.failure else ""
    return AlertText(
        headline=f"No backup {since}; one was expected by "
        f"{local_time(backups.overdue_at, NEW_YORK)}.{problem}",
        caveat="It is tried again every hour at the latest. Free space or fix the folder in "
        "[backup] of the configuration; `havenwatch backup FILE` makes one elsewhere.",
    )


def _quiet(backups: BackupState) -> str:
    if not backups.is_wanted:
        return "Backups are switched off ([backup] enabled)."
    tested = ", and the newest was restored without a difference" if backups.is_tested else ""
    return f"Backups are made again{tested}."
