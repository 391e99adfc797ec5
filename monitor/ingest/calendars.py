"""When markets are open and when publishers publish, a day at a time; `business_days` counts many
days at once. Whoever only looks starts this alone, so it loads neither pandas nor the library that
the table of holidays is made from."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

NEW_YORK: Final = ZoneInfo("America/New_York")
FRANKFURT: Final = ZoneInfo("Europe/Berlin")
TOKYO: Final = ZoneInfo("Asia/Tokyo")

# Markets by the names the `holidays` library gives them.
NYSE: Final = "XNYS"
US_BONDS: Final = "XSIF"
TARGET: Final = "XECB"
MARKETS: Final = {NYSE: "NYSE", US_BONDS: "US bonds (SIFMA)", TARGET: "TARGET"}
# Calendars that are no market's: the Federal Reserve's banks, the offices of the US government with
# the days on which an order closed them, those of Japan's, and days of a kind without any holiday.
FED: Final = "XFED"
US_OFFICES: Final = "US"
BANK_OF_CANADA: Final = "CA"
JAPAN_OFFICES: Final = "JP"
WEEKDAYS: Final = "weekdays"
WEDNESDAYS: Final = "wednesdays"
SATURDAYS: Final = "saturdays"
MONTH_ENDS: Final = "month_ends"
ANY_DAY: Final = "any_day"
CALENDARS: Final = {
    **MARKETS,
    FED: "Federal Reserve Banks",
    US_OFFICES: "US federal offices",
    BANK_OF_CANADA: "Bank of Canada",
    JAPAN_OFFICES: "Japan's government offices",
    WEEKDAYS: "Monday to Friday",
    WEDNESDAYS: "Wednesdays",
    SATURDAYS: "Saturdays",
    MONTH_ENDS: "last days of months",
    ANY_DAY: "any day",
}
# The lists of days beside this file.
LISTS: Final = Path(__file__).parent

WEDNESDAY: Final = 2

SUNDAY: Final = 6
# Three months before the last known day there is time to learn the next ones.
FEWEST_RELEASES: Final = 3
TIC_RELEASE_TIME: Final = time(16, 0)
# From 2025 to 2027 releases came on the 9th to the 14th business day of the month, half of them on
# the 11th and 12th.
TIC_DAYS: Final = range(9, 15)
TIC_USUAL_DAY: Final = 12


@cache
def time_zones() -> frozenset[str]:
    """The names of all time zones; listing them takes 10 ms of a processor."""
    return frozenset(available_timezones())


@dataclass(frozen=True, kw_only=True)
class AddedDays:
    """Days that the program's own lists do not have: TIC release days by data month (`2027-02`),
    and by calendar the days on which it is closed, or open in spite of a holiday."""

    tic: Mapping[str, date] = field(default_factory=dict)
    closed: Mapping[str, tuple[date, ...]] = field(default_factory=dict)
    open: Mapping[str, tuple[date, ...]] = field(default_factory=dict)


_added = AddedDays()


def add_days(added: AddedDays) -> None:
    """Count with these days besides the listed ones, in place of those added before. What days
    there are is the same for all of a program, as its time zones are."""
    global _added
    if added == _added:
        return
    _added = added
    for counted in (closed_days, _tic_releases):
        counted.cache_clear()


@cache
def closed_days(calendar: str) -> frozenset[date]:
    """The days on which nothing is open, as far as they are counted; weekends may be among them."""
    added, opened = _added.closed.get(calendar, ()), _added.open.get(calendar, ())
    found = _days(_holidays()["closed"].get(calendar, {}))
    if calendar == US_OFFICES:
        found.update(map(date.fromisoformat, _listed("calendars_closed.toml", "us_offices")))
    return frozenset(found.union(added).difference(opened))


def listed_calendars() -> tuple[str, ...]:
    """The calendars whose holidays are listed beside this file."""
    return tuple(_holidays()["closed"])


def listed_until(calendar: str) -> date:
    """The last day of the years whose holidays are listed; after it none is known."""
    return date(int(max(_holidays()["closed"][calendar])), 12, 31)


@cache
def _holidays() -> dict[str, Any]:
    """The days of all calendars by kind, calendar and year."""
    text = (LISTS / "calendars_holidays.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def _days(by_year: Mapping[str, str]) -> set[date]:
    return {
        date.fromisoformat(f"{year}-{day}")
        for year, days in by_year.items()
        for day in days.split()
    }


def _listed(file: str, key: str) -> dict[str, Any]:
    """A table of a file of days beside this one."""
    return dict(tomllib.loads((LISTS / file).read_text(encoding="utf-8"))[key])


@cache
def _early_closes(market: str) -> dict[date, time]:
    """When a market closes on its half days, New York."""
    by_time = _holidays()["early_closes"].get(market, {})
    return {
        day: time.fromisoformat(clock_time)
        for clock_time, by_year in by_time.items()
        for day in _days(by_year)
    }


def closes_at(market: str, day: date, usual: time) -> datetime:
    """The UTC instant at which a day's trading ends that usually ends at `usual`, New York, and
    earlier on the half days of NYSE or of US bonds."""
    return at_local(day, min(usual, _early_closes(market).get(day, usual)))


def is_session(calendar: str, day: date) -> bool:
    """Whether a market or an office is open on a day, early closes included."""
    return day.weekday() < 5 and day not in closed_days(calendar)


def next_session(calendar: str, day: date) -> date:
    """The first day after `day` on which the market or office is open."""
    after = day + timedelta(days=1)
    while not is_session(calendar, after):
        after += timedelta(days=1)
    return after


def sessions_later(calendar: str, day: date, number: int) -> date:
    """The day so many open days of the market or office after `day`."""
    for _ in range(number):
        day = next_session(calendar, day)
    return day


def last_session(calendar: str, day: date) -> date:
    """The last day up to `day` on which the market or office is open."""
    while not is_session(calendar, day):
        day -= timedelta(days=1)
    return day


def last_of_next_week(calendar: str, day: date) -> date:
    """The last day of the week after a day's on which the market or office is open."""
    return last_session(calendar, day + timedelta(days=SUNDAY + 7 - day.weekday()))


def at_local(day: date, clock_time: time, zone: ZoneInfo = NEW_YORK) -> datetime:
    """The UTC instant at which a zone's clocks show a time on a day."""
    return datetime.combine(day, clock_time, zone).astimezone(UTC)


def local_date(moment: datetime, zone: ZoneInfo = NEW_YORK) -> date:
    """The date on a zone's calendar at an instant."""
    return moment.astimezone(zone).date()


def known_tic_days() -> dict[str, date]:
    """The release day by data month (`2027-02`), as far as it is listed or configured."""
    return {f"{month:%Y-%m}": day for month, day in _tic_releases().items()}


@cache
def _tic_releases() -> dict[date, date]:
    """Release day by the end of the newest month in it, as far as the calendar is known."""
    known = _listed("tic_release_days.toml", "releases")
    return {
        month_end(date.fromisoformat(f"{month}-01")): day
        for month, day in {**known, **_added.tic}.items()
    }


def tic_release(month: date) -> tuple[datetime, bool]:
    """When the TIC data of a month come out, and whether that is only estimated.

    `month` is any day of the data month. Known days are listed here or in the configuration; the
    rule of thumb for the others is the 12th business day of the second month after.
    """
    known = _tic_releases().get(month_end(month))
    if known is not None:
        return at_local(known, TIC_RELEASE_TIME), False
    return at_local(_tic_business_day(month, TIC_USUAL_DAY), TIC_RELEASE_TIME), True


def tic_release_days(month: date) -> list[datetime]:
    """The instants at which the TIC data of a month can come out: one where its day is known, else
    16:00 on each of the business days on which releases have come."""
    at, estimated = tic_release(month)
    if not estimated:
        return [at]
    return [at_local(_tic_business_day(month, n), TIC_RELEASE_TIME) for n in TIC_DAYS]


def _tic_business_day(month: date, number: int) -> date:
    """A business day, counted from 1, of the second month after a data month."""
    first = (month_end(month) + timedelta(days=32)).replace(day=1)
    return sessions_later(US_OFFICES, first - timedelta(days=1), number)


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
    """When the H.4.1 of a Wednesday comes out: the day after at 16:30 New York, or the next day on
    which the offices are open where that is a holiday."""
    out = wednesday + timedelta(days=1)
    while not is_session(US_OFFICES, out):
        out += timedelta(days=1)
    return at_local(out, time(16, 30))


def next_custody_release(after: datetime) -> datetime:
    """The next H.4.1 release after an instant."""
    day = local_date(after) - timedelta(days=3)
    while day.weekday() != WEDNESDAY or custody_release(day) <= after:
        day += timedelta(days=1)
    return custody_release(day)


def positions_release(tuesday: date) -> datetime:
    """When the CFTC's report of a Tuesday comes out: 15:30 New York on the third business day after
    it, which is Friday, or Monday where one of the days is a holiday."""
    tuesday = last_session(US_OFFICES, tuesday)
    return at_local(sessions_later(US_OFFICES, tuesday, 3), time(15, 30))


def month_end(day: date) -> date:
    """The last day of a day's month."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
