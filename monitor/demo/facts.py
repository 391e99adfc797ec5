"""The figures the stand-ins serve."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime, time
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from monitor.calendars import NEW_YORK, at_local


@cache
def sessions() -> pd.DataFrame:
    """Closes, yields, premium and fixes: index the day, a column a series, NaN = none that day."""
    table = _read("sessions.csv", dtype=None)
    return table.set_index(pd.DatetimeIndex(table.pop("date")))


@cache
def tic() -> pd.DataFrame:
    """TIC rows as text, with `code`, `country`, `month` (YYYY-MM) and seven measures in USD mn."""
    return _read("tic.csv", dtype="str")


def published(
    column: str, out_at: time, at: datetime, zone: ZoneInfo = NEW_YORK, lag_business_days: int = 0
) -> tuple[pd.Series[float], datetime]:
    """The values of a column published by an instant, oldest first, and when the last was.

    Each is out at a time of day in a zone, some business days after its day.
    """
    values, instants = _releases(column, out_at, zone, lag_business_days)
    count = bisect_right(instants, at)
    return values.iloc[:count], instants[count - 1]


@cache
def _releases(
    column: str, out_at: time, zone: ZoneInfo, lag_business_days: int
) -> tuple[pd.Series[float], list[datetime]]:
    values = sessions()[column].dropna()
    days = np.busday_offset(values.index.to_numpy().astype("datetime64[D]"), lag_business_days)
    return values, [at_local(date.fromisoformat(str(day)), out_at, zone) for day in days]


def _read(name: str, dtype: str | None) -> pd.DataFrame:
    with files("monitor.demo").joinpath("figures", name).open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", dtype=dtype)
