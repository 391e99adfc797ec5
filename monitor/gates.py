"""Checks between a parsed body and the database. A closed gate stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from rules.model import Series

Describe = Callable[[str], Series]

# Of the periods already stored inside a body's span, so many percent may be missing from it: a
# publisher may take back a value or two, a file that lost more has shrunk.
MOST_LOST_PCT = 2.0


def check_shape(frame: pd.DataFrame, where: str) -> None:
    """Refuse a body without values, with a duplicate date, or with dates out of order."""
    if frame.dropna(how="all").empty:
        raise BodyRejected(where, expected="at least one row of numbers", got="none")
    repeated = frame.index[frame.index.duplicated()]
    if len(repeated):
        raise BodyRejected(where, expected="each date once", got=f"{repeated[0].date()} twice")
    if not (frame.index.is_monotonic_increasing or frame.index.is_monotonic_decreasing):
        step = np.diff(frame.index.to_numpy())
        usual = np.sign(np.median(step.astype("int64")))
        wrong = int(np.flatnonzero(np.sign(step.astype("int64")) != usual)[0]) + 1
        raise BodyRejected(
            where,
            expected="dates in order",
            got=f"{frame.index[wrong].date()} after {frame.index[wrong - 1].date()}",
        )


def check_dates(frame: pd.DataFrame, where: str, today: date, stored: pd.DataFrame) -> None:
    """Refuse a date in the future, a file older than the one before, and one whose rows shrank."""
    filled = frame.dropna(how="all").index
    newest = filled.max().date()
    if newest > today:
        raise BodyRejected(
            where,
            expected=f"no date after {today}",
            got=f"{newest}",
            state="IMPLAUSIBLE",
        )
    if stored.empty:
        return
    stored_newest = stored.index.max().date()
    if newest < stored_newest:
        raise BodyRejected(
            where,
            expected=f"the newest period to be {stored_newest} or later, as it was before",
            got=f"{newest} (an old or cut-off copy)",
            state="STALE",
        )
    inside = stored.index[(stored.index >= filled.min()) & (stored.index <= filled.max())]
    lost = inside.difference(filled)
    if len(lost) > max(1, len(inside) * MOST_LOST_PCT / 100):
        raise BodyRejected(
            where,
            expected=f"the {len(inside)} periods stored before",
            got=f"{len(lost)} of them missing, first {lost[0].date()} (a shrunken file)",
        )


def check_age(frame: pd.DataFrame, where: str, today: date, most_days: int) -> None:
    """Refuse a frozen file: one whose newest period is older than the publisher's lag allows."""
    newest = frame.dropna(how="all").index.max().date()
    if today - newest > timedelta(days=most_days):
        raise BodyRejected(
            where,
            expected=f"a period since {today - timedelta(days=most_days)}",
            got=f"{newest} as the newest (a frozen file?)",
            state="STALE",
        )


def check_values(frame: pd.DataFrame, where: str, describe: Describe, stored: pd.DataFrame) -> None:
    """Refuse a level or a step no such series ever shows: a wrong unit, a slipped digit, swapped
    columns.

    Steps are changes between neighbouring values, in percent of the earlier one for an index and
    in the series' own unit otherwise.
    """
    for name in frame.columns:
        series = describe(str(name))
        values = frame[name].dropna().sort_index()
        if series.plausible is not None:
            low, high = series.plausible
            outside = values[(values < low) | (values > high)]
            if len(outside):
                _implausible(
                    where,
                    series,
                    f"between {low:g} and {high:g} {series.unit}",
                    f"{outside.iloc[-1]:g} on {outside.index[-1].date()}",
                )
        if series.max_step is not None:
            _check_steps(where, series, series.max_step, values, stored)


def _check_steps(
    where: str,
    series: Series,
    max_step: float,
    values: pd.Series[float],
    stored: pd.DataFrame,
) -> None:
    if series.series_id in stored:
        old = stored[series.series_id].dropna()
        values = pd.concat([old[~old.index.isin(values.index)], values]).sort_index()
    step = values.diff().abs()
    if series.unit == "index":
        step = 100.0 * step / values.shift(1)
    too_far = step[step > max_step]
    if len(too_far):
        stamp = too_far.index[-1]
        before = values[values.index < stamp]
        unit = "%" if series.unit == "index" else series.unit
        _implausible(
            where,
            series,
            f"to move at most {max_step:g} {unit} from one value to the next",
            f"{values[stamp]:g} on {stamp.date()} after {before.iloc[-1]:g}",
        )


def _implausible(where: str, series: Series, expected: str, got: str) -> None:
    raise BodyRejected(where, expected=f"{series.title} {expected}", got=got, state="IMPLAUSIBLE")
