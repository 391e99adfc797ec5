"""When markets are open and when publishers publish."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.ingest.calendars import (
    NYSE,
    TARGET,
    US_BONDS,
    is_session,
    month_end,
    next_custody_release,
    next_session,
    next_tic_release,
    tic_release,
)
from tests.support import new_york


@pytest.mark.parametrize(
    ("day", "stocks", "bonds", "ecb"),
    [
        (date(2025, 1, 9), False, True, True),  # a day of mourning
        (date(2024, 10, 14), True, False, True),  # Columbus Day
        (date(2025, 4, 18), False, False, False),  # Good Friday
        (date(2025, 4, 21), True, True, False),  # Easter Monday
        (date(2025, 4, 26), False, False, False),  # a Saturday
        (date(2025, 11, 28), True, True, True),  # after Thanksgiving: short, but open
    ],
)
def test_each_market_keeps_its_own_holidays(
    day: date, stocks: bool, bonds: bool, ecb: bool
) -> None:
    found = [is_session(market, day) for market in (NYSE, US_BONDS, TARGET)]
    assert found == [stocks, bonds, ecb]


def test_the_session_after_a_long_weekend() -> None:
    assert next_session(NYSE, date(2025, 4, 17)) == date(2025, 4, 21)
    assert next_session(TARGET, date(2025, 4, 17)) == date(2025, 4, 22)


def test_tic_releases_are_listed_as_far_as_they_are_known_and_estimated_after() -> None:
    assert tic_release(date(2025, 4, 15)) == (new_york("2025-06-18 16:00"), False)
    assert tic_release(date(2027, 1, 31)) == (new_york("2027-03-18 16:00"), False)
    at, estimated = tic_release(date(2027, 2, 28))
    assert estimated
    assert new_york("2027-04-14 00:00") < at < new_york("2027-04-20 23:00")


def test_the_shutdown_of_2025_brought_two_months_at_once() -> None:
    month, at, estimated = next_tic_release(new_york("2025-09-18 16:00"))
    assert (month, at, estimated) == (date(2025, 8, 31), new_york("2025-11-18 16:00"), False)
    month, at, _ = next_tic_release(new_york("2025-11-18 16:00"))
    assert (month, at) == (date(2025, 10, 31), new_york("2025-12-18 16:00"))


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        ("2025-04-10 16:00", "2025-04-10 16:30"),
        ("2025-04-10 16:30", "2025-04-17 16:30"),
        ("2025-06-18 16:00", "2025-06-20 16:30"),  # Juneteenth was the Thursday
        ("2025-06-20 10:00", "2025-06-20 16:30"),
    ],
)
def test_custody_comes_on_thursdays_or_after_a_thursday_holiday(after: str, expected: str) -> None:
    assert next_custody_release(new_york(after)) == new_york(expected)


def test_month_ends() -> None:
    assert month_end(date(2024, 2, 1)) == date(2024, 2, 29)
    assert month_end(date(2025, 12, 31)) == date(2025, 12, 31)
