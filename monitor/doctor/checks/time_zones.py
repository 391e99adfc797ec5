"""The time zones that release times are in: their offsets, and the switches of the coming year."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import ClassVar, Final
from zoneinfo import ZoneInfo

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.machine import Machine

# An instant, and the offset from UTC in hours that holds from then on.
Switch = tuple[datetime, float]
SPAN: Final = timedelta(days=366)
SUNDAY: Final = calendar.SUNDAY
UPDATE: Final = (
    "update the system's tzdata, or remove it for that of Python's tzdata package; if the law has "
    "changed, update havenwatch"
)


def _sunday(year: int, month: int, number: int) -> date:
    """A month's Sunday by its number, the last with -1."""
    days = range(1, calendar.monthrange(year, month)[1] + 1)
    sundays = [
        date(year, month, day) for day in days if calendar.weekday(year, month, day) == SUNDAY
    ]
    return sundays[number]


def _utc(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), UTC)


def _new_york(year: int) -> list[Switch]:
    return [(_utc(_sunday(year, 3, 1), 7), -4.0), (_utc(_sunday(year, 11, 0), 6), -5.0)]


def _london(year: int) -> list[Switch]:
    return [(_utc(_sunday(year, 3, -1), 1), 1.0), (_utc(_sunday(year, 10, -1), 1), 0.0)]


# The switches of a year by law, and the offset before the first of them.
LAWS: Final = {
    "America/New_York": (_new_york, -5.0),
    "Europe/London": (_london, 0.0),
    "Asia/Tokyo": (lambda _: [], 9.0),
}


class TimeZones(Check):
    """New York, London and Tokyo have the offsets and the switches that their laws say, and the
    desk's zone is known."""

    name: ClassVar[str] = "time_zones"
    group: ClassVar[Group] = Group.MACHINE

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line a zone, and one for the data that is used."""
        used = found("time zone data", ok(data_used(given.machine)))
        desk = () if given.config is None else (given.config.desk.time_zone,)
        names = dict.fromkeys((*LAWS, *desk))
        return [
            used,
            *(
                found(f"time zone {one}", zone_finding(one, given.machine, given.at))
                for one in names
            ),
        ]


def zone_finding(name: str, machine: Machine, at: datetime) -> Finding:
    """Whether a zone loads and keeps to its law for a year from an instant, where the law is
    known here."""
    try:
        zone = machine.zone(name)
    except (OSError, ValueError, KeyError) as error:  # as Python's own error is a KeyError
        got = f"none that can be read ({type(error).__name__})"
        remedy = "install the tzdata package: pip install tzdata"
        return failed(expected=f"the data of {name}", got=got, remedy=remedy)
    got = _said(switches(zone, at, at + SPAN), _offset(zone, at))
    if name not in LAWS:
        return ok(got)
    laid_down = expected_switches(name, at)
    expected = _said(laid_down[1:], laid_down[0][1])
    if got == expected:
        return ok(got)
    return failed(expected=expected, got=got, remedy=UPDATE)


def expected_switches(name: str, at: datetime) -> list[Switch]:
    """By law the offset at an instant, and the switches of the year that follows."""
    law, standard = LAWS[name]
    every = [one for year in (at.year - 1, at.year, at.year + 1) for one in law(year)]
    before = [offset for moment, offset in every if moment <= at]
    return [
        (at, before[-1] if before else standard),
        *(one for one in every if at < one[0] <= at + SPAN),
    ]


def switches(zone: ZoneInfo, start: datetime, end: datetime) -> list[Switch]:
    """The switches of a zone between two instants, to the minute."""
    done, changes = start, list[Switch]()
    while done < end:
        following = min(done + timedelta(days=1), end)
        if _offset(zone, following) != _offset(zone, done):
            moment = _switch(zone, done, following)
            changes.append((moment, _offset(zone, moment)))
        done = following
    return changes


def _switch(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first minute with another offset than at `before`."""
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) / 2
        if _offset(zone, middle) == _offset(zone, before):
            before = middle
        else:
            after = middle
    # A switch is at a full minute.
    return after.replace(second=0, microsecond=0)


def _offset(zone: ZoneInfo, moment: datetime) -> float:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset / timedelta(hours=1)


def _said(changes: Iterable[Switch], now: float) -> str:
    parts = [f"UTC{now:+g} now"]
    parts += [f"UTC{offset:+g} from {moment:%Y-%m-%d %H:%M}Z" for moment, offset in changes]
    return ", ".join(parts)


def data_used(machine: Machine) -> str:
    """Where the zones come from: the first of the system's folders that has them, else Python's
    tzdata package."""
    for folder in map(Path, machine.zone_folders):
        if (folder / "America" / "New_York").is_file():
            return f"from {folder}{_version(folder)}"
    return f"from the tzdata package, {machine.installed('tzdata') or 'which is not installed'}"


def _version(folder: Path) -> str:
    """The version that the system notes beside its zones, as `, 2025b`; empty without one."""
    try:
        with (folder / "tzdata.zi").open(encoding="utf-8") as file:
            first = file.readline(40)
    except (OSError, ValueError):
        return ""
    mark, _, version = first.strip().rpartition(" ")
    return f", {version}" if mark == "# version" else ""
