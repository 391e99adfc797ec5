"""What the message and the page of a month of TIC are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alerts.release import Release
from rules.tic.month_report import MonthReport


@dataclass(frozen=True)
class Revision:
    """Net purchases of all foreigners in a month, bills included, USD bn: as first published, and
    as known now. `first` is None where the first print is not stored: the month was history when it
    was loaded."""

    month: date
    first: float | None
    now: float | None

    @property
    def change(self) -> float | None:
        """What it was revised by."""
        return None if self.first is None or self.now is None else self.now - self.first


@dataclass(frozen=True)
class TicDay:
    """A month of TIC as known at `at`.

    `known_at`: when it was first known, which is assumed by the calendar where `is_assumed`.
    `missing`: what is not out yet, in words. `revisions` of the months before, the newest first.
    `sources`: the publishers' labels. `together_with`: older months of the same release.
    """

    report: MonthReport
    at: datetime
    known_at: datetime
    is_assumed: bool
    missing: tuple[str, ...]
    revisions: tuple[Revision, ...]
    sources: tuple[str, ...]
    coming: Release
    together_with: tuple[date, ...] = ()

    @property
    def key(self) -> str:
        """`tic/2025-04`: of its message, and the path of its page."""
        return f"tic/{self.report.month:%Y-%m}"
