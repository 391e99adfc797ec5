"""Changes and their usual size: one statistic a function."""

from __future__ import annotations

import math

import pandas as pd

from rules.model import type_float


def log_return_pct(level: pd.Series[float]) -> pd.Series[float]:
    """100 x the change of the natural log from one row to the next, in percent; first row NaN."""
    return level.map(math.log).diff() * 100.0


def return_pct(level: pd.Series[float]) -> pd.Series[float]:
    """The simple return from one row to the next, in percent; the first row is NaN."""
    return (level / level.shift(1) - 1.0) * 100.0


def change_bp(level_pct: pd.Series[float], rows: int = 1) -> pd.Series[float]:
    """The change over `rows` rows of a level in percent, in basis points.

    Rounded to a ten-thousandth of a basis point, because 4.48 - 4.43 is not 0.05 in binary and a
    move of exactly the threshold must count.
    """
    return (level_pct.diff(rows) * 100.0).round(4)


def trailing_sd(change: pd.Series[float], window_rows: int) -> pd.Series[float]:
    """The sample standard deviation of the `window_rows` changes before each row.

    Known the day before: the row itself is not in its own yardstick. NaN until there are enough.
    """
    return change.rolling(window_rows).std().shift(1)


def rank_from_top(sample: type_float, value: float) -> int:
    """The place of `value` in `sample` counted from the largest, 1 = largest."""
    return int((sample > value).sum()) + 1
