"""How rare an opening of a condition is, over more than ten years and over fewer."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import pytest
from syrupy.assertion import SnapshotAssertion

from monitor.config.plugins import rule_types
from rules.model import Signal
from tests.support import judge, signal_for, utc
from tests.written_out import written_out

RULE = rule_types()["custody_outflow"]()

WEEKS = [date(2010, 1, 6) + timedelta(weeks=week) for week in range(15 * 52)]
# A fall of $80bn in one week each.
FALLS = {
    date(2011, 12, 7): "About once in 5 years at critical, 2007 to 2026.",
    date(2019, 8, 7): "About once in 5 years at critical, 2007 to 2026.",
    date(2020, 3, 25): "3rd time since 2010, last on Wed 7 Aug 2019.",
    date(2024, 7, 31): "4th time since 2010, last on Wed 25 Mar 2020.",
}


@cache
def opening(day: date, falls: tuple[date, ...]) -> Signal:
    """The signal of a day, as of the end of all weeks."""
    rows = [
        (
            "custody_treasuries",
            week,
            utc(f"{week} 20:30"),
            1,
            3e6 - 8e4 * sum(fall <= week for fall in falls),
        )
        for week in WEEKS
    ]
    return signal_for(judge(RULE, rows, utc("2025-06-30 00:00"))["officials"], day)


@pytest.mark.parametrize("day", FALLS)
def test_openings_are_counted_where_ten_years_are_stored(day: date) -> None:
    assert opening(day, tuple(FALLS)).explained.head.rarity == FALLS[day]


def test_a_later_week_of_an_opening_is_no_other_one() -> None:
    week_after = opening(date(2024, 8, 7), tuple(FALLS))
    assert week_after.explained.head.rarity == FALLS[date(2024, 7, 31)]


def test_the_first_opening_is_said_to_be_that() -> None:
    day = date(2024, 7, 31)
    assert opening(day, (day,)).explained.head.rarity == "The first time since 2010."


def test_all_of_it_over_fourteen_years(snapshot: SnapshotAssertion) -> None:
    assert written_out(RULE, opening(date(2024, 7, 31), tuple(FALLS))) == snapshot
