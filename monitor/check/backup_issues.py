"""What a check says of the backups: one that is overdue, that was not tested, or that failed its
restore test. Standard library alone, as the check itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from monitor.check.source_issues import WARNING, HealthIssue
from state.backup_state import BackupState
from state.instants import to_text

# Backups are tested once a day, right after one is made.
TESTED_WITHIN: Final = timedelta(hours=36)
REMEDY: Final = "see the log, or make one with: havenwatch backup FILE"


def backup_troubles(backups: BackupState, at: datetime) -> Iterator[HealthIssue]:
    """What is wrong with them at an instant; nothing where the program makes none."""
    if not backups.is_wanted:
        return
    if backups.overdue_at is not None and at > backups.overdue_at:
        last = "yet" if backups.made is None else f"since {to_text(backups.made.at)}"
        why = f": {backups.failure}" if backups.failure else ""
        said = f"no backup {last} (due {to_text(backups.overdue_at)}){why}; {REMEDY}"
        yield HealthIssue(WARNING, said, _outside(backups.failure))
    if failed := backups.disproof:
        said = f"backup {failed.file} failed its restore test: {failed.problem}; {REMEDY}"
        yield HealthIssue(WARNING, said, _outside(failed.problem))
    elif (since := backups.unproven_since) is not None and at > since + TESTED_WITHIN:
        said = f"no backup passed a restore test since {to_text(since)}; {REMEDY}"
        yield HealthIssue(WARNING, said)


def _outside(problem: str) -> tuple[str, ...]:
    """What the system said, as far as it did."""
    return (problem,) if problem else ()
