"""When a desk is not to be told of warnings."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from alerts.quiet_hours import QuietHours
from tests.support import utc

AT = utc("2025-04-10 22:30")
ZONE = ZoneInfo("America/New_York")
NIGHT = QuietHours(begin="22:00", end="07:00", weekends=True)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ("2025-04-10 22:00", "2025-04-11 07:00"),
        ("2025-04-10 21:59", "2025-04-10 21:59"),
        ("2025-04-10 03:00", "2025-04-10 07:00"),
        ("2025-04-10 07:00", "2025-04-10 07:00"),
        ("2025-04-11 23:00", "2025-04-14 07:00"),  # Friday night goes over into the weekend
        ("2025-04-12 12:00", "2025-04-14 07:00"),
        ("2025-03-07 23:00", "2025-03-10 07:00"),  # clocks change in between
    ],
)
def test_quiet_hours_are_those_of_the_desks_clock(at: str, until: str) -> None:
    began = datetime.fromisoformat(at).replace(tzinfo=ZONE)
    assert NIGHT.until(began, ZONE) == datetime.fromisoformat(until).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("zone", "at", "until"),
    [
        # Friday's session ends on Saturday morning east of New York, and is told then.
        ("Asia/Tokyo", "2026-09-05 07:35", "2026-09-05 07:35"),
        ("Asia/Tokyo", "2026-09-05 03:00", "2026-09-05 07:00"),
        ("Asia/Tokyo", "2026-09-05 09:30", "2026-09-07 07:00"),
        ("Asia/Tokyo", "2027-01-09 09:30", "2027-01-09 09:30"),
        ("Australia/Sydney", "2026-09-05 09:30", "2026-09-05 09:30"),
        ("Australia/Sydney", "2026-09-06 09:30", "2026-09-07 07:00"),
        ("Europe/London", "2026-09-05 00:30", "2026-09-07 07:00"),
        ("Europe/London", "2026-09-05 12:00", "2026-09-07 07:00"),
        ("Pacific/Honolulu", "2026-09-04 14:00", "2026-09-04 14:00"),
        ("Pacific/Honolulu", "2026-09-05 14:00", "2026-09-07 07:00"),
    ],
)
def test_a_quiet_weekend_begins_when_fridays_us_session_is_told(
    zone: str, at: str, until: str
) -> None:
    here = ZoneInfo(zone)
    began = datetime.fromisoformat(at).replace(tzinfo=here)
    assert NIGHT.until(began, here) == datetime.fromisoformat(until).replace(tzinfo=here)


def test_without_quiet_hours_nothing_waits() -> None:
    assert QuietHours().until(AT, ZONE) == AT
    assert QuietHours(begin="22:00").problems()
    assert QuietHours(begin="22:00", end="22:00").problems()
    assert QuietHours(begin="08:00", end="12:00").until(AT, ZONE) == AT
