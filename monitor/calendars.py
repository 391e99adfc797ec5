"""When markets are open and when publishers publish."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

import holidays
import numpy as np
import pandas as pd

NEW_YORK: Final = ZoneInfo("America/New_York")
FRANKFURT: Final = ZoneInfo("Europe/Berlin")

# Markets by the names the `holidays` library gives them.
NYSE: Final = "XNYS"
US_BONDS: Final = "XSIF"
TARGET: Final = "XECB"
MARKETS: Final = {NYSE: "NYSE", US_BONDS: "US bonds (SIFMA)", TARGET: "TARGET"}

WEDNESDAY: Final = 2
TIC_RELEASE_TIME: Final = time(16, 0)


@cache
def _closed(market: str) -> holidays.HolidayBase:
    return holidays.financial_holidays(market)


def is_session(market: str, day: date) -> bool:
    """Whether the market is open on a day, early closes included."""
    return day.weekday() < 5 and day not in _closed(market)


def next_session(market: str, day: date) -> date:
    """The first day after `day` on which the market is open."""
    after = day + timedelta(days=1)
    while not is_session(market, after):
        after += timedelta(days=1)
    return after


def at_local(day: date, clock_time: time, zone: ZoneInfo = NEW_YORK) -> datetime:
    """The UTC instant at which a zone's clocks show a time on a day."""
    return datetime.combine(day, clock_time, zone).astimezone(UTC)


def local_date(moment: datetime, zone: ZoneInfo = NEW_YORK) -> date:
    """The date on a zone's calendar at an instant."""
    return moment.astimezone(zone).date()


def known_by(
    periods: pd.DatetimeIndex, clock_time: time, business_days_later: int, zone: ZoneInfo
) -> pd.DatetimeIndex:
    """For each period, the UTC instant of a time of day some business days (Mon-Fri) later."""
    days = periods.to_numpy().astype("datetime64[D]")
    later = np.busday_offset(days, business_days_later, roll="forward")
    offset = pd.Timedelta(hours=clock_time.hour, minutes=clock_time.minute)
    local = (pd.DatetimeIndex(later) + offset).tz_localize(zone, ambiguous=True)
    return local.tz_convert("UTC")


@cache
def _tic_releases() -> dict[date, date]:
    """Release day by the end of the newest month in it, as far as the calendar is known."""
    text = files("monitor").joinpath("calendars_tic.toml").read_text(encoding="utf-8")
    return {
        month_end(date.fromisoformat(f"{month}-01")): day
        for month, day in tomllib.loads(text)["releases"].items()
    }


def tic_release(month: date) -> tuple[datetime, bool]:
    """When the TIC data of a month come out, and whether that is only estimated.

    `month` is any day of the data month. Known days are listed; the rule of thumb for the others is
    the 12th business day of the second month after.
    """
    end = month_end(month)
    known = _tic_releases().get(end)
    if known is not None:
        return at_local(known, TIC_RELEASE_TIME), False
    first_of_release_month = (end + timedelta(days=32)).replace(day=1)
    day = np.busday_offset(first_of_release_month.isoformat(), 11, roll="forward")
    return at_local(date.fromisoformat(str(day)), TIC_RELEASE_TIME), True


def tic_releases_left(after: datetime) -> int:
    """How many TIC releases after an instant are known by day and not only estimated."""
    return sum(at_local(day, TIC_RELEASE_TIME) > after for day in _tic_releases().values())


def next_tic_release(after: datetime) -> tuple[date, datetime, bool]:
    """The next TIC release after an instant: its newest month's end, when, whether estimated."""
    month = month_end(local_date(after) - timedelta(days=120))
    while True:
        at, estimated = tic_release(month)
        if at > after:
            return month, at, estimated
        month = month_end(month + timedelta(days=1))


def custody_release(wednesday: date) -> datetime:
    """When the H.4.1 of a Wednesday comes out: the day after at 16:30 New York, or on Friday where
    that is a holiday."""
    out = wednesday + timedelta(days=1)
    if not is_session(US_BONDS, out):
        out += timedelta(days=1)
    return at_local(out, time(16, 30))


def next_custody_release(after: datetime) -> datetime:
    """The next H.4.1 release after an instant."""
    day = local_date(after) - timedelta(days=3)
    while day.weekday() != WEDNESDAY or custody_release(day) <= after:
        day += timedelta(days=1)
    return custody_release(day)


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
