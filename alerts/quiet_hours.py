"""The hours in which a desk does not want to be told of warnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Predicate

FRIDAY, SATURDAY = 4, 5
NEW_YORK = ZoneInfo("America/New_York")
# By then the last US session of the week is told.
WEEK_ENDS = time(20, 0)


def _is_clock_time_or_empty(text: str) -> bool:
    try:
        return not text or time.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From `begin` to `end` (HH:MM, in the desk's time zone, over midnight where `end` is earlier),
    and all weekend where `weekends` is set, what is less than critical waits. In a zone east of New
    York the weekend begins when Friday's US session is told, some hours into Saturday."""

    begin: Annotated[str, Predicate(_is_clock_time_or_empty)] = ""
    end: Annotated[str, Predicate(_is_clock_time_or_empty)] = ""
    weekends: bool = False

    def problems(self) -> tuple[str, ...]:
        """What is wrong between the settings, with its remedy."""
        if bool(self.begin) != bool(self.end) or (self.begin and self.begin == self.end):
            return ("begin and end go together: set both, to different times, or neither",)
        return ()

    def until(self, at: datetime, zone: ZoneInfo) -> datetime:
        """When something of `at` may be told: `at` itself outside the quiet hours."""
        local = at.astimezone(zone)
        while (later := self._step(local)) != local:
            local = later
        return at if local == at else local.astimezone(UTC)

    def _step(self, local: datetime) -> datetime:
        """The end of the stretch of quiet that an instant is in; the instant itself in none."""
        if self.weekends and local.weekday() >= SATURDAY and _is_week_over(local):
            return datetime.combine(
                local.date() + timedelta(days=7 - local.weekday()), time(0), local.tzinfo
            )
        if not self.begin:
            return local
        begin, end = time.fromisoformat(self.begin), time.fromisoformat(self.end)
        now = local.time()
        inside = begin <= now < end if begin < end else now >= begin or now < end
        if not inside:
            return local
        day = local.date() + timedelta(days=int(now >= end))
        return datetime.combine(day, end, local.tzinfo)


def _is_week_over(at: datetime) -> bool:
    """Whether the last US session of the week has been told, on a Saturday or Sunday anywhere."""
    there = at.astimezone(NEW_YORK)
    return there.weekday() != FRIDAY or there.time() >= WEEK_ENDS
