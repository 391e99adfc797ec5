"""ICE DXY closes, through Yahoo's chart service."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import ClassVar

from monitor.formats.yahoo_chart import YahooChart
from monitor.ingest.calendars import WEEKDAYS
from rules.model import Series


@dataclass(frozen=True, kw_only=True)
class Yahoo(YahooChart):
    """Without it the dollar is left to our own baskets, and every joint selloff provisional."""

    source_type: ClassVar[str] = "yahoo"
    publisher: ClassVar[str] = "Yahoo (ICE DXY)"
    symbol: ClassVar[str] = "DX-Y.NYB"
    first_day: ClassVar[date] = date(1971, 1, 4)
    usual_close: ClassVar[time] = time(17, 0)
    last_trade_within: ClassVar[timedelta] = timedelta(minutes=60)
    # It is quoted on most holidays of the stock exchange too.
    calendar: ClassVar[str] = WEEKDAYS
    series: ClassVar[Series] = Series(
        series_id="dxy",
        title="ICE US dollar index (DXY) close",
        unit="index",
        frequency="session",
        source="Dollar: ICE DXY through Yahoo (DX-Y.NYB)",
        plausible=(50.0, 200.0),
        max_step=8.0,
    )

    @property
    def substitutes(self) -> Mapping[str, str]:
        """The dollar index."""
        return {"dxy": "dxy"}
