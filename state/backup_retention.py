"""Which backups stay, and how the files of a database's backups are named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

STAMP: Final = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Retention:
    """Of how many days, weeks and months the last backup stays; those without one do not count."""

    daily: int
    weekly: int
    monthly: int


def backup_name(database: Path, at: datetime) -> str:
    """`havenwatch-20250410T063000Z.db`: the file of a backup that was begun at an instant."""
    return f"{database.stem}-{at.astimezone(UTC):{STAMP}}.db"


def backups_in(folder: Path, database: Path) -> dict[str, datetime]:
    """When each backup of a database in a folder was begun, by its name. Raises OSError."""
    named = re.compile(rf"{re.escape(database.stem)}-(\d{{8}}T\d{{6}}Z)\.db")
    found = {}
    for one in folder.iterdir():
        if match := named.fullmatch(one.name):
            found[one.name] = datetime.strptime(match[1], STAMP).replace(tzinfo=UTC)
    return found


def kept_backups(made: Iterable[datetime], retention: Retention, zone: ZoneInfo) -> set[datetime]:
    """Which of some backups stay: the newest, and the last of each of the newest days, ISO weeks
    and months by a zone's calendar that have one."""
    newest_first = sorted(made, reverse=True)
    kept = set(newest_first[:1])
    spans: tuple[tuple[int, Callable[[date], object]], ...] = (
        (retention.daily, date.toordinal),
        (retention.weekly, lambda day: day.isocalendar()[:2]),
        (retention.monthly, lambda day: (day.year, day.month)),
    )
    for count, span_of in spans:
        last_of: dict[object, datetime] = {}
        for one in newest_first:
            last_of.setdefault(span_of(one.astimezone(zone).date()), one)
        kept.update([*last_of.values()][:count])
    return kept
