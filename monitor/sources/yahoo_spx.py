"""S&P 500 closes once more, through Yahoo's chart service: a check of Cboe's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import ClassVar

from monitor.formats.yahoo_chart import YahooChart
from rules.model import Series


@dataclass(frozen=True, kw_only=True)
class YahooSpx(YahooChart):
    """Compared on the day itself, before the evening's answer; it never gives the number."""

    source_type: ClassVar[str] = "yahoo_spx"
    publisher: ClassVar[str] = "Yahoo (S&P 500)"
    symbol: ClassVar[str] = "^GSPC"
    first_day: ClassVar[date] = date(1950, 1, 3)
    usual_close: ClassVar[time] = time(16, 0)
    last_trade_within: ClassVar[timedelta] = timedelta(minutes=5)
    series: ClassVar[Series] = Series(
        series_id="yahoo.spx",
        title="S&P 500 close through Yahoo",
        unit="index",
        frequency="session",
        source="S&P 500: Yahoo ^GSPC",
        plausible=(10.0, 100_000.0),
        max_step=30.0,
    )

    @property
    def checks(self) -> Mapping[str, str]:
        """The S&P 500."""
        return {"spx": "yahoo.spx"}
