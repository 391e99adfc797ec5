"""How one number goes with another: signs, correlation, error."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rules.record.score import Score

MONTHS = pd.date_range("2025-01-31", periods=5, freq="ME")


def series(*values: float) -> pd.Series[float]:
    return pd.Series(values, index=MONTHS[: len(values)])


def test_only_periods_of_both_count() -> None:
    found = Score.of(series(1, -2, np.nan, 4), series(2, 2, 2, np.nan, 9), one_unit=True)
    assert (found.count, found.same_sign, found.same_sign_pct) == (2, 1, 50.0)
    assert (found.first, found.last) == (date(2025, 1, 31), date(2025, 2, 28))
    assert found.mean_error == pytest.approx((1 + 4) / 2)


def test_the_correlation_is_pearsons_with_fishers_interval() -> None:
    one, other = series(1, 2, 3, 4, 5), series(2, 1, 4, 3, 6)
    found = Score.of(one, other, one_unit=False)
    assert found.correlation == pytest.approx(one.corr(other))
    # z = atanh(0.8219) = 1.1631, and 1.96 / sqrt(5 - 3) = 1.3859 to either side.
    assert found.correlation_low == pytest.approx(-0.219, abs=0.001)
    assert found.correlation_high == pytest.approx(0.988, abs=0.001)
    assert found.mean_error is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (series(1, 2), series(1, 2)),  # always on a line
        (series(1, 1, 1), series(1, 2, 3)),  # says nothing
        (series(), series(1, 2, 3)),
    ],
)
def test_too_little_to_say_is_none(one: pd.Series[float], other: pd.Series[float]) -> None:
    found = Score.of(one, other, one_unit=False)
    assert found.correlation is None
    assert found.correlation_low is None
    assert found.count == len(one)


def test_a_perfect_line_has_no_interval() -> None:
    found = Score.of(series(1, 2, 3, 4), series(2, 4, 6, 8), one_unit=False)
    assert found.correlation == pytest.approx(1.0)
    assert found.same_sign_pct == 100.0


@pytest.mark.parametrize(
    ("later", "right"), [((3, 2, -1, 4), 3), ((-3, -2, 1, 0), 2), ((0, 0), 0), ((), 0)]
)
def test_a_guess_of_one_sign_is_the_better_of_two(later: tuple[float, ...], right: int) -> None:
    assert Score.of(series(*later), series(*later), one_unit=True).one_sign == right


def test_zero_has_the_sign_of_zero_alone() -> None:
    found = Score.of(series(0, 0, -1), series(0, 1, -1), one_unit=False)
    assert found.same_sign == 2
