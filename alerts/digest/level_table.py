"""Levels in words, as a table: what shows them computes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from alerts.message.sections import Table
from rules.wording import sparkline

# Over how many of its own periods a level's changes are shown, by how often it comes.
LAGS: Final = {"session": (1, 5, 21), "week": (1, 4, 13)}


@dataclass(frozen=True)
class Level:
    """The newest number of a series, in words, with its changes over some of its own periods and
    its recent course."""

    series_id: str
    title: str
    frequency: str
    period_end: date
    value: str
    changes: tuple[str, ...]
    course: tuple[float, ...]


def lag_titles(frequency: str) -> tuple[str, ...]:
    """Over what the changes of a frequency are: `1d`, `5d`, `21d`."""
    return tuple(f"{lag}{'d' if frequency == 'session' else 'w'}" for lag in LAGS[frequency])


def levels_table(levels: Iterable[Level], title: str, frequency: str) -> Table:
    """The levels of a frequency as a table."""
    rows = tuple(
        (one.title, one.period_end.isoformat(), one.value, *one.changes, sparkline(one.course))
        for one in levels
        if one.frequency == frequency
    )
    course_title = f"{max(LAGS[frequency])} {frequency}s"
    columns = ("level", frequency, "value", *lag_titles(frequency), course_title)
    return Table(title, columns, "llrrrrl", rows)
