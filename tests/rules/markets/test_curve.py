"""The name of a move of the curve, by the moves of its ends, as a rates desk would call it."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from rules.markets.curve import CurveMove
from tests.support import Row, history_of, new_york

SERIES = ("ust2y", "ust5y", "ust10y", "ust30y")
DAY = date(2025, 4, 10)

# 2-year, 10-year and 30-year in basis points; the name, and how it is written.
MOVES = {
    "twist steepener": (-7.0, 6.0, 14.0, "10y +6bp (2y −7, 30y +14: twist steepener)"),
    "twist flattener": (5.0, -3.0, -6.0, "10y −3bp (2y +5, 30y −6: twist flattener)"),
    "bear steepener": (2.0, 11.0, 13.0, "10y +11bp (2y +2, 30y +13: bear steepener)"),
    "bear flattener": (12.0, 5.0, 1.0, "10y +5bp (2y +12, 30y +1: bear flattener)"),
    "bull steepener": (-20.0, -9.0, -2.0, "10y −9bp (2y −20, 30y −2: bull steepener)"),
    "bull flattener": (-1.0, -8.0, -12.0, "10y −8bp (2y −1, 30y −12: bull flattener)"),
    "parallel": (4.0, 4.0, 4.0, "10y +4bp (2y +4, 30y +4: parallel)"),
}


@pytest.mark.parametrize("name", MOVES)
def test_a_move_has_the_name_a_desk_gives_it(name: str) -> None:
    two, ten, thirty, written = MOVES[name]
    found = CurveMove({"ust2y": two, "ust10y": ten, "ust30y": thirty})
    assert found.name == name
    assert found.short == written
    assert found.slopes == {"2s10s": ten - two, "2s30s": thirty - two}


@pytest.mark.parametrize(
    ("moves", "name", "short"),
    [
        ({"ust10y": 6.0}, "", "10y +6bp"),
        ({"ust2y": 1.0, "ust10y": 6.0}, "bear steepener", "10y +6bp (2y +1: bear steepener)"),
        # Without a 2-year the slope of 5 to 30 years names it.
        (
            {"ust5y": 1.0, "ust10y": 6.0, "ust30y": 9.0},
            "bear steepener",
            "10y +6bp (30y +9: bear steepener)",
        ),
        ({"ust10y": 6.0, "ust30y": 9.0}, "", "10y +6bp (30y +9)"),
    ],
)
def test_what_is_not_known_is_not_named(moves: dict[str, float], name: str, short: str) -> None:
    found = CurveMove(moves)
    assert (found.name, found.short) == (name, short)
    assert bool(found.sentence) is bool(name)


@pytest.mark.parametrize(
    ("two", "ten", "thirty", "short"),
    [
        (18.0, 20.0, 18.0, "10y +20bp (2y +18, 30y +18: 2s10s bear steepener)"),
        (18.0, 20.0, 16.0, "10y +20bp (2y +18, 30y +16: 2s10s bear steepener)"),
        (5.0, 5.0, 9.0, "10y +5bp (2y +5, 30y +9: 2s10s parallel)"),
        (5.0, 5.9, 5.9, "10y +6bp (2y +5, 30y +6: parallel)"),
        (-3.0, 2.0, -3.0, "10y +2bp (2y −3, 30y −3: 2s10s twist steepener)"),
    ],
)
def test_whose_slope_it_is_is_said_where_the_ends_shown_did_otherwise(
    two: float, ten: float, thirty: float, short: str
) -> None:
    assert CurveMove({"ust2y": two, "ust10y": ten, "ust30y": thirty}).short == short


def rows() -> list[Row]:
    """A week of yields; the 2-year of the last day came two hours after the others."""
    found = []
    for back in range(5):
        day = DAY - timedelta(days=back)
        for series_id, level in zip(SERIES, (3.8, 3.9, 4.3, 4.8), strict=True):
            known = new_york(f"{day} {'20' if series_id == 'ust2y' else '18'}:15")
            found.append((series_id, day, known, 1, level - 0.05 * back))
    return found


def test_a_move_is_from_the_close_before_or_from_one_further_back() -> None:
    panel = history_of(rows(), SERIES).as_of(new_york("2025-04-10 23:00"))
    late = np.datetime64("2025-04-11T03:00:00")
    day = CurveMove.over(panel, DAY, late, 5.0)
    assert day.moves == {"ust2y": 5.0, "ust5y": 5.0, "ust10y": 5.0, "ust30y": 5.0}
    week = CurveMove.over(panel, DAY, late, 20.0, since=date(2025, 4, 6))
    assert set(week.moves.values()) == {20.0}
    assert week.evidence(panel, DAY)[0].value == 20.0


def test_what_was_known_later_is_no_part_of_it() -> None:
    panel = history_of(rows(), SERIES).as_of(new_york("2025-04-10 23:00"))
    early = np.datetime64("2025-04-10T22:30:00")  # 18:30 in New York
    assert "ust2y" not in CurveMove.over(panel, DAY, early, 5.0).moves


REAL = (*SERIES, "ust10y_real")


def with_real(*known: tuple[int, float], hour: str = "18:15") -> list[Row]:
    """The week of yields, and 10-year real yields so many days back."""
    found = rows()
    for back, level in known:
        day = DAY - timedelta(days=back)
        found.append(("ust10y_real", day, new_york(f"{day} {hour}"), 1, level))
    return found


def test_the_ten_year_is_split_into_real_yield_and_breakeven_where_both_are_known() -> None:
    panel = history_of(with_real((0, 2.00), (1, 1.97)), REAL).as_of(new_york("2025-04-10 23:00"))
    found = CurveMove.over(panel, DAY, np.datetime64("2025-04-10T22:30:00"), 5.0)
    assert (found.real_bp, found.breakeven_bp) == (3.0, 2.0)
    assert found.sentence.endswith(" 10-year +5bp: real yield +3bp, breakeven +2bp.")
    said = {one.label: (one.value, one.source) for one in found.evidence(panel, DAY)}
    assert said["10-year real yield"] == (3.0, "source of ust10y_real")
    assert said["10-year breakeven"] == (2.0, "source of ust10y; source of ust10y_real")
    # Which the curve's name and the line at a glance leave as they are.
    assert found.short.startswith("10y +5bp (30y +5")


def test_over_a_week_both_are_taken_from_the_same_day() -> None:
    panel = history_of(with_real((0, 2.00), (4, 1.90)), REAL).as_of(new_york("2025-04-10 23:00"))
    week = CurveMove.over(
        panel, DAY, np.datetime64("2025-04-10T22:30:00"), 20.0, since=date(2025, 4, 6)
    )
    assert (week.real_bp, week.breakeven_bp) == (10.0, 10.0)


def test_a_real_yield_alone_is_said_without_a_slope() -> None:
    found = CurveMove({"ust10y": 6.0}, 4.0)
    assert found.sentence == "10-year +6bp: real yield +4bp, breakeven +2bp."


@pytest.mark.parametrize(
    "known",
    [
        with_real((0, 2.00)),
        with_real((1, 1.97), (2, 1.95)),
        with_real((0, 2.00), (1, 1.97), hour="23:30"),
        # From another day than the 10-year's there is no breakeven.
        with_real((0, 2.00), (2, 1.95)),
    ],
    ids=["no day before", "no number of the day", "known later", "another day before"],
)
def test_a_real_move_that_is_not_known_is_not_said(known: list[Row]) -> None:
    panel = history_of(known, REAL).as_of(new_york("2025-04-11 23:00"))
    found = CurveMove.over(panel, DAY, np.datetime64("2025-04-10T22:30:00"), 5.0)
    assert (found.real_bp, found.breakeven_bp) == (None, None)
    assert "real" not in found.sentence
    assert not any("real" in one.label for one in found.evidence(panel, DAY))
