"""When the database is backed up, where to, and which backups stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal

from annotated_types import Interval, MinLen

from monitor.ingest.source import ClockTime
from state.backup_retention import Retention


@dataclass(frozen=True, kw_only=True)
class Backup:
    """The backups that `run` makes; a relative folder starts at the database's. In the desk's time
    zone they are due `at` a time, and so many hours after it, until the next day's."""

    enabled: bool = True
    folder: Annotated[str, MinLen(1)] = "backups"
    at: ClockTime = "02:30"
    every_hours: Literal[24, 12, 8, 6, 4, 3, 2, 1] = 24
    keep_daily: Annotated[int, Interval(ge=0, le=366)] = 7
    keep_weekly: Annotated[int, Interval(ge=0, le=520)] = 4
    keep_monthly: Annotated[int, Interval(ge=0, le=120)] = 12

    @property
    def first(self) -> time:
        """The time of the first of a day."""
        return time.fromisoformat(self.at)

    @property
    def every(self) -> timedelta:
        """The time from one to the next."""
        return timedelta(hours=self.every_hours)

    @property
    def retention(self) -> Retention:
        """Which stay."""
        return Retention(self.keep_daily, self.keep_weekly, self.keep_monthly)

    def folder_of(self, database: Path) -> Path:
        """Where the backups of a database are."""
        return database.parent / self.folder
