"""The days on which Japan's government offices are closed, 2015 to 2027, by the laws' own rules and
written down apart from the program's calendar."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

DAY = timedelta(days=1)
SATURDAY, SUNDAY = 5, 6

# The second or third Monday of a month: coming of age, marine, respect for the aged, sports.
MONDAYS = ((1, 2), (7, 3), (9, 3), (10, 2))
FIXED = ((1, 1), (2, 11), (4, 29), (5, 3), (5, 4), (5, 5), (11, 3), (11, 23))
# Years with days of their own: the enthronement, and the Olympic Games, for which three moved.
ENTHRONED = (date(2019, 4, 30), date(2019, 5, 1), date(2019, 5, 2), date(2019, 10, 22))
GAMES = {
    2020: (date(2020, 7, 23), date(2020, 7, 24), date(2020, 8, 10)),
    2021: (date(2021, 7, 22), date(2021, 7, 23), date(2021, 8, 8)),
}
NEW_YEAR = ((12, 29), (12, 30), (12, 31), (1, 2), (1, 3))


def _named(year: int) -> Iterator[date]:
    yield from (date(year, *day) for day in FIXED)
    for month, number in MONDAYS:
        if year not in GAMES or month in (1, 9):
            first = date(year, month, 1)
            yield first + DAY * (-first.weekday() % 7 + 7 * (number - 1))
    # The equinoxes, as the observatory's formula for 1980 to 2099 has them.
    since = year - 1980
    yield date(year, 3, int(20.8431 + 0.242194 * since - since // 4))
    yield date(year, 9, int(23.2488 + 0.242194 * since - since // 4))
    if year != 2019:  # no Emperor's birthday between two emperors
        yield date(year, *((12, 23) if year < 2019 else (2, 23)))
    if year >= 2016 and year not in GAMES:
        yield date(year, 8, 11)
    yield from GAMES.get(year, ())
    yield from (day for day in ENTHRONED if day.year == year)


@cache
def _holidays(year: int) -> frozenset[date]:
    """With the Mondays in place of Sundays, and a day between two holidays."""
    named = set(_named(year))
    found = set(named)
    for day in named:
        if day.weekday() == SUNDAY:
            while day in named:
                day += DAY
            found.add(day)
        if day + 2 * DAY in named and (day + DAY).weekday() != SUNDAY:
            found.add(day + DAY)
    return frozenset(found)


def is_japan_office_day(day: date) -> bool:
    is_closed = day in _holidays(day.year) or (day.month, day.day) in NEW_YEAR
    return day.weekday() < SATURDAY and not is_closed
