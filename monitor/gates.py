"""Checks between a parsed body and the database. A closed gate stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from rules.model import Series

Describe = Callable[[str], Series]

# A publisher may take back a value or two; a file that lost more than this has shrunk.
MOST_LOST_PCT = 2.0

# Half of all values of a series are never revised by more than this share of its usual size.
MOST_REVISED_SHARE = 0.5

# Closes that changed by more than a ten-thousandth; so many of them at once, and more than this
# share of all, are no corrections.
NOT_A_REVISION_SHARE = 1e-4
MANY_REVISIONS = 5
MOST_REVISIONS_SHARE = 0.2


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
    """Refuse a date in the future and a file older than the one before."""
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


def check_size(cells: int, before: int, where: str) -> None:
    """Refuse a body with clearly fewer numbers than the one accepted last from the same address."""
    if cells < before * (1 - MOST_LOST_PCT / 100):
        raise BodyRejected(
            where,
            expected=f"about the {before:,} numbers of the body before, or more",
            got=f"{cells:,} (a shrunken or cut-off file)",
            remedy="nothing of it was stored; if the publisher meant it, run "
            "`havenwatch backfill` for this source",
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
        old = stored[name].dropna() if name in stored else values.iloc[:0]
        _check_unit(where, series, values, old)
        if series.frequency == "session" and not series.one_vintage:
            _check_revisions(where, series, values, old)
        if series.max_step is not None:
            _check_steps(where, series, series.max_step, values, old)


def _check_unit(
    where: str, series: Series, values: pd.Series[float], old: pd.Series[float]
) -> None:
    """Refuse values that differ from those stored for the same periods as another unit would."""
    common = old.index.intersection(values.index)
    usual = float(old[common].abs().median()) if len(common) else 0.0
    moved = float((values[common] - old[common]).abs().median()) if len(common) else 0.0
    if len(common) >= 3 and moved > max(usual * MOST_REVISED_SHARE, series.max_step or 0.0):
        stamp = common[-1]
        _implausible(
            where,
            series,
            "about as it was before",
            f"{values[stamp]:g} on {stamp.date()} where {old[stamp]:g} was (another unit?)",
        )


def _check_revisions(
    where: str, series: Series, values: pd.Series[float], old: pd.Series[float]
) -> None:
    """Refuse a series of closes of which many change at once: those of another column, or of
    another index. Closes are corrected one at a time."""
    common = old.index.intersection(values.index)
    moved = (values[common] - old[common]).abs() > old[common].abs() * NOT_A_REVISION_SHARE
    if moved.sum() >= MANY_REVISIONS and moved.mean() > MOST_REVISIONS_SHARE:
        stamp = common[moved.to_numpy()][-1]
        _implausible(
            where,
            series,
            "to be as it was before, but for a few corrections",
            f"{moved.sum()} of {len(common)} changed, {values[stamp]:g} on {stamp.date()} where "
            f"{old[stamp]:g} was (another column?)",
        )


def _check_steps(
    where: str,
    series: Series,
    max_step: float,
    values: pd.Series[float],
    old: pd.Series[float],
) -> None:
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
