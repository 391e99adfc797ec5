"""The hours in which a desk does not want to be told of warnings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Predicate

SATURDAY = 5


def _is_clock_time_or_empty(text: str) -> bool:
    try:
        return not text or time.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


@dataclass(frozen=True, kw_only=True)
class QuietHours:
    """From `begin` to `end` (HH:MM, in the desk's time zone, over midnight where `end` is earlier),
    and all weekend where `weekends` is set, what is less than critical waits."""

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
        if self.weekends and local.weekday() >= SATURDAY:
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
