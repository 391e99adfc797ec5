"""When backups are due, over the changes of the clocks too."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.service.backup_times import last_due, next_due
from tests.support import new_york

ZONE = ZoneInfo("America/New_York")

# At a time in New York, of the first of a day and so many hours: the last due one and the next.
CASES = {
    "before it": ("2025-04-10 02:29", "02:30", 24, "09 02:30", "10 02:30"),
    "at it": ("2025-04-10 02:30", "02:30", 24, "10 02:30", "11 02:30"),
    "every six hours": ("2025-04-10 19:00", "02:30", 6, "10 14:30", "10 20:30"),
    "into the next day": ("2025-04-10 01:00", "02:30", 6, "09 20:30", "10 02:30"),
    "every hour": ("2025-04-10 19:00", "02:30", 1, "10 18:30", "10 19:30"),
    # 02:30 is not on the clocks of 9 March: it is half past three.
    "an hour that is skipped": ("2025-03-09 12:00", "02:30", 24, "09 03:30", "10 02:30"),
    "an hour that comes twice": ("2025-11-02 12:00", "01:30", 24, "02 01:30", "03 01:30"),
    "a short day": ("2025-03-09 20:00", "00:00", 8, "09 17:00", "10 00:00"),
    "a long day": ("2025-11-02 23:30", "00:00", 8, "02 15:00", "03 00:00"),
}  # fmt: skip


def said(at: datetime) -> str:
    return f"{at.astimezone(ZONE):%d %H:%M}"


@pytest.mark.parametrize(("at", "first", "hours", "last", "following"), CASES.values(), ids=CASES)
def test_the_last_due_and_the_next(
    at: str, first: str, hours: int, last: str, following: str
) -> None:
    moment, clock_time, every = new_york(at), time.fromisoformat(first), timedelta(hours=hours)
    assert said(last_due(moment, clock_time, every, ZONE)) == last
    assert said(next_due(moment, clock_time, every, ZONE)) == following
