"""When the markets of a session trade: from when to when a quote of each is one of that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from monitor.ingest.calendars import (
    NYSE,
    US_BONDS,
    at_local,
    closes_at,
    is_session,
    last_session,
    local_date,
)


@dataclass(frozen=True)
class Hours:
    """The calendar of a market, and when its trading usually begins and ends, New York."""

    calendar: str
    opens: time
    closes: time


# TNX is made from 08:20 to 15:00; the dollar index trades round the clock, and its close is of
# 17:00. On the half days of each calendar they end earlier.
HOURS: Final = {
    "spx": Hours(NYSE, time(9, 30), time(16, 0)),
    "ust10y": Hours(US_BONDS, time(8, 20), time(15, 0)),
    "dxy": Hours(NYSE, time(3, 0), time(17, 0)),
}
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class MarketSession:
    """A day on which stocks and Treasuries both trade."""

    day: date

    @property
    def opens_at(self) -> datetime:
        """When stocks begin to trade."""
        return at_local(self.day, HOURS["spx"].opens)

    @property
    def closes_at(self) -> datetime:
        """When stocks cease to trade: 13:00 New York on a half day."""
        return self.closed_at("spx")

    @property
    def begins_at(self) -> datetime:
        """From when on a quote of any market is one of the session."""
        return min(self.opened_at(name) for name in HOURS)

    def opened_at(self, series_id: str) -> datetime:
        """From when on a quote of a market is one of the session."""
        return self._hours[series_id][0]

    def closed_at(self, series_id: str) -> datetime:
        """When a market ceases to trade. The dollar closes with stocks on their half days."""
        return self._hours[series_id][1]

    @cached_property
    def _hours(self) -> dict[str, tuple[datetime, datetime]]:
        """From when to when each market trades, which is asked some fifty times at each poll."""
        return {
            name: (at_local(self.day, one.opens), closes_at(one.calendar, self.day, one.closes))
            for name, one in HOURS.items()
        }

    def trading(self, at: datetime) -> frozenset[str]:
        """The markets that trade at an instant."""
        return frozenset(
            name for name in HOURS if self.opened_at(name) <= at < self.closed_at(name)
        )

    @cached_property
    def due(self) -> dict[str, date]:
        """By series, the day of the official close that the session moves from."""
        return {name: last_session(one.calendar, self.day - ONE_DAY) for name, one in HOURS.items()}


def session_of(at: datetime) -> MarketSession | None:
    """The session of New York's date at an instant; None where stocks or Treasuries are closed."""
    day = local_date(at)
    return MarketSession(day) if all(is_session(one, day) for one in (NYSE, US_BONDS)) else None


def next_session_after(at: datetime) -> MarketSession:
    """The first session that opens after an instant."""
    day = local_date(at)
    while True:
        found = session_of(at_local(day, time(12, 0)))
        if found is not None and found.opens_at > at:
            return found
        day += ONE_DAY
