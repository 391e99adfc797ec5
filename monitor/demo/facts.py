"""The figures the stand-ins serve."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from monitor.ingest.calendars import NEW_YORK, at_local, tic_release

TIC_DELAY = timedelta(minutes=2)

_folder: Traversable = files("monitor.demo").joinpath("figures")


def use_figures(folder: Traversable) -> None:
    """Serve the files of the same names in another folder, for all of a process: to be called
    before any figure is asked for."""
    global _folder
    _folder = folder


@cache
def sessions() -> pd.DataFrame:
    """Closes, yields, premium and fixes: index the day, a column a series, NaN = none that day."""
    table = _read("sessions.csv", dtype=None)
    return table.set_index(pd.DatetimeIndex(table.pop("date")))


@cache
def tic() -> pd.DataFrame:
    """TIC rows as text, with `code`, `country`, `month` (YYYY-MM) and seven measures in USD mn."""
    return _read("tic.csv", dtype="str")


@cache
def custody(column: str = "custody_treasuries") -> dict[date, int]:
    """Treasuries in custody for foreign officials, or those of the Fed (`fed_treasuries`), by
    Wednesday, USD mn, oldest first."""
    table = _read("custody.csv", dtype="str")
    days = [date.fromisoformat(day) for day in table["date"]]
    return dict(zip(days, [int(value) for value in table[column]], strict=True))


@cache
def auctions() -> list[dict[str, str]]:
    """The results of each auction of notes and bonds as text, oldest first."""
    rows = _read("auctions.csv", dtype="str").to_dict("records")
    return [{str(name): str(value) for name, value in row.items()} for row in rows]


@cache
def debt() -> dict[date, tuple[int, int]]:
    """Debt held by the public and all public debt by day, USD mn, oldest first."""
    table = _read("debt.csv", dtype="str")
    days = [date.fromisoformat(day) for day in table["date"]]
    pairs = zip(map(int, table["public"]), map(int, table["total"]), strict=True)
    return dict(zip(days, pairs, strict=True))


@cache
def months(name: str) -> pd.DataFrame:
    """A table of TIC figures by month as text, an empty cell ''."""
    return _read(name, dtype="str").fillna("")


def released(data_months: Sequence[str], at: datetime) -> tuple[str, datetime]:
    """The newest of some data months (YYYY-MM) that TIC had released by an instant, and when: two
    minutes after 16:00 on its day."""
    newest = max(month for month in data_months if _released_at(month) <= at)
    return newest, _released_at(newest)


@cache
def _released_at(month: str) -> datetime:
    return tic_release(date.fromisoformat(f"{month}-01"))[0] + TIC_DELAY


def values_out_by(
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
    with _folder.joinpath(name).open(encoding="utf-8") as file:
        return pd.read_csv(file, comment="#", dtype=dtype)
