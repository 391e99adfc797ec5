"""Changes and their usual size: one statistic a function, over arrays in order of time."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pandas as pd

from rules.model import type_float, type_time

# Twice as many deviations as the rules of one session ask for.
SD_KEPT: Final = 16


def log_return_pct(level: type_float, rows: int = 1) -> type_float:
    """100 x the change of the natural log over `rows` rows, in percent; the first rows are NaN.

    NaN too where a level is zero or below, which has no log.
    """
    return _changes(log_level(level), rows) * 100.0


def log_level(level: type_float) -> type_float:
    """The natural log; NaN where a level is zero or below, which has none."""
    return np.log(np.where(level > 0, level, np.nan))


def return_pct(level: type_float) -> type_float:
    """The simple return from one row to the next, in percent; the first row is NaN."""
    before = np.concatenate(([np.nan], level[:-1]))
    return (level / before - 1.0) * 100.0


def change_bp(level_pct: type_float, rows: int = 1) -> type_float:
    """The change over `rows` rows of a level in percent, in basis points; the first rows are NaN.

    Rounded to a ten-thousandth of a basis point, because 4.48 - 4.43 is not 0.05 in binary and a
    move of exactly the threshold must count.
    """
    return np.round(_changes(level_pct, rows) * 100.0, 4)


def rolling_sd(change: type_float, window_rows: int) -> type_float:
    """The sample standard deviation of the last `window_rows` changes, the row's own included; to
    be read only."""
    return _rolling_sd(change.astype(np.float64, copy=False).tobytes(), window_rows)


@lru_cache(maxsize=SD_KEPT)
def _rolling_sd(change: bytes, window_rows: int) -> type_float:
    """The same of the bytes of the changes, by which it is found again: within a session those
    before it stay what they were, and to compute it took as long as all else of a judgement."""
    found = pd.Series(np.frombuffer(change)).rolling(window_rows).std().to_numpy()
    found.flags.writeable = False
    return found


def trailing_sd(change: type_float, window_rows: int) -> type_float:
    """The sample standard deviation of the `window_rows` changes before each row.

    Known the day before: the row itself is not in its own yardstick. NaN until there are enough.
    """
    return np.concatenate(([np.nan], rolling_sd(change[:-1], window_rows)))[: len(change)]


def usual_before(values: type_float, rows: int) -> tuple[type_float, type_float]:
    """The mean and the sample standard deviation of the `rows` values before each; NaN where there
    are fewer. Rounded, as a rolling deviation carries errors along."""
    earlier = pd.Series(values).shift(1).rolling(rows)
    return earlier.mean().to_numpy(), np.round(earlier.std().to_numpy(), 9)


def known_over(known: type_time, rows: int) -> type_time:
    """When the last of what each row and the `rows` before it say was known, to the second; NaT
    where none of them was."""
    latest = known.astype("datetime64[s]")
    covered = 1
    while covered <= rows:
        step = min(covered, rows + 1 - covered)
        # Both sides reach `covered` rows back: together they reach `covered + step`.
        latest[step:] = np.fmax(latest[step:], latest[:-step])
        covered += step
    return latest


def sum_over(values: type_float, rows: int) -> type_float:
    """The sum of the last `rows` values; NaN until there are so many."""
    return pd.Series(values).rolling(rows).sum().to_numpy()


def fall_over_weeks(day: type_time, level: type_float, weeks: int) -> type_float:
    """The fall of a weekly level from the same weekday so many weeks before; NaN where that is not
    known."""
    return _weeks_before(day, level, weeks) - level


def sum_over_weeks(day: type_time, flow: type_float, weeks: int) -> type_float:
    """The sum of a weekly flow over so many weeks, the row's own the last; NaN where one of them is
    not known.

    Rounded to a millionth of the unit: tenths are not exact in binary, and a sum of exactly the
    threshold must count.
    """
    back = [_weeks_before(day, flow, number) for number in range(weeks)]
    return np.asarray(np.round(np.sum(back, axis=0), 6))


def _weeks_before(day: type_time, values: type_float, weeks: int) -> type_float:
    """The value of the same weekday so many weeks before each row; NaN where there is none."""
    return values_on(day, values, day - np.timedelta64(7 * weeks, "D"))


def values_on(day: type_time, values: type_float, wanted: type_time) -> type_float:
    """The values of some days, by the days that there are in order; NaN where there is none."""
    place = np.minimum(np.searchsorted(day, wanted), max(len(day) - 1, 0))
    return np.where(day[place] == wanted, values[place], np.nan)


def months_before(day: type_time, months: int) -> type_time:
    """The last day of the month so many months before each."""
    month = day.astype("datetime64[M]") - np.timedelta64(months - 1, "M")
    return np.asarray(month.astype("datetime64[D]") - np.timedelta64(1, "D"))


def fall_pct(level: type_float, fall: type_float) -> type_float:
    """A fall in percent of the level that it began from."""
    return np.asarray(100.0 * fall / (level + fall))


def _changes(level: type_float, rows: int) -> type_float:
    out = np.full(len(level), np.nan)
    out[rows:] = level[rows:] - level[:-rows]
    return out
