"""S&P 500 closes, from Cboe's index history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.business_days import known_by, without_holidays
from monitor.ingest.calendars import NEW_YORK, NYSE, next_session
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import csv_table, dates, numbers, text_of
from monitor.ingest.source import BaseUrl, Hours, PollTimes, UserAgent, WholeFile
from rules.model import Series

SPX = Series(
    series_id="spx",
    title="S&P 500 close",
    unit="index",
    frequency="session",
    source="S&P 500: Cboe SPX_History.csv",
    plausible=(30.0, 100_000.0),
    max_step=30.0,
)


@dataclass(frozen=True, kw_only=True)
class Cboe(WholeFile):
    """`DATE,SPX`, dates MM/DD/YYYY, the whole history since 1975 in one file, one row a session."""

    path: ClassVar[str] = "/api/global/us_indices/daily_prices/SPX_History.csv"
    source_type: ClassVar[str] = "cboe"
    publisher: ClassVar[str] = "Cboe"
    first_day: ClassVar[date] = date(1957, 3, 4)
    licence: ClassVar[str] = "S&P: values for internal alerts"
    calendar: ClassVar[str] = NYSE
    refuse_after_days: ClassVar[int] = 14

    base_url: BaseUrl = "https://cdn.cboe.com"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("18:30", "09:00")
    stale_after_hours: Hours = 24

    @property
    def substitutes(self) -> Mapping[str, str]:
        """The S&P 500."""
        return {"spx": "spx"}

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Column `spx`, index points."""
        table = csv_table(text_of(body), body.url, ["SPX"], "DATE")
        index = dates(table["DATE"], "%m/%d/%Y", body.url)
        closes = numbers(table["SPX"], body.url).to_numpy()
        if np.isnan(closes).any():
            got = f"none on {index[np.isnan(closes)][-1].date()}"
            raise BodyRejected(body.url, expected="a close in every row", got=got)
        return without_holidays(pd.DataFrame({"spx": closes}, index=index), NYSE)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return (SPX.series_id,)

    def describe(self, series_id: str) -> Series:
        """The one series."""
        return {"spx": SPX}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """18:30 New York on the session."""
        return known_by(periods, time(18, 30), 0, NEW_YORK, NYSE)

    def next_period(self, newest: date) -> date:
        """The next NYSE session."""
        return next_session(NYSE, newest)
