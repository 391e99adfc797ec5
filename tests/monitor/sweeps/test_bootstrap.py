"""A 90% interval of alerts per year: the same for the same seed, and as wide as it should be."""

from __future__ import annotations

import numpy as np
import pytest

from monitor.sweeps.bootstrap import Interval, Resampling, intervals
from rules.terms import Severity

FIRST, LAST = (1977, 1), (2026, 12)
YEARS = 50
HISTORIES = 200


def opened_of(random: np.random.Generator, a_year: float, together: int) -> list[tuple[int, int]]:
    """The months of alerts that come so often, so many together within a quarter."""
    starts = random.uniform(0, 12 * YEARS, random.poisson(a_year * YEARS / together))
    each = np.repeat(starts, together) + random.uniform(0, 3, together * len(starts))
    places = np.minimum(each.astype(int), 12 * YEARS - 1)
    return [(FIRST[0] + int(place) // 12, int(place) % 12 + 1) for place in places]


def interval_of(months: list[tuple[int, int]], seed: int = 1) -> Interval:
    found = intervals(
        [(one, Severity.NOTICE) for one in months], FIRST, LAST, Resampling(400, seed)
    )
    assert found[None] == found[Severity.NOTICE]
    return found[None]


def test_the_same_seed_gives_the_same_interval_and_another_another() -> None:
    months = opened_of(np.random.default_rng(5), 3.0, 1)
    assert interval_of(months) == interval_of(months)
    assert interval_of(months) != interval_of(months, 2)


@pytest.mark.parametrize(
    ("a_year", "together", "least"),
    # Of a thousand histories: 90% of single alerts, 86% of clusters of four.
    [(3.0, 1, 0.85), (6.0, 4, 0.80)],
)
def test_it_has_the_rate_in_it_about_nine_times_in_ten(
    a_year: float, together: int, least: float
) -> None:
    random = np.random.default_rng(11)
    found = [interval_of(opened_of(random, a_year, together)) for _ in range(HISTORIES)]
    share = sum(one.low <= a_year <= one.high for one in found) / HISTORIES
    assert least <= share <= 0.95


def test_clusters_make_it_wider_than_single_alerts_do() -> None:
    random = np.random.default_rng(2)
    alone, clustered = (
        sum(one.high - one.low for one in found)
        for found in (
            [interval_of(opened_of(random, 6.0, together)) for _ in range(20)]
            for together in (1, 6)
        )
    )
    assert clustered > 1.5 * alone


def test_nothing_is_said_of_what_never_came_nor_of_a_short_history() -> None:
    assert intervals([], FIRST, LAST, Resampling(100, 1)) == {}
    alerts = [((2026, 1), Severity.WARNING)]
    assert intervals(alerts, (2025, 1), LAST, Resampling(100, 1)) == {}
    found = intervals(alerts, FIRST, LAST, Resampling(100, 1))
    assert set(found) == {Severity.WARNING, None}


def test_a_history_that_is_no_whole_number_of_years_keeps_its_length() -> None:
    every = [((1977 + place // 12, place % 12 + 1), Severity.NOTICE) for place in range(595)]
    found = intervals(every, FIRST, every[-1][0], Resampling(100, 1))
    assert found[None] == Interval(12.0, 12.0)
