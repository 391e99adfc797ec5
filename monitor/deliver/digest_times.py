"""When the daily digest is due: once after each US session, whatever the desk's time zone."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from monitor.ingest.calendars import US_BONDS, at_local, local_date, next_session

# A session is over when stocks close, and its closes are published by half past six, New York.
SESSION_ENDS: Final = time(16, 0)
CLOSES_PUBLISHED: Final = time(18, 30)
# So long a digest waits for them: a desk in Tokyo that wants it at 08:00 has its winter's at 08:30.
WAITS: Final = timedelta(minutes=30)
# The longest that bonds do not trade, and a day for the zones ahead.
LOOK_BACK: Final = timedelta(days=7)


def next_digest(after: datetime, clock_time: time, zone: ZoneInfo) -> datetime:
    """The first instant after another at which a digest is due.

    After each session of the US bond market it is due at the desk's next `clock_time`, or when the
    session's closes are published where that is at most half an hour later.
    """
    session = local_date(after) - LOOK_BACK
    while True:
        session = next_session(US_BONDS, session)
        hour = _next_hour(at_local(session, SESSION_ENDS), clock_time, zone)
        published = at_local(session, CLOSES_PUBLISHED)
        due = published if hour < published <= hour + WAITS else hour
        if due > after:
            return due


def _next_hour(after: datetime, clock_time: time, zone: ZoneInfo) -> datetime:
    """The first instant after another at which a zone's clocks show a time."""
    day = local_date(after, zone)
    while (at := datetime.combine(day, clock_time, zone).astimezone(UTC)) <= after:
        day += timedelta(days=1)
    return at
