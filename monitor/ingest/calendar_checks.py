"""What is wrong with days that a configuration adds to the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import pairwise
from typing import Final

from monitor.ingest.calendars import CALENDARS, AddedDays, month_end
from monitor.known_names import did_you_mean

MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
# Usually 44 to 50 days after the end of the month; a closed government made it 79.
LAG_DAYS: Final = range(35, 121)
SATURDAY: Final = 5
LOOK_UP: Final = "look it up: havenwatch calendar --refresh"
# Where, what, and what to do.
Wrong = tuple[str, str, str]


def calendar_problems(added: AddedDays) -> list[Wrong]:
    """What is wrong with added days."""
    return list(_tic_problems(added.tic)) + [
        (f"calendar.{what}.{name}", "no such calendar", did_you_mean(name, CALENDARS))
        for what, days in (("closed", added.closed), ("open", added.open))
        for name in days
        if name not in CALENDARS
    ]


def _tic_problems(days: Mapping[str, date]) -> Iterator[Wrong]:
    right: dict[str, date] = {}
    for month, day in days.items():
        where = f"calendar.tic.{month}"
        if not MONTH.fullmatch(month):
            yield where, "expected a data month", 'write it as "2027-02"'
        elif (lag := (day - month_end(date.fromisoformat(f"{month}-01"))).days) not in LAG_DAYS:
            said = f"expected a day {LAG_DAYS[0]} to {LAG_DAYS[-1]} days after the month, got {lag}"
            yield where, said, "name the month of the data, not of the release, and check the year"
        elif day.weekday() >= SATURDAY:
            yield (
                where,
                f"expected a weekday, got {day:%A}",
                "look it up: havenwatch calendar --refresh",
            )
        else:
            right[month] = day
    for (earlier, first), (later, second) in pairwise(sorted(right.items())):
        if second < first:
            said = f"expected {first} or later, on which {earlier} comes out, got {second}"
            yield f"calendar.tic.{later}", said, LOOK_UP
