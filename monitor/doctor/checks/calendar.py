"""How far the lists of holidays and release days reach."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import ClassVar, Final

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok, warning
from monitor.doctor.circumstances import Circumstances
from monitor.ingest.calendars import (
    CALENDARS,
    FEWEST_RELEASES,
    listed_calendars,
    listed_until,
    local_date,
    tic_releases_left,
)
from rules.wording import plural

HORIZON_MONTHS: Final = 6
HORIZON: Final = timedelta(days=HORIZON_MONTHS * 30)
NEWER: Final = "install a newer havenwatch"


class Calendar(Check):
    """The lists reach far enough ahead to plan polls by them."""

    name: ClassVar[str] = "calendar"
    group: ClassVar[Group] = Group.CONFIGURATION

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line for the holidays and one for the releases."""
        yield found("calendar, holidays", holidays_finding(local_date(given.at)))
        yield found("calendar, TIC releases", releases_finding(given.at))


def holidays_finding(today: date) -> Finding:
    """Whether each calendar's holidays are listed for the months to come."""
    ends = {listed_until(name): CALENDARS[name] for name in listed_calendars()}
    first = min(ends)
    if first >= today + HORIZON:
        return ok(f"listed to {first}")
    expected = f"holidays for {HORIZON_MONTHS} months from now on"
    got = f"those of {ends[first]} to {first}"
    remedy = f"{NEWER}, or add the days to [calendar.closed]"
    if first < today:
        return failed(expected=expected, got=got, remedy=remedy)
    return warning(expected=expected, got=got, remedy=remedy)


def releases_finding(at: datetime) -> Finding:
    """Whether enough of the coming TIC releases are known by day."""
    left = tic_releases_left(at)
    if left >= FEWEST_RELEASES:
        return ok(f"{plural(left, 'release day')} known")
    return warning(
        expected=f"{FEWEST_RELEASES} or more release days",
        got=f"{left}: after the last one release days are estimated",
        remedy="add those announced to [calendar.tic]: havenwatch calendar --refresh --write; or "
        f"{NEWER}",
    )
