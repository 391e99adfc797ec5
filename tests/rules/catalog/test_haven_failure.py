"""Haven failures: what is unknown while a close is in dispute, and how often the hedge failed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from rules.catalog.haven_failure import HavenFailure
from rules.evaluation import Evaluations
from rules.model import SourceMismatch
from rules.point_in_time.panel import NEVER
from tests.rules.verdict.verdict_figures import rows, weekdays
from tests.support import history_of, new_york

END = new_york("2025-06-30 23:00")
COUNT = 400
DAYS = weekdays(COUNT)
LAST = COUNT - 2  # the answer of the last session: the first session has no move


def judged(falls: dict[int, float], rises: tuple[int, ...] = (), disputed: int = -1) -> Evaluations:
    """Calm sessions of which some are deep falls of stocks, in percent, on some of which the yield
    rose by 20bp; the close of stocks of one in dispute."""
    calm = 0.1 * (-1.0) ** np.arange(COUNT)
    spx = np.array([falls.get(row, calm[row]) for row in range(COUNT)])
    ust = np.array([2.0 if row in rises else calm[row] / 10.0 for row in range(COUNT)])
    found = [
        *rows("spx", DAYS, 5000.0 * np.cumprod(1.0 - spx / 100.0)),
        *rows("ust10y", DAYS, 4.0 + np.cumsum(ust) / 10.0),
    ]
    apart = [
        SourceMismatch(
            "spx",
            np.datetime64(DAYS[disputed]),
            np.datetime64(f"{DAYS[disputed]}T22:00:00"),
            NEVER,
            (4800.0, 4990.0),
            ("Cboe", "Yahoo"),
            "index",
        )
    ]
    history = history_of(found, HavenFailure().series)
    if disputed >= 0:
        history = replace(history, disputes=tuple(apart))
    (answers,) = HavenFailure().judge(history.as_of(END))
    return answers


@pytest.mark.parametrize("disputed", [COUNT - 1, COUNT - 2])
def test_a_disputed_close_leaves_the_session_and_the_next_unknown_and_is_named(
    disputed: int,
) -> None:
    answers = judged({COUNT - 1: 4.0}, (COUNT - 1,), disputed)
    assert answers.severity[LAST] == Evaluations.UNKNOWN
    day, apart = (f"{one:%a} {one.day} {one:%b %Y}" for one in (DAYS[-1], DAYS[disputed]))
    assert answers.explain(LAST).headline == (
        f"No data for {day}: two sources disagree on {apart}: 4,800.00 (Cboe) and 4,990.00 (Yahoo)."
    )


def test_how_often_yields_rose_on_so_deep_a_fall_is_told_ever_and_of_the_last_year() -> None:
    # Five falls of 2% or more to the one told; the first two more than 252 sessions before it.
    falls = {80: 3.0, 120: 3.0, 200: 2.5, 300: 2.5, 380: 4.0, 390: 4.0}
    answers = judged(falls, rises=(80, 200, 380))
    row = 379
    assert answers.period_end[row] == np.datetime64(DAYS[380])
    found = {one.label: one.value for one in answers.explain(row).evidence}
    assert found["Falls as deep in the sample"] == 5
    assert found["Falls as deep on which yields rose"] == pytest.approx(60.0)
    assert found["The same over the last 252 sessions"] == pytest.approx(100.0 * 2 / 3)
