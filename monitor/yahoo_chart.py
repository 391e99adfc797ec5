"""Closes through Yahoo's chart service, one symbol a source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, ClassVar, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from monitor.bodies import json_of
from monitor.calendars import NEW_YORK, NYSE, at_local, known_by, next_session
from monitor.errors import BodyRejected
from monitor.http import Body, Request
from monitor.source import WARM_UP, BaseUrl, Hours, PollTimes, Source, UserAgent
from rules.model import Series

CLOSE_TIME: Final = time(17, 0)
NEXT_SESSION: Final = time(20, 0)


@dataclass(frozen=True, kw_only=True)
class YahooChart(Source):
    """Chart JSON with one bar a session. The last bar may be unfinished and closes may be null.

    Yahoo's terms forbid automated collection and it limits by address: each of its sources can be
    switched off.
    """

    licence: ClassVar[str] = "Yahoo's terms forbid automated collection; internal alerts only"
    refuse_after_days: ClassVar[int] = 14
    symbol: ClassVar[str]
    series: ClassVar[Series]
    first_day: ClassVar[date]
    # From when on the last trade of a session is one of its close.
    last_trades: ClassVar[time]
    grows: ClassVar[bool] = False  # always the last few bars, some of them null

    base_url: BaseUrl = "https://query1.finance.yahoo.com"
    # It answers 429 to anything that does not look like a browser.
    user_agent: UserAgent = (
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
    )
    poll_at: PollTimes = ("17:30", "18:30")
    stale_after_hours: Hours = 24

    def requests(self, newest: date | None, at: datetime) -> Sequence[Request]:
        """The last five days; more where they would leave a gap behind the newest stored bar."""
        today = self.today(at)
        if newest is not None and today - newest <= timedelta(days=4):
            return (self.request(f"{self._path}?range=5d&interval=1d"),)
        since = today - WARM_UP if newest is None else newest
        return self.history_requests(since, at)

    def history_requests(self, since: date, at: datetime) -> Sequence[Request]:
        """Every bar from a day to now."""
        start = at_local(max(since, self.first_day), time(0, 0))
        period1, period2 = int(start.timestamp()), int(at.timestamp())
        return (self.request(f"{self._path}?period1={period1}&period2={period2}&interval=1d"),)

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:
        """One column, the symbol's series; finished bars with a close only."""
        result = _result(body)
        meta = result.get("meta") or {}
        for key, usual in (("dataGranularity", "1d"), ("symbol", self.symbol)):
            if meta.get(key, usual) != usual:
                raise BodyRejected(body.url, expected=f"{key} {usual}", got=f"{meta[key]!r}")
        stamps = result.get("timestamp") or []
        quotes = (result.get("indicators") or {}).get("quote") or [{}]
        closes = quotes[0].get("close")
        if closes is None or len(closes) != len(stamps):
            raise BodyRejected(
                body.url,
                expected=f"indicators.quote[0].close with {len(stamps)} values",
                got="none" if closes is None else f"{len(closes)}",
            )
        zone = _zone(meta.get("exchangeTimezoneName") or "America/New_York", body.url)
        moments = [datetime.fromtimestamp(int(stamp), UTC).astimezone(zone) for stamp in stamps]
        finished = _finished(moments, meta, zone, at, self.last_trades)
        if any(close is not None and not isinstance(close, int | float) for close in closes):
            raise BodyRejected(body.url, expected="closes that are numbers or null", got="text")
        index = pd.DatetimeIndex([moment.date() for moment in moments[:finished]])
        # Yahoo's floats carry binary dust (98.27999877929688); no quote has more decimals.
        values = pd.Series(closes[:finished], index=index, dtype="float64").round(3).dropna()
        if len(values) > 1 and values.index[-1] == values.index[-2]:
            # After a close the session may come twice: as its own bar, then as the running quote.
            values = values.iloc[:-1]
        return pd.DataFrame({self.series.series_id: values})

    def describe(self, series_id: str) -> Series:
        """The one series."""
        return {self.series.series_id: self.series}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """17:30 New York on the session."""
        return known_by(periods, time(17, 30), 0, NEW_YORK)

    def next_period(self, newest: date) -> date:
        """The next NYSE session: on its holidays there often is no close."""
        return next_session(NYSE, newest)

    @property
    def _path(self) -> str:
        return f"/v8/finance/chart/{quote(self.symbol)}"


def _result(body: Body) -> dict[str, Any]:
    try:
        chart = json_of(body, "chart JSON")["chart"]
        error, results = chart.get("error"), chart.get("result")
    except (KeyError, TypeError, AttributeError):
        shown = body.content[:60].decode("utf-8", "replace")
        raise BodyRejected(body.url, expected="chart JSON", got=f"{shown!r}") from None
    if error or not results:
        raise BodyRejected(body.url, expected="chart.result", got=f"chart.error {str(error)[:120]}")
    return dict(results[0])


def _zone(name: str, url: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError):
        raise BodyRejected(url, expected="a time zone's name", got=f"{name!r}") from None


def _finished(
    moments: Sequence[datetime],
    meta: dict[str, Any],
    zone: ZoneInfo,
    at: datetime,
    last_trades: time,
) -> int:
    """How many of the bars, from the first, are finished.

    Only the last can be running: until 17:00 New York of its day, and as long as it carries the
    time of a trade outside the end of the session instead of the session's own time stamp. A bar
    of a later day is left in, to be refused as a date in the future.
    """
    if not moments:
        return 0
    last, without = moments[-1], len(moments) - 1
    if last.date() > at.astimezone(zone).date():
        return len(moments)
    if at < at_local(last.date(), CLOSE_TIME):
        return without
    traded_at = meta.get("regularMarketTime")
    is_quote = len(moments) > 1 and last.time() != moments[-2].time()
    if is_quote and isinstance(traded_at, int | float):
        traded = datetime.fromtimestamp(int(traded_at), UTC).astimezone(zone)
        if traded.date() == last.date() and not last_trades <= traded.time() < NEXT_SESSION:
            return without
    return len(moments)
