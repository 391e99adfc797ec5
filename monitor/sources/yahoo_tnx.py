"""Cboe's 10-year yield index through Yahoo's chart service: a check of the par curve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import ClassVar

from monitor.formats.yahoo_chart import YahooChart
from monitor.ingest.calendars import US_BONDS
from rules.model import Series


@dataclass(frozen=True, kw_only=True)
class YahooTnx(YahooChart):
    """A market yield at 15:00 New York, no par yield: they differed by 11 bp at most since 1962."""

    source_type: ClassVar[str] = "yahoo_tnx"
    publisher: ClassVar[str] = "Yahoo (10-year yield index)"
    symbol: ClassVar[str] = "^TNX"
    first_day: ClassVar[date] = date(1962, 1, 2)
    usual_close: ClassVar[time] = time(15, 0)
    half_days: ClassVar[str] = US_BONDS
    last_trade_within: ClassVar[timedelta] = timedelta(minutes=10)
    series: ClassVar[Series] = Series(
        series_id="yahoo.tnx",
        title="10-year yield index (TNX) through Yahoo",
        unit="pct",
        frequency="session",
        source="Yields: Cboe TNX through Yahoo",
        plausible=(0.25, 25.0),
        max_step=1.5,
    )

    @property
    def checks(self) -> Mapping[str, str]:
        """The 10-year yield."""
        return {"ust10y": "yahoo.tnx"}
