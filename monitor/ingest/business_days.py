"""The calendars over many days at once, in pandas and numpy: which periods are sessions, and when
each period's number is known."""

from __future__ import annotations

from datetime import date, time
from functools import cache
from typing import Final, Literal
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.ingest.calendars import ANY_DAY, MONTH_ENDS, SATURDAYS, WEDNESDAYS, closed_days

SATURDAY: Final = 5
EVERY_WEEKDAY: Final = "1111100"
ONE_DAY: Final = {WEDNESDAYS: "Wed", SATURDAYS: "Sat"}


def are_sessions(calendar: str, periods: pd.DatetimeIndex) -> npt.NDArray[np.bool_]:
    """For each period, whether the market or office is open on it, or whether it is of the kind."""
    days = periods.to_numpy().astype("datetime64[D]")
    if calendar == ANY_DAY:
        return np.ones(len(days), dtype=np.bool_)
    if calendar == MONTH_ENDS:
        return np.asarray(periods.is_month_end)
    return np.asarray(np.is_busday(days, busdaycal=_counting(calendar)))


def _counting(calendar: str) -> np.busdaycalendar:
    mask = ONE_DAY.get(calendar, EVERY_WEEKDAY)
    return _counting_without(mask, closed_days(calendar))


@cache
def _counting_without(mask: str, closed: frozenset[date]) -> np.busdaycalendar:
    return np.busdaycalendar(mask, sorted(closed))


def without_holidays(frame: pd.DataFrame, calendar: str) -> pd.DataFrame:
    """The rows of a frame without those of the market's holidays, on which some publishers repeat
    the close before or go on quoting. Weekends stay in: they are an error, to be refused."""
    index = pd.DatetimeIndex(frame.index)
    return frame[are_sessions(calendar, index) | (index.day_of_week >= SATURDAY)]


def known_by(
    periods: pd.DatetimeIndex,
    clock_time: time,
    business_days_later: int,
    zone: ZoneInfo,
    calendar: str,
) -> pd.DatetimeIndex:
    """For each period, the UTC instant of a time of day so many business days of a calendar later.

    A period on which the calendar is closed counts from the last open day before it, where any day
    is to be counted, and else is known on the next open day.
    """
    days = periods.to_numpy().astype("datetime64[D]")
    roll: Literal["backward", "forward"] = "backward" if business_days_later else "forward"
    later = np.busday_offset(days, business_days_later, roll=roll, busdaycal=_counting(calendar))
    offset = pd.Timedelta(hours=clock_time.hour, minutes=clock_time.minute)
    local = (pd.DatetimeIndex(later) + offset).tz_localize(
        zone, ambiguous=True, nonexistent="shift_forward"
    )
    return local.tz_convert("UTC")
