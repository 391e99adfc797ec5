"""The six-currency dollar basket at New York noon, from the Federal Reserve Board's H.10."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import ClassVar, Final

import numpy as np
import pandas as pd

from monitor.formats.fed_ddp import FedPackage, package_table
from monitor.formats.usd_basket import basket, basket_series
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import FED, NEW_YORK, US_OFFICES, last_of_next_week
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import text_of
from monitor.ingest.source import Hours
from rules.model import Series

# The dollar index's weights over rates as they are quoted here: dollars per euro and per pound, and
# units per dollar.
POWERS: Final = {
    "RXI$US_N.B.EU": -0.576,
    "RXI_N.B.JA": 0.136,
    "RXI$US_N.B.UK": -0.119,
    "RXI_N.B.CA": 0.091,
    "RXI_N.B.SD": 0.042,
    "RXI_N.B.SZ": 0.036,
}

USD_BASKET_NOON: Final = basket_series("h10.usd_basket", "H.10 noon New York")


@dataclass(frozen=True, kw_only=True)
class H10(FedPackage):
    """Noon rates, `ND` on holidays, on Mondays at 16:15 for the week before: too late to judge a
    session by, and a check of the dollar index."""

    source_type: ClassVar[str] = "h10"
    publisher: ClassVar[str] = "Federal Reserve Board (H.10)"
    release_name: ClassVar[str] = "H10"
    package: ClassVar[str] = "60f32914ab61dfab590e0e470153e3ae"
    newest_count: ClassVar[int] = 10
    first_day: ClassVar[date] = date(1999, 1, 4)
    calendar: ClassVar[str] = FED
    refuse_after_days: ClassVar[int] = 21

    stale_after_hours: Hours = 48

    @property
    def checks(self) -> Mapping[str, str]:
        """The dollar index."""
        return {"dxy": "h10.usd_basket"}

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Column `h10.usd_basket`, index points; NaN where one of the six rates is missing."""
        rates = package_table(text_of(body), body.url, list(POWERS), list(POWERS))
        values = basket(rates, POWERS, body.url)
        return pd.DataFrame({"h10.usd_basket": values}, index=rates.index)

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return (USD_BASKET_NOON.series_id,)

    def describe(self, series_id: str) -> Series:
        """The one series."""
        return {"h10.usd_basket": USD_BASKET_NOON}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """16:15 New York on the Monday after the period's week, or on the first day after it that
        is no holiday."""
        days = periods.to_numpy().astype("datetime64[D]")
        mondays = np.busday_offset(days + 1, 0, roll="forward", weekmask="Mon")
        return known_by(pd.DatetimeIndex(mondays), time(16, 15), 0, NEW_YORK, US_OFFICES)

    def next_period(self, newest: date) -> date:
        """The last day of the week after, with which the next release ends."""
        return last_of_next_week(FED, newest)
