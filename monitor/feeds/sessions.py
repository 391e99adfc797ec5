"""The market on whose sessions a feed has its rows, and the periods that it lacks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from monitor.ingest.business_days import are_sessions
from monitor.ingest.calendars import NEW_YORK
from monitor.ingest.validation_sessions import HOLIDAYS_SINCE

MARKETS: Final = ("XNYS", "XSIF", "XECB", "weekdays")
POLLED_AFTER: Final = timedelta(minutes=30)
NEXT_MORNING: Final = "09:00"
# Of fewer days the holidays of one market cannot be told from those of another.
ENOUGH: Final = 200
# Days from one row to the next behind which one is missing.
MOST_APART: Final = {"week": 10, "month": 45}


def likely_market(days: pd.DatetimeIndex) -> str:
    """The market whose sessions differ least from the days, the first where several do."""
    recent = days[days >= HOLIDAYS_SINCE]
    if len(recent) < ENOUGH:
        return MARKETS[0]
    every = pd.bdate_range(recent.min(), recent.max())
    has_row = np.asarray(every.isin(recent))
    wrong = {market: int((are_sessions(market, every) != has_row).sum()) for market in MARKETS}
    return min(MARKETS, key=lambda market: wrong[market])


def missing_periods(days: pd.DatetimeIndex, frequency: str, market: str) -> list[date]:
    """The sessions without a row between the first and the last, or the rows that come after a gap
    of weeks or months."""
    ordered = days.sort_values()
    if frequency == "session":
        every = pd.bdate_range(ordered.min(), ordered.max())
        missing = every[are_sessions(market, every)].difference(ordered)
    else:
        apart = np.diff(ordered.to_numpy()) / np.timedelta64(1, "D")
        missing = ordered[1:][apart > MOST_APART[frequency]]
    return [stamp.date() for stamp in missing]


def poll_times(known_at: str, zone: ZoneInfo, at: datetime) -> tuple[str, str]:
    """New York's clock times at which a feed is polled: half an hour after it is published, on the
    days of the year on which that is latest there, and the next morning, in case it was late."""
    days = (datetime(at.year, 1, 1, 12, tzinfo=zone) + timedelta(days=day) for day in range(366))
    shift = max(_offset(one.astimezone(NEW_YORK)) - _offset(one) for one in days)
    published = datetime.combine(at, time.fromisoformat(known_at))
    return f"{published + shift + POLLED_AFTER:%H:%M}", NEXT_MORNING


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)
