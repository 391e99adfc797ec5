"""Closes through Yahoo's chart service, one symbol a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, ClassVar, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.business_days import known_by, without_holidays
from monitor.ingest.calendars import (
    NEW_YORK,
    NYSE,
    at_local,
    closes_at,
    last_session,
    local_date,
    next_session,
)
from monitor.ingest.http import Body, Request
from monitor.ingest.payload_parsing import YEARS, json_numbers, json_of, list_at, object_at
from monitor.ingest.source import WARM_UP, BaseUrl, Hours, PollTimes, Source, UserAgent, next_at
from rules.model import Series

# From the evening on, and on Sundays from the afternoon, trading is the next session's, by the
# exchange's own clocks. Round a clock change bars are stamped 23:00 of the day before as well.
EVENING: Final = time(20, 0)
SUNDAY_OPENS: Final = time(18, 0)
SUNDAY: Final = 6
# A trading period that is as long as a day tells nothing of a close.
LONGEST_SESSION: Final = timedelta(hours=20)
HOUR_S: Final = 3600
DAY_S: Final = 24 * HOUR_S
# No market was closed for longer: a week in September 2001.
LONGEST_PAUSE: Final = timedelta(days=14)
# When a session's close usually is there, New York.
KNOWN_AT: Final = time(17, 30)
# While the newest session has no close it is asked for at these times too, New York.
CATCH_UP_AT: Final = ("20:00", "09:00", "12:00")


@dataclass(frozen=True, kw_only=True)
class YahooChart(Source):
    """Chart JSON with one bar a session. The last bar may be running and closes may be null.

    Whether the last bar is a close is told by the time of the last trade against the end of its
    session, both in the body; where the body does not name that end, by the market's calendar.

    Yahoo's terms forbid automated collection and it limits by address: each of its sources can be
    switched off.
    """

    licence: ClassVar[str] = "Yahoo's terms forbid automated collection; internal alerts only"
    refuse_after_days: ClassVar[int] = 14
    symbol: ClassVar[str]
    series: ClassVar[Series]
    first_day: ClassVar[date]
    # When its trading usually ends, New York, the market whose half days it shares, and how long
    # before the end the last trade of a session may be.
    usual_close: ClassVar[time]
    half_days: ClassVar[str] = NYSE
    last_trade_within: ClassVar[timedelta]
    calendar: ClassVar[str] = NYSE
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
        result = chart_result(body)
        meta = object_at(result, "meta", body.url)
        for key, usual in (("dataGranularity", "1d"), ("symbol", self.symbol)):
            if meta.get(key, usual) != usual:
                raise BodyRejected(body.url, expected=f"{key} {usual}", got=f"{meta[key]!r}")
        stamps, closes = bars_in(result, body.url)
        if not stamps:
            raise BodyRejected(body.url, expected="a bar a session", got="none")
        zone = _zone(meta.get("exchangeTimezoneName") or "America/New_York", body.url)
        moments = [instant(stamp, body.url).astimezone(zone) for stamp in stamps]
        _refuse_leaps(moments, body.url)
        sessions = pd.DatetimeIndex([_session_of(moment) for moment in moments])
        # Yahoo's floats carry binary dust (98.27999877929688); no quote has more decimals.
        values = pd.Series(json_numbers(closes, body.url), index=sessions, dtype="float64").round(3)
        running = self._running(moments, meta, zone, at)
        if running is not None:
            values = values[values.index != pd.Timestamp(running)]
        values = values.dropna()
        if len(values) > 1 and values.index[-1] == values.index[-2]:
            # After a close the session may come twice: as its own bar, then as the running quote.
            values = values.iloc[:-1]
        return without_holidays(pd.DataFrame({self.series.series_id: values}), self.calendar)

    def _running(
        self, moments: Sequence[datetime], meta: Mapping[str, Any], zone: ZoneInfo, at: datetime
    ) -> date | None:
        """The session whose bars are no close yet, which only the last can be; None where all are.

        A bar of a later day is left in, to be refused as a date in the future.
        """
        if not moments:
            return None
        last = _session_of(moments[-1])
        if moments[-1] > at and last > at.astimezone(zone).date():
            return None
        end = _session_end(meta, zone, last) or closes_at(self.half_days, last, self.usual_close)
        if at < end:
            return last
        traded = _last_trade(meta, moments, zone)
        if traded is None or _session_of(traded) > last or traded >= end - self.last_trade_within:
            return None
        return last

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return (self.series.series_id,)

    def describe(self, series_id: str) -> Series:
        """The one series."""
        return {self.series.series_id: self.series}[series_id]

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """17:30 New York on the session."""
        return known_by(periods, KNOWN_AT, 0, NEW_YORK, self.calendar)

    def next_period(self, newest: date) -> date:
        """The next NYSE session: on its holidays there often is no close."""
        return next_session(NYSE, newest)

    def next_poll(self, after: datetime, newest: date | None) -> datetime:
        """The usual times; while the newest session's close is missing the next morning and noon
        too."""
        usual = super().next_poll(after, newest)
        day = local_date(after)
        if after < at_local(day, KNOWN_AT):
            day -= timedelta(days=1)
        if newest is None or newest >= last_session(NYSE, day):
            return usual
        return min(usual, next_at(after, CATCH_UP_AT))

    @property
    def _path(self) -> str:
        return f"/v8/finance/chart/{quote(self.symbol)}"


def chart_result(body: Body) -> dict[str, Any]:
    """The one result of a chart body: `meta`, `timestamp`, `indicators`. Raises BodyRejected."""
    try:
        chart = json_of(body, "chart JSON")["chart"]
        error, results = chart.get("error"), list_at(chart, "result", body.url)
    except (KeyError, TypeError, AttributeError):
        shown = body.content[:60].decode("utf-8", "replace")
        raise BodyRejected(body.url, expected="chart JSON", got=f"{shown!r}") from None
    if error or not results:
        raise BodyRejected(body.url, expected="chart.result", got=f"chart.error {str(error)[:120]}")
    return object_at({"chart.result[0]": results[0]}, "chart.result[0]", body.url)


def bars_in(result: Mapping[str, Any], url: str) -> tuple[list[Any], list[Any]]:
    """The time and the close of each bar of a result; none where it has no bars. Raises
    BodyRejected."""
    stamps = list_at(result, "timestamp", url)
    quotes = list_at(object_at(result, "indicators", url), "quote", url) or [{}]
    closes = list_at(quotes[0], "close", url)
    if len(closes) != len(stamps):
        expected = f"indicators.quote[0].close with {len(stamps)} values"
        raise BodyRejected(url, expected=expected, got=f"{len(closes) or 'none'}")
    return stamps, closes


def instant(stamp: object, url: str) -> datetime:
    """The instant of a time stamp in seconds. Raises BodyRejected for none, and for one so far away
    that it has no day in every time zone."""
    try:
        found = datetime.fromtimestamp(int(stamp), UTC)  # type: ignore[call-overload]
    except (TypeError, ValueError, OverflowError, OSError):
        found = None
    if found is None or found.year not in YEARS:
        raise BodyRejected(url, expected="times in seconds", got=f"{stamp!r:.40}")
    return found


def _refuse_leaps(moments: Sequence[datetime], url: str) -> None:
    """Raise BodyRejected where a bar is out of order, or far from the one before."""
    for before, moment in pairwise(moments):
        if not timedelta(0) <= moment - before <= LONGEST_PAUSE:
            raise BodyRejected(
                url,
                expected=f"bars in order of time, at most {LONGEST_PAUSE.days} days apart",
                got=f"{moment:%Y-%m-%d} after {before:%Y-%m-%d}",
            )


def _zone(name: str, url: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, TypeError, OSError):  # the last of a folder
        raise BodyRejected(url, expected="a time zone's name", got=f"{name!r}") from None


def _session_of(moment: datetime) -> date:
    """The session to which a trade or a bar of a moment belongs."""
    opens = SUNDAY_OPENS if moment.weekday() == SUNDAY else EVENING
    return moment.date() + timedelta(days=int(moment.time() >= opens))


def _session_end(meta: Mapping[str, Any], zone: ZoneInfo, session: date) -> datetime | None:
    """The end of a session where the body names it."""
    periods = meta.get("currentTradingPeriod")
    regular = periods.get("regular") if isinstance(periods, Mapping) else None
    if not isinstance(regular, Mapping):
        return None
    start, end = regular.get("start"), regular.get("end")
    if not isinstance(start, int) or not isinstance(end, int):
        return None
    try:
        ends = datetime.fromtimestamp(end, UTC).astimezone(zone)
    except (ValueError, OverflowError, OSError):
        return None
    is_session = 0 < end - start <= LONGEST_SESSION.total_seconds()
    return ends if is_session and ends.date() == session else None


def _last_trade(
    meta: Mapping[str, Any], moments: Sequence[datetime], zone: ZoneInfo
) -> datetime | None:
    """When the symbol was traded last. Where the body does not say, a last bar that carries clearly
    another clock time than the bar before it carries that of the trade."""
    traded = meta.get("regularMarketTime")
    if isinstance(traded, int | float):
        with suppress(BodyRejected):  # no time that there is
            return instant(traded, "").astimezone(zone)
    if len(moments) < 2:
        return None
    ahead = (_seconds(moments[-1]) - _seconds(moments[-2])) % DAY_S
    # Round a clock change two bars' own stamps are an hour apart.
    is_own_stamp = min(ahead, DAY_S - ahead) <= HOUR_S
    return None if is_own_stamp else moments[-1]


def _seconds(moment: datetime) -> int:
    """Seconds since midnight by the clock."""
    return moment.hour * HOUR_S + moment.minute * 60 + moment.second
