"""Which days are simulated, at which instants of each the program ticks, and what goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final

from monitor.demo.facts import TIC_DELAY
from monitor.ingest.calendars import NEW_YORK, at_local, month_end, tic_release
from tests.publication_model import is_bond_day

DAY: Final = timedelta(days=1)
WEEK: Final = 7 * DAY
EVERY: Final = "every publisher"
# After the hours at which publishers publish; the digest is due at 19:00. On other days nothing
# comes but what is late.
BUSINESS: Final = tuple(time(*one) for one in ((11, 20), (14, 5), (16, 46), (18, 31), (19, 0)))
ONCE: Final = (time(19, 0),)
# When nothing is due.
IDLE: Final = (time(19, 5), time(19, 20))
OTHER: Final = (time(12, 0),)
SATURDAY: Final = 5
# One week in so many the program ticks several times a day, in the others once.
FULL_WEEK: Final = 4
ONCE_LABEL: Final = "once"
# How often TIC is asked while its release is awaited, from 16:00 on.
AWAITED: Final = timedelta(seconds=30)


@dataclass(frozen=True)
class Outage:
    """A publisher, or every one, that answers nothing but 503."""

    source: str
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class SetBack:
    """The machine's clock, an hour slow from one instant to another."""

    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Plan:
    """A span to live through. In the weeks `lived` the program ticks whenever anything is due. What
    it costs at the end is compared with a copy of the database made after `young_after`, over so
    many weeks of each."""

    first: date
    last: date
    young_after: timedelta
    weeks_compared: int
    outages: tuple[Outage, ...]
    set_backs: tuple[SetBack, ...]
    lived: tuple[date, ...]

    @property
    def days(self) -> Iterator[date]:
        """Every day of it."""
        day = self.first
        while day <= self.last:
            yield day
            day += DAY

    @property
    def young(self) -> date:
        """The day at whose end the database is copied: as far in its week as the last one."""
        earliest = self.first + self.young_after
        return earliest + (self.last - earliest) % WEEK

    def compared_after(self, day: date) -> Plan:
        """The weeks after a day over which costs are compared; nothing goes wrong in them."""
        last = day + self.weeks_compared * WEEK
        return replace(self, first=day + DAY, last=last, outages=(), set_backs=(), lived=())

    def year_of(self, day: date) -> int:
        """Which year of it a day is in, from 1."""
        return int((day - self.first) / timedelta(days=365.25)) + 1

    def is_lived(self, day: date) -> bool:
        """Whether every poll of a day is simulated, and every minute of a clock that is slow."""
        weeks = any(begin <= day < begin + 7 * DAY for begin in self.lived)
        return weeks or any(_day_of(one.begins) == day for one in self.set_backs)

    def down(self, true: datetime) -> tuple[str, ...]:
        """The outages at an instant, by the names of what is down."""
        return tuple(one.source for one in self.outages if one.begins <= true < one.ends)

    def behind(self, true: datetime) -> timedelta:
        """How slow the machine's clock is."""
        slow = any(one.begins <= true < one.ends for one in self.set_backs)
        return timedelta(hours=1) if slow else timedelta()

    def changes(self, day: date) -> list[datetime]:
        """The instants of a day at which something begins or ends to go wrong."""
        spans = [(one.begins, one.ends) for one in self.outages]
        spans += [(one.begins, one.ends) for one in self.set_backs]
        every = [at for span in spans for at in span]
        return [at for at in every if _day_of(at) == day]


def instants(day: date) -> dict[datetime, str]:
    """When the program ticks on a day that is not lived whole, each with a label."""
    is_full = day.toordinal() // 7 % FULL_WEEK == 0
    if day.weekday() >= SATURDAY and not is_full:
        return {}
    times = OTHER if not is_bond_day(day) else BUSINESS if is_full else ONCE
    found = {at_local(day, one): f"{one:%H:%M}" if is_full else ONCE_LABEL for one in times}
    if is_bond_day(day):
        found |= {at_local(day, one): "idle" for one in IDLE}
    begins = tic_day(day)
    if begins is not None:
        waits = int((TIC_DELAY + AWAITED) / AWAITED) + 1
        found |= {begins + number * AWAITED: "TIC" for number in range(waits)}
    return dict(sorted(found.items()))


def tic_day(day: date) -> datetime | None:
    """When TIC is published on a day, None where it is not."""
    for months in (1, 2, 3):
        release, _ = tic_release(month_end(day.replace(day=1) - months * 28 * DAY))
        if _day_of(release) == day:
            return release
    return None


def _day_of(at: datetime) -> date:
    return at.astimezone(NEW_YORK).date()


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


def ten_years() -> Plan:
    """From the day on which the demonstration begins, with each of the events once or twice, and
    two weeks a year lived whole: those in which clocks change in New York."""
    return Plan(
        first=date(2025, 3, 24),
        last=date(2035, 3, 23),
        young_after=26 * WEEK,
        weeks_compared=8,
        outages=(
            Outage("cboe", _at("2027-06-01 10:00"), _at("2027-07-01 10:00")),
            Outage(EVERY, _at("2030-01-15 10:00"), _at("2030-02-14 10:00")),
        ),
        set_backs=(
            SetBack(_at("2029-05-16 18:40"), _at("2029-05-16 21:40")),
            SetBack(_at("2032-10-20 19:05"), _at("2032-10-20 23:05")),
        ),
        lived=(date(2026, 3, 2), date(2030, 11, 1)),
    )


def short(first: date = date(2028, 2, 24)) -> Plan:
    """Some weeks round a leap day and a clock change, with shorter outages."""
    return Plan(
        first=first,
        last=first + 32 * DAY,
        young_after=4 * DAY,
        weeks_compared=1,
        outages=(
            Outage("cboe", _at("2028-03-01 10:00"), _at("2028-03-09 10:00")),
            Outage(EVERY, _at("2028-03-15 10:00"), _at("2028-03-24 10:00")),
        ),
        set_backs=(SetBack(_at("2028-03-13 18:40"), _at("2028-03-13 21:40")),),
        lived=(),
    )
