"""When backups are due: at a time of each day, and so many hours after it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitor.ingest.calendars import at_local, local_date

DAY: Final = timedelta(days=1)


def last_due(at: datetime, first: time, every: timedelta, zone: ZoneInfo) -> datetime:
    """The newest instant, not after another, at which a backup is due."""
    return max(one for one in _around(at, first, every, zone) if one <= at)


def next_due(at: datetime, first: time, every: timedelta, zone: ZoneInfo) -> datetime:
    """The first instant after another at which a backup is due."""
    return min(one for one in _around(at, first, every, zone) if one > at)


def _around(at: datetime, first: time, every: timedelta, zone: ZoneInfo) -> Iterator[datetime]:
    """Each of the days around an instant, by a zone's calendar: the time itself as the zone's
    clocks show it, the others counted in hours that pass, and none just before the next day's."""
    today = local_date(at, zone)
    for days in range(-2, 3):
        begins = at_local(today + days * DAY, first, zone)
        ends = at_local(today + (days + 1) * DAY, first, zone)
        while begins <= ends - every / 2:
            yield begins
            begins += every
