"""The VIX, from Cboe's index history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.business_days import known_by, without_holidays
from monitor.ingest.calendars import NEW_YORK, NYSE, next_session
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import csv_table, dates, numbers, text_of
from monitor.ingest.source import BaseUrl, Hours, PollTimes, UserAgent, WholeFile
from rules.model import Series

COLUMNS: Final = ("OPEN", "HIGH", "LOW", "CLOSE")
ROUNDING: Final = 0.02
CHECKED: Final = pd.Timedelta(days=366)

VIX = Series(
    series_id="vix",
    title="VIX close",
    unit="index",
    frequency="session",
    source="VIX: Cboe VIX_History.csv",
    plausible=(5.0, 200.0),
    # It more than doubled on 2018-02-05, by 116%.
    max_step=200.0,
)


@dataclass(frozen=True, kw_only=True)
class CboeVix(WholeFile):
    """`DATE,OPEN,HIGH,LOW,CLOSE`, dates MM/DD/YYYY, the whole history since 1990 in one file; since
    2022-07 it has rows on holidays of the stock exchange too, which are no session's close."""

    path: ClassVar[str] = "/api/global/us_indices/daily_prices/VIX_History.csv"
    source_type: ClassVar[str] = "cboe_vix"
    publisher: ClassVar[str] = "Cboe (VIX)"
    first_day: ClassVar[date] = date(1990, 1, 2)
    licence: ClassVar[str] = "Cboe: values for internal alerts"
    calendar: ClassVar[str] = NYSE
    refuse_after_days: ClassVar[int] = 14

    base_url: BaseUrl = "https://cdn.cboe.com"
    user_agent: UserAgent = "havenwatch/0.1"
    poll_at: PollTimes = ("18:30", "09:00")
    stale_after_hours: Hours = 24

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Column `vix`, index points."""
        table = csv_table(text_of(body), body.url, COLUMNS, "DATE")
        index = dates(table["DATE"], "%m/%d/%Y", body.url)
        prices = pd.DataFrame(
            {name: numbers(table[name], body.url).to_numpy() for name in COLUMNS}, index=index
        )
        # The earliest rows are imprecise, and a bad one of them would hold up every new close.
        recent = prices.index >= prices.index.max() - CHECKED
        outside = (prices["CLOSE"] > prices["HIGH"] + ROUNDING) | (
            prices["CLOSE"] < prices["LOW"] - ROUNDING
        )
        wrong_rows = prices["CLOSE"].isna() | (outside & recent)
        if wrong_rows.any():
            wrong = prices[wrong_rows].iloc[-1]
            expected = "a close between the low and the high in every row"
            got = f"{wrong['CLOSE']:g} on {prices.index[wrong_rows][-1].date()}"
            raise BodyRejected(body.url, expected=expected, got=got, state="IMPLAUSIBLE")
        return without_holidays(pd.DataFrame({"vix": prices["CLOSE"]}), NYSE)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return (VIX.series_id,)

    def describe(self, series_id: str) -> Series:
        """The one series."""
        return {"vix": VIX}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """18:30 New York on the session."""
        return known_by(periods, time(18, 30), 0, NEW_YORK, NYSE)

    def next_period(self, newest: date) -> date:
        """The next NYSE session."""
        return next_session(NYSE, newest)
