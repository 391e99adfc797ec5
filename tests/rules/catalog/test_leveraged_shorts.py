"""Leveraged shorts: when they open and close, in which weeks, and what they are no evidence of."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from rules.catalog.leveraged_shorts import LeveragedShorts
from rules.evaluation import Evaluations
from rules.shared.net_short import NET
from tests.spring_figures import usual_known_at
from tests.support import Row, judge, new_york

AT = new_york("2025-06-30 23:00")
FIRST = date(2021, 10, 5)
PATTERN = (-2.0e6,) * 4 + (-2.05e6,) * 4


def nets(*last: float, weeks: int = 164) -> list[float]:
    """Net positions that swing by 50,000 contracts, and then some of their own."""
    return [*(PATTERN[week % len(PATTERN)] for week in range(weeks)), *last]


def rows(values: list[float], moved: dict[int, int] | None = None) -> list[Row]:
    """A report a week; some `moved` by so many days for a holiday."""
    found = []
    for week, value in enumerate(values):
        day = FIRST + timedelta(weeks=week, days=(moved or {}).get(week, 0))
        found.append((NET, day, usual_known_at(NET, day), 1, value))
    return found


def judged(values: list[float], moved: dict[int, int] | None = None) -> Evaluations:
    return judge(LeveragedShorts(), rows(values, moved), AT)["us"]


def test_it_stays_open_until_the_rise_is_below_half_of_its_size() -> None:
    # Rises over four weeks of 3.2, 2.4, 1.2 and 0.8 times the usual one of some 50,000.
    found = judged(nets(-2.16e6, -2.12e6, -2.06e6, -2.04e6))
    assert found.severity[-4:].tolist() == [1, 1, 0, 0]
    assert found.keeps_open[-4:].tolist() == [True, True, True, False]


def test_a_fall_of_the_net_short_never_fires() -> None:
    found = judged(nets(-1.5e6))
    assert found.severity[-1] == Evaluations.QUIET
    assert found.measure[-1] < -5


def test_a_report_moved_by_a_holiday_is_compared_with_the_one_of_four_weeks_before() -> None:
    plain, moved = (judged(nets(-2.16e6), one) for one in ({}, {160: -1, 100: 1}))
    assert moved.severity[-1] == 1
    assert moved.measure[-1] == pytest.approx(plain.measure[-1])


@pytest.mark.parametrize(("weeks", "severity"), [(153, -1), (154, 1), (164, 1)])
def test_it_needs_three_years_of_reports_but_a_few(weeks: int, severity: int) -> None:
    found = judged(nets(-2.3e6, weeks=weeks))
    assert found.severity[-1] == severity


def test_the_yardstick_does_not_hold_the_rise_itself() -> None:
    quiet, loud = judged(nets(-2.1e6)), judged(nets(-2.9e6))
    rise = np.array([quiet.measure[-1], loud.measure[-1]])
    assert rise[1] / rise[0] == pytest.approx(9.0)


def test_without_any_change_before_nothing_is_usual() -> None:
    found = judge(LeveragedShorts(), rows([-2.0e6] * 164 + [-2.1e6]), AT)["us"]
    assert (found.severity == Evaluations.UNKNOWN).all()


def test_the_words_are_about_leverage_and_not_about_foreigners() -> None:
    said = judged(nets(-2.16e6)).signal(164).explained
    assert "nothing about foreigners" in said.caveat
    assert "basis trade" in said.caveat
    assert said.head.sellers.startswith("Funding and leverage")


def test_changes_over_a_week_and_a_year_are_from_those_reports_or_not_known() -> None:
    values = nets(-2.12e6, -2.16e6)
    said = {one.label: one.value for one in judged(values).signal(165).explained.evidence}
    assert said["Net short, change over 1 week"] == pytest.approx(40_000)
    assert said["Net short, change over 52 weeks"] == pytest.approx(values[113] + 2.16e6)
    known = [row for week, row in enumerate(rows(values)) if week not in (113, 164)]
    found = judge(LeveragedShorts(), known, AT)["us"]
    lines = found.signal(len(found.measure) - 1).explained.evidence
    said = {one.label: one.value for one in lines}
    assert said["Net short, change over 1 week"] is None
    assert said["Net short, change over 52 weeks"] is None
