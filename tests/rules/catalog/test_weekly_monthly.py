"""Weeks and months of which a close is in dispute, or that come before there is enough."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest

from monitor.config.plugins import rule_types
from rules.evaluation import Evaluations
from rules.markets.sampled import group_of, last_weekday
from rules.model import SourceMismatch, type_time
from rules.point_in_time.panel import NEVER
from rules.wording import day
from tests.case_rows import positive_rows
from tests.support import history_of, new_york

END = new_york("2025-06-30 23:00")
WEEKLY, MONTHLY = (rule_types()[f"joint_selloff_{period}"]() for period in ("weekly", "monthly"))


@cache
def judged(*disputed: str, series_id: str = "spx") -> Evaluations:
    """The weeks of the spring, of which some closes of Fridays are in dispute from midnight on."""
    disputes = [
        SourceMismatch(
            series_id, np.datetime64(friday), np.datetime64(friday, "s") + 86400, NEVER,
            (1.0, 2.0), ("a", "b"), "index",
        )
        for friday in disputed
    ]  # fmt: skip
    rows = [row for row in positive_rows(WEEKLY) if row[0] in WEEKLY.series]
    known = replace(history_of(rows, WEEKLY.series), disputes=tuple(disputes))
    (found,) = WEEKLY.judge(known.as_of(END))
    return found


def unknown(found: Evaluations) -> list[tuple[str, str, str]]:
    """The weeks without an answer, from when that is known, and why."""
    return [
        (str(found.period_end[row]), str(found.known_at[row]), found.explain(int(row)).headline)
        for row in np.flatnonzero(found.severity == Evaluations.UNKNOWN)
    ]


FIRST = (
    "2024-04-05",
    "2024-04-05T22:30:00",
    "No data for the week to Fri 5 Apr 2024: fewer than 63 earlier moves are stored.",
)


def disputed(friday: str, known: str) -> tuple[str, str, str]:
    why = "two sources disagree on a close at one of its ends"
    return friday, known, f"No data for the week to {day(date.fromisoformat(friday))}: {why}."


@pytest.mark.parametrize("series_id", ["spx", "ust10y", "dxy"])
def test_a_close_in_dispute_leaves_the_week_before_it_and_the_one_after_it_unknown(
    series_id: str,
) -> None:
    assert unknown(judged()) == [FIRST]
    found = judged("2025-03-07", series_id=series_id)
    assert unknown(found) == [
        FIRST,
        disputed("2025-03-07", "2025-03-08T00:00:00"),
        disputed("2025-03-14", "2025-03-14T22:30:00"),
    ]
    others = ~np.isin(
        found.period_end, np.array(["2025-03-07", "2025-03-14"], dtype="datetime64[D]")
    )
    np.testing.assert_array_equal(found.severity[others], judged().severity[others])
    assert found.nearness is not None


def test_a_close_inside_a_week_decides_nothing() -> None:
    assert unknown(judged("2025-03-05")) == [FIRST]


def days(*texts: str) -> type_time:
    return np.array(texts, dtype="datetime64[D]")


def names(period: type_time) -> list[str]:
    return [str(one) for one in period]


def test_a_week_runs_from_monday_and_is_named_by_its_friday() -> None:
    of = days("2025-04-06", "2025-04-07", "2025-04-11", "2025-04-13", "2025-04-14")
    groups = group_of(of, "W")
    assert (groups - groups[0]).tolist() == [0, 1, 1, 1, 2]
    assert names(last_weekday(of, "W")) == [
        "2025-04-04", "2025-04-11", "2025-04-11", "2025-04-11", "2025-04-18"]  # fmt: skip


def test_a_month_is_named_by_its_last_weekday() -> None:
    of = days("2025-02-28", "2025-03-03", "2025-03-31", "2025-05-01", "2025-08-29")
    groups = group_of(of, "M")
    assert (groups - groups[0]).tolist() == [0, 1, 1, 3, 6]
    assert names(last_weekday(of, "M")) == [
        "2025-02-28", "2025-03-31", "2025-03-31", "2025-05-30", "2025-08-29"]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "last"),
    [
        # Friday's close ends the week; before it the last one is the week before.
        ("2025-03-14 23:00", "2025-03-14"),
        ("2025-03-14 17:00", "2025-03-07"),
        # Good Friday has no close: Monday's shows that the week is over.
        ("2025-04-18 23:00", "2025-04-11"),
        ("2025-04-21 23:00", "2025-04-18"),
    ],
)
def test_a_week_is_over_with_its_friday_or_with_the_next_session(at: str, last: str) -> None:
    rows = [row for row in positive_rows(WEEKLY) if row[0] in WEEKLY.series]
    (found,) = WEEKLY.judge(history_of(rows, WEEKLY.series).as_of(new_york(at)))
    assert str(found.period_end[-1]) == last
