"""A six-currency dollar basket, and the dollar in euros, yen and francs, from the ECB's euro
reference rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

import pandas as pd

from monitor.formats.usd_basket import basket, basket_series
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import FRANKFURT, TARGET, local_date, next_session
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import csv_table, dates, numbers, reject_html, text_of
from monitor.ingest.source import BaseUrl, Hours, PollTimes, UserAgent, WholeFile
from monitor.ingest.unpacking import zip_member
from rules.model import Series

MEMBER: Final = "eurofxref-hist.csv"
MOST_BYTES: Final = 20_000_000  # ten times those of 1999 to 2026

FIX: Final = "ECB fix 14:15 CET"
# The dollar index's weights over euro rates in units of currency per euro.
POWERS: Final = {
    "USD": -1.0,
    "JPY": 0.136,
    "GBP": 0.119,
    "CAD": 0.091,
    "SEK": 0.042,
    "CHF": 0.036,
}

USD_BASKET: Final = basket_series("usd_basket", FIX)


def _rate(series_id: str, title: str, plausible: tuple[float, float], max_step: float) -> Series:
    return Series(
        series_id=series_id,
        title=f"{title} ({FIX})",
        unit="index",
        frequency="session",
        source=f"Currencies: ECB reference rates ({FIX})",
        plausible=plausible,
        max_step=max_step,
    )


# The largest moves since 1999: the euro 4.7 %, the yen 4.6 %, the franc 15.0 % when its floor went.
RATES: Final = {
    one.series_id: one
    for one in (
        _rate("eurusd", "Dollars per euro", (0.5, 2.5), 8.0),
        _rate("usdjpy", "Yen per dollar", (50.0, 300.0), 12.0),
        _rate("usdchf", "Francs per dollar", (0.4, 2.5), 25.0),
    )
}


@dataclass(frozen=True, kw_only=True)
class Ecb(WholeFile):
    """The history zip: one CSV, newest first, a trailing comma, `N/A` for missing, from 1999; no
    row on TARGET holidays."""

    path: ClassVar[str] = "/stats/eurofxref/eurofxref-hist.zip"
    source_type: ClassVar[str] = "ecb"
    publisher: ClassVar[str] = "ECB"
    first_day: ClassVar[date] = date(1999, 1, 4)
    licence: ClassVar[str] = "free with attribution: ECB"
    calendar: ClassVar[str] = TARGET
    refuse_after_days: ClassVar[int] = 14

    base_url: BaseUrl = "https://www.ecb.europa.eu"
    user_agent: UserAgent = "havenwatch/0.1"
    # Out at about 16:00 in Frankfurt: 10:00 here, 11:00 while only one side has moved its clocks.
    poll_at: PollTimes = ("11:15",)
    stale_after_hours: Hours = 24

    @property
    def checks(self) -> Mapping[str, str]:
        """The dollar index, from which the basket differed by 2.3% at most since 1999."""
        return {"dxy": "usd_basket"}

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `usd_basket`, index points, NaN on a day on which one of the six is missing, and
        `eurusd`, `usdjpy` and `usdchf` as they are quoted, to six digits after the point."""
        reject_html(body)
        table = csv_table(
            text_of(zip_member(body, MEMBER, MOST_BYTES)), body.url, list(POWERS), "Date"
        )
        index = dates(table["Date"], "%Y-%m-%d", body.url)
        per_euro = pd.DataFrame({name: numbers(table[name], body.url) for name in POWERS})
        found = {
            "usd_basket": basket(per_euro, POWERS, body.url),
            "eurusd": per_euro["USD"],
            "usdjpy": per_euro["JPY"] / per_euro["USD"],
            "usdchf": per_euro["CHF"] / per_euro["USD"],
        }
        return pd.DataFrame(found).round(6).set_axis(index)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return (USD_BASKET.series_id, *RATES)

    def describe(self, series_id: str) -> Series:
        """The basket, and the three rates."""
        return {"usd_basket": USD_BASKET, **RATES}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """16:00 Frankfurt on the day."""
        return known_by(periods, time(16, 0), 0, FRANKFURT, TARGET)

    def next_period(self, newest: date) -> date:
        """The next TARGET day."""
        return next_session(TARGET, newest)

    def today(self, at: datetime) -> date:
        """The date in Frankfurt."""
        return local_date(at, FRANKFURT)
