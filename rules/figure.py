"""What a figure is: lines to draw and words to say, before either is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from rules.model import type_float, type_time
from rules.wording import capitalized, day, month

# What a claim about a decade needs, less some days of its first and last months.
DECADE: Final = np.timedelta64(3600, "D")
# Sessions around holidays are so far apart.
LONGEST_WEEKEND_DAYS: Final = 10


@dataclass(frozen=True)
class Line:
    """One line, or one layer of a stack: values by day."""

    label: str
    days: type_time
    values: type_float


@dataclass(frozen=True)
class Figure:
    """One figure. `kind` is `lines`, `stack` or `bars`; `article` what the article says of it,
    `today` what these numbers say; `table` rows below it, the first the header; `partial` which of
    the bars are of a year that is not whole."""

    number: int
    title: str
    kind: str
    unit: str
    lines: tuple[Line, ...]
    article: str
    today: str
    source: str
    table: tuple[tuple[str, ...], ...] = ()
    note: str = ""
    partial: tuple[bool, ...] = ()


def line_of(label: str, known: pd.Series[float]) -> Line:
    """A line of the known values of a series."""
    return Line(label, days_of(known), known.to_numpy().astype(np.float64))


def parts_of(days: type_time) -> list[slice]:
    """The stretches of a line between which data are missing: days further apart than three usual
    steps, and than a long weekend."""
    steps = np.diff(days.astype("datetime64[D]")).astype(np.int64)
    if not len(steps):
        return [slice(0, len(days))]
    missing = np.flatnonzero(steps > max(3 * int(np.median(steps)), LONGEST_WEEKEND_DAYS))
    edges = [0, *(missing + 1).tolist(), len(days)]
    return [slice(first, last) for first, last in pairwise(edges)]


def on_common_days(lines: Sequence[Line]) -> list[Line]:
    """The lines on the days that all of them have, as the layers of a stack stand on each other."""
    if not lines:
        return []
    days = lines[0].days
    for one in lines[1:]:
        days = np.intersect1d(days, one.days)
    return [Line(one.label, days, one.values[np.isin(one.days, days)]) for one in lines]


def days_of(known: pd.Series[float] | pd.DataFrame) -> type_time:
    """The index as numpy days."""
    return known.index.to_numpy().astype("datetime64[D]")


def newest_day(known: pd.Series[float]) -> str:
    """The last day, in words."""
    return day(days_of(known)[-1].item())


def since_when(days: type_time) -> str:
    """` (stored since 24 Mar 2025 only)` of days that cannot show a decade, else nothing."""
    if not len(days) or days[-1] - days[0] >= DECADE:
        return ""
    first = days[0].item()
    return f" (stored since {first.day} {first:%b %Y} only)"


def newest_month(known: pd.Series[float] | pd.DataFrame) -> str:
    """The month of the last day, in words."""
    return month(days_of(known)[-1].item())


def first_month(known: pd.DataFrame) -> str:
    """The month of the first day, in words."""
    return month(days_of(known)[0].item())


def said_today(said: Sequence[str], needs: str, before: str = "") -> str:
    """What is said of the newest numbers; what the figure needs where there is nothing."""
    if not said:
        return f"Nothing to show: it needs {needs}, which this database does not have."
    text = f"{before}{'; '.join(said)}."
    return capitalized(text)
