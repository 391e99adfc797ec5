"""Term premium, from the Federal Reserve Board's Kim-Wright model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import NEW_YORK, US_BONDS, US_OFFICES, last_of_next_week
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import csv_table, dates, numbers, rows_in, text_of
from monitor.ingest.source import BaseUrl, Hours, Megabytes, PollTimes, UserAgent, WholeFile
from rules.model import Series

PREMIUM: Final = "THREEFYTP1000.B"
YIELD: Final = "THREEFY1000.B"
FRIDAY: Final = 4

# Somewhere in any thirty years the premium was larger than this; one given as a fraction never is.
LEAST_LARGEST_PCT: Final = 0.1
# Of the 1990s every estimate has a premium of one to two percent.
EARLY_UNTIL: Final = pd.Timestamp("2000-01-01")

TENOR_PREMIUM = Series(
    series_id="kw_tp10y",
    title="Kim-Wright 10-year term premium",
    unit="pct",
    frequency="session",
    source="Term premium: Federal Reserve Board, Kim-Wright model",
    plausible=(-4.0, 8.0),
    max_step=0.4,  # twice the largest since 1990
    one_vintage=True,
)
FITTED_YIELD = replace(
    TENOR_PREMIUM,
    series_id="kw_y10y",
    title="Kim-Wright fitted 10-year zero-coupon yield",
    plausible=(0.0, 20.0),
    max_step=1.5,
)


@dataclass(frozen=True, kw_only=True)
class KimWright(WholeFile):
    """A CSV with some nine lines of text above the row that begins with `Date`; `NA` for missing,
    ISO dates, from 1990, on Tuesdays to the Friday before. Re-estimated whole at each release, and
    another model than ACM: the two are never mixed."""

    path: ClassVar[str] = "/data/yield-curve-tables/feds200533.csv"
    source_type: ClassVar[str] = "kim_wright"
    publisher: ClassVar[str] = "Federal Reserve Board (Kim-Wright)"
    first_day: ClassVar[date] = date(1990, 1, 2)
    licence: ClassVar[str] = "public domain"
    calendar: ClassVar[str] = US_BONDS
    refuse_after_days: ClassVar[int] = 35

    base_url: BaseUrl = "https://www.federalreserve.gov"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("15:30", "09:00")
    stale_after_hours: Hours = 72
    max_mb: Megabytes = 20

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Column `kw_tp10y` and, where the file has it, `kw_y10y`, percent."""
        text = text_of(body)
        lines = text.splitlines()
        start = next(
            (i for i, line in enumerate(lines) if line.strip('"').lower().startswith("date")), None
        )
        if start is None:
            got = f"none in {len(lines)} lines"
            raise BodyRejected(body.url, expected="a row that begins with Date", got=got)
        columns = {PREMIUM: "kw_tp10y"}
        if YIELD in next(rows_in([lines[start]], body.url)):
            columns[YIELD] = "kw_y10y"
        table = csv_table("\n".join(lines[start:]), body.url, list(columns), "Date")
        index = dates(table["Date"], "%Y-%m-%d", body.url)
        frame = pd.DataFrame(
            {name: numbers(table[c], body.url).to_numpy() for c, name in columns.items()},
            index=index,
        )
        largest = frame["kw_tp10y"].abs().max()
        if largest < LEAST_LARGEST_PCT:
            expected = f"a premium in percent, once {LEAST_LARGEST_PCT:g} or more"
            got = f"{largest:g} at most (a fraction?)"
            raise BodyRejected(body.url, expected=expected, got=got, state="IMPLAUSIBLE")
        early = frame["kw_tp10y"][index < EARLY_UNTIL].dropna()
        if len(early) and early.median() <= 0:
            expected = "a premium above zero in the 1990s, in every estimate"
            got = f"{early.median():.2f} as its median (the sign?)"
            raise BodyRejected(body.url, expected=expected, got=got, state="IMPLAUSIBLE")
        return frame

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return (TENOR_PREMIUM.series_id, FITTED_YIELD.series_id)

    def describe(self, series_id: str) -> Series:
        """The premium or the fitted yield."""
        return {"kw_tp10y": TENOR_PREMIUM, "kw_y10y": FITTED_YIELD}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """15:00 New York two business days after the period's week, which usually is a Tuesday."""
        days = periods.to_numpy().astype("datetime64[D]")
        weekday = (days.astype("int64") + 3) % 7  # 1970-01-01 was a Thursday
        fridays = days + np.maximum(FRIDAY - weekday, 0)
        return known_by(pd.DatetimeIndex(fridays), time(15, 0), 2, NEW_YORK, US_OFFICES)

    def next_period(self, newest: date) -> date:
        """The last session of the week after, with which the next release ends."""
        return last_of_next_week(US_BONDS, newest)
