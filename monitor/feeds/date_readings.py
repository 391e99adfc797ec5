"""The ways in which a column can be read as dates: how they are written, and how far apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.formats.desk_table import periods
from monitor.ingest.business_days import SATURDAY

# The likelier first. Of two digits for a year or a month alone the reading must be the only one.
STYLES: Final = (
    "iso", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d",
    "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y",
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M",
    "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%d-%b-%y", "%d-%B-%Y",
    "%d/%m/%y", "%m/%d/%y", "%d.%m.%y",
    "%Y-%m", "%Y/%m", "%m/%Y", "%b %Y", "%B %Y", "%b-%Y", "%b-%y", "%Y%m",
    "epoch_s", "epoch_ms",
)  # fmt: skip
# Of a day since 1973, so that prices are no dates.
EPOCH_DIGITS: Final = {"epoch_s": r"\d{9,10}", "epoch_ms": r"\d{12,13}"}
YEARS: Final = (1900, 2100)
# A column is looked at in a few places before it is read whole.
SAMPLE: Final = 40
# How many days lie between most rows, by frequency.
DAYS_APART: Final = {"session": (1, 4), "week": (6, 8), "month": (27, 32)}


@dataclass(frozen=True)
class DateReading:
    """A way to read a column: `style` as in `date_format`, and the days that it gives."""

    style: str
    days: pd.DatetimeIndex
    frequency: str

    @property
    def newest(self) -> date:
        """The last day."""
        found: date = self.days.max().date()
        return found


def date_readings(texts: Sequence[str], today: date) -> list[DateReading]:
    """Every way to read a column as days in order, each once, none of the future; only one where
    several give the same days."""
    found: list[DateReading] = []
    for style, days in _read(texts):
        if days.max() > pd.Timestamp(today) or not _is_in_order(days):
            continue
        frequency = frequency_of(days)
        if frequency and not any(one.days.equals(days) for one in found):
            found.append(DateReading(style, days, frequency))
    return found


def is_dates(texts: Sequence[str]) -> bool:
    """Whether a column can be read as dates, in whatever order."""
    return next(_read(texts), None) is not None


def frequency_of(days: pd.DatetimeIndex) -> str:
    """How often days come, by the usual step between them; empty where a table cannot be so. Of a
    single day nobody knows: a session."""
    if len(days) < 2:
        return "session"
    ordered = days.sort_values()
    apart = float(np.median(np.diff(ordered.to_numpy()) / np.timedelta64(1, "D")))
    found = [name for name, (low, high) in DAYS_APART.items() if low <= apart <= high]
    if found == ["session"] and (ordered.day_of_week >= SATURDAY).any():
        return ""
    return found[0] if found else ""


def _read(texts: Sequence[str]) -> Iterator[tuple[str, pd.DatetimeIndex]]:
    column = pd.Series(list(texts), dtype=object)
    few = pd.concat([column[:SAMPLE], column[SAMPLE:][-SAMPLE:]])
    for style in STYLES:
        if _days(few, style) is not None and (days := _days(column, style)) is not None:
            yield style, days


def _days(texts: pd.Series[str], style: str) -> pd.DatetimeIndex | None:
    digits = EPOCH_DIGITS.get(style)
    if digits is not None and not texts.str.fullmatch(digits).all():
        return None
    try:
        days = periods(texts, style, ZoneInfo("UTC"), "")
    except (BodyRejected, ValueError, OverflowError):
        return None
    in_range = (days.year >= YEARS[0]) & (days.year < YEARS[1])
    return days if len(days) and bool(in_range.all()) else None


def _is_in_order(days: pd.DatetimeIndex) -> bool:
    return days.is_unique and (days.is_monotonic_increasing or days.is_monotonic_decreasing)
