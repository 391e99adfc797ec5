"""Changes, their usual size and how two of them move together, by numbers done by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from rules.markets.change import (
    change_bp,
    fall_over_weeks,
    fall_pct,
    known_over,
    log_return_pct,
    return_pct,
    rolling_sd,
    sum_over,
    trailing_sd,
)
from rules.markets.correlation import correlation

NAN = np.nan


def test_a_return_is_from_the_row_before_and_of_a_level_of_zero_there_is_none() -> None:
    level = np.array([100.0, 110.0, 99.0, 0.0, 50.0])
    assert return_pct(level[:3]) == pytest.approx([NAN, 10.0, -10.0], nan_ok=True)
    assert log_return_pct(level) == pytest.approx(
        [NAN, 9.531, -10.536, NAN, NAN], abs=5e-4, nan_ok=True
    )
    assert log_return_pct(level[:3], 2) == pytest.approx([NAN, NAN, -1.005], abs=5e-4, nan_ok=True)


def test_a_change_of_a_yield_is_exact_in_basis_points() -> None:
    assert change_bp(np.array([4.43, 4.48, 4.40])).tolist()[1:] == [5.0, -8.0]
    assert change_bp(np.array([4.43, 4.48, 4.40]), 2).tolist()[2:] == [-3.0]


def test_the_usual_size_of_a_move_is_that_of_the_moves_before_it() -> None:
    moves = np.array([NAN, 1.0, 3.0, 5.0, 100.0])
    assert rolling_sd(moves, 2) == pytest.approx(
        [NAN, NAN, 2**0.5, 2**0.5, 67.175], abs=1e-3, nan_ok=True
    )
    assert trailing_sd(moves, 3) == pytest.approx([NAN, NAN, NAN, NAN, 2.0], nan_ok=True)
    assert trailing_sd(np.array([]), 3).tolist() == []


def test_the_usual_size_of_the_same_moves_is_computed_once_and_nobody_can_change_it() -> None:
    moves = np.array([1.0, 3.0, 5.0, 9.0])
    found = rolling_sd(moves, 2)
    assert rolling_sd(moves.copy(), 2) is found
    assert rolling_sd(moves, 3) is not found
    assert rolling_sd(moves + moves, 2) == pytest.approx(2 * found, nan_ok=True)
    with pytest.raises(ValueError, match="read-only"):
        found[1] = 0.0


def test_a_sum_needs_all_its_rows() -> None:
    assert sum_over(np.array([1.0, 2.0, 3.0]), 2) == pytest.approx([NAN, 3.0, 5.0], nan_ok=True)


@pytest.mark.parametrize(
    ("rows", "hours"), [(0, [9, 12, None, 8, 7]), (1, [9, 12, 12, 8, 8]), (3, [9, 12, 12, 12, 12])]
)
def test_what_needs_several_rows_is_known_with_the_last_of_them(
    rows: int, hours: list[int | None]
) -> None:
    def instants(of: list[int | None]) -> list[np.datetime64]:
        return [
            np.datetime64("NaT" if hour is None else f"2025-04-10T{hour:02}:00:00", "s")
            for hour in of
        ]

    known = np.array(instants([9, 12, None, 8, 7]))
    assert np.array_equal(known_over(known, rows), np.array(instants(hours)), equal_nan=True)


def test_a_fall_is_from_the_same_weekday_so_many_weeks_before() -> None:
    days = [date(2025, 5, 7), date(2025, 5, 14), date(2025, 5, 28), date(2025, 6, 4)]
    weeks, level = np.array(days, dtype="datetime64[D]"), np.array([100.0, 90.0, 85.0, 95.0])
    assert fall_over_weeks(weeks, level, 1) == pytest.approx([NAN, 10.0, NAN, -10.0], nan_ok=True)
    assert fall_over_weeks(weeks, level, 3) == pytest.approx([NAN, NAN, 15.0, -5.0], nan_ok=True)
    assert fall_over_weeks(weeks[:0], level[:0], 1).tolist() == []


def test_a_fall_in_percent_is_of_the_level_before_it() -> None:
    assert fall_pct(np.array([80.0]), np.array([20.0])).tolist() == [20.0]


def test_a_correlation_needs_nine_tenths_of_its_window_and_moves_that_vary() -> None:
    stocks = np.array([1.0, -1.0, 2.0, -2.0, 1.0, -1.0, 2.0, -2.0, 1.0, 4.0])
    along = np.column_stack([stocks, 3.0 * stocks])
    assert correlation(along, 10)[-1] == pytest.approx(1.0)
    assert correlation(along * [1.0, -1.0], 10)[-1] == pytest.approx(-1.0)
    along[0, 1] = NAN
    assert correlation(along, 10)[-1] == pytest.approx(1.0)  # nine of ten
    along[1, 1] = NAN
    assert np.isnan(correlation(along, 10)[-1])
    flat = np.column_stack([stocks, np.zeros(10)])
    assert np.isnan(correlation(flat, 10)[-1])
    # The products add up to -4, the squares about their means of 2/3 and 0 to 14/3 and 6.
    some = np.array([[1.0, 1.0], [-1.0, 1.0], [2.0, -2.0]])
    assert correlation(some, 3)[-1] == pytest.approx(-4.0 / (14.0 / 3.0 * 6.0) ** 0.5)
