"""Each change of an alert as a row, as it was recorded: all there are, or as they come."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import IO, Final

from alerts.model import Transition
from monitor.errors import HavenwatchError
from monitor.views.export_formats import WRITERS, Columns, Row
from state.database import Database
from state.recorded_changes import UnknownChange, changes_after
from state.suppressions import Suppressions

CHANGES: Final[Columns] = {
    "id": str, "alert": str, "rule": str, "subject": str, "at_utc": datetime, "reason": str,
    "severity_before": str, "severity": str, "state": str, "provisional": bool, "late": bool,
    "period_end": date, "known_at_utc": datetime, "acknowledged_by": str, "headline": str,
    "note": str, "not_told_because": str,
}  # fmt: skip


def change_rows(
    database: Database, after: str, wanted: Callable[[datetime], bool]
) -> Generator[Row]:
    """The changes recorded behind that of an id, all where that is empty, that came at an instant
    that is `wanted`. Raises HavenwatchError for an id that is none."""
    try:
        for one in changes_after(database, after):
            if wanted(one.at):
                yield _change_row(database, one)
    except UnknownChange:
        raise HavenwatchError(
            "export --after",
            expected="the id of a change that is stored, such as joint_selloff/us/2025-04-10#1",
            got=after,
            remedy="take one from the column id; a database restored from an older backup has "
            "fewer, so export all again",
        ) from None


def follow_changes(
    path: Path,
    form: str,
    stream: IO[bytes],
    after: str,
    wanted: Callable[[datetime], bool],
    waits: Callable[[], bool],
) -> int:
    """How many rows were written: the changes that are recorded, and then each that comes, until
    `waits` says that the wait between two looks was the last. Raises HavenwatchError.

    The database is opened for each look and only read, so that nobody waits for this reader, and
    one that was restored meanwhile is seen.
    """

    def rows() -> Generator[Row]:
        seen, goes_on = after, True
        while goes_on:
            with closing(Database(path, read_only=True)) as database:
                for one in change_rows(database, seen, wanted):
                    seen = one["id"]
                    yield one
            stream.flush()
            goes_on = waits()

    return WRITERS[form](rows(), CHANGES, stream)


def _change_row(database: Database, one: Transition) -> Row:
    before, after = one.before, one.after
    withheld = Suppressions(database).reasons([one.transition_id]).get(one.transition_id)
    return {
        "id": one.transition_id,
        "alert": after.alert_id,
        "rule": after.rule_id,
        "subject": after.subject,
        "at_utc": one.at,
        "reason": one.reason.value,
        "severity_before": None if before is None else before.severity.label,
        "severity": after.severity.label,
        "state": after.state.value,
        "provisional": after.provisional,
        "late": one.late,
        "period_end": after.period_end,
        "known_at_utc": one.signal.known_at,
        "acknowledged_by": after.acknowledged_by,
        "headline": one.headline,
        "note": one.note,
        "not_told_because": None if withheld is None else withheld.value,
    }
