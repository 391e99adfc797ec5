"""Checks between a parsed body and the database. A closed gate stores nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.errors import BodyRejected
from rules.model import Series

# Of at least so many values, a move of so many robust spreads (scaled like a standard deviation)
# that is taken back but for this share is a typo.
ENOUGH_FOR_SPREAD = 250
MAD_TO_SD = 1.4826
FAR_SPREADS = 20.0
MOST_KEPT_SHARE = 0.4

Describe = Callable[[str], Series]

# A publisher may take back a value or two; a file that lost more than this has shrunk.
MOST_LOST_PCT = 2.0

# Half of all values of a series are never revised by more than this share of its usual size.
MOST_REVISED_SHARE = 0.5
ENOUGH_TO_COMPARE = 3

# Of so many values together no release ever changed the usual size by this factor.
ENOUGH_TO_SCALE = 20
MOST_RESCALED = 8.0

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


def check_no_future(frame: pd.DataFrame, where: str, today: date) -> None:
    """Refuse a date in the future."""
    newest = frame.dropna(how="all").index.max().date()
    if newest > today:
        expected = f"no date after {today}"
        raise BodyRejected(where, expected=expected, got=f"{newest}", state="IMPLAUSIBLE")


def check_not_older(frame: pd.DataFrame, where: str, stored: pd.DataFrame) -> None:
    """Refuse a file that ends before the one before did."""
    newest = frame.dropna(how="all").index.max().date()
    if not stored.empty and newest < stored.index.max().date():
        raise BodyRejected(
            where,
            expected=f"the newest period to be {stored.index.max().date()} or later, as before",
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


def check_lost(frame: pd.DataFrame, where: str, stored: pd.DataFrame) -> None:
    """Refuse a body without clearly more than a few of the stored numbers of the span it covers,
    though it has grown elsewhere."""
    inside = (stored.index >= frame.index.min()) & (stored.index <= frame.index.max())
    old = stored.loc[inside, stored.columns.intersection(frame.columns)]
    if old.empty:
        return
    new = frame.reindex(index=old.index, columns=old.columns)
    lost = old.notna() & new.isna()
    count = int(lost.to_numpy().sum())
    if count > old.notna().to_numpy().sum() * MOST_LOST_PCT / 100:
        first = lost.index[lost.any(axis=1)][0].date()
        raise BodyRejected(
            where,
            expected="the numbers that were there before",
            got=f"{count:,} of them missing, the first on {first} (a shrunken or cut-off file)",
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
    """Refuse levels, steps and corrections that no such series ever shows: a wrong unit, a slipped
    digit, another column.

    Steps are changes between neighbouring values, in percent of the earlier one for an index and
    in the series' own unit otherwise.
    """
    grid = _Grid.of(frame, describe, stored)
    for column in range(len(grid.series)):
        _check_level(grid, column, where)
    _check_unit(grid, where)
    for column in range(len(grid.series)):
        _check_revisions(grid, column, where)
        _check_steps(grid, column, where)
        _check_spikes(grid, column, where)


@dataclass(frozen=True)
class _Grid:
    """New and stored values side by side, oldest first, a column a series; `before` is the last
    stored value older than all the new ones."""

    days: npt.NDArray[np.datetime64]
    series: list[Series]
    new: npt.NDArray[np.float64]
    old: npt.NDArray[np.float64]
    before: npt.NDArray[np.float64]

    @classmethod
    def of(cls, frame: pd.DataFrame, describe: Describe, stored: pd.DataFrame) -> Self:
        new = frame.sort_index()
        old = stored.reindex(columns=new.columns)
        earlier = old[old.index < new.index[0]].ffill()
        return cls(
            days=new.index.to_numpy().astype("datetime64[D]"),
            series=[describe(str(name)) for name in new.columns],
            new=new.to_numpy(dtype=np.float64),
            old=old.reindex(index=new.index).to_numpy(dtype=np.float64),
            before=earlier.to_numpy(dtype=np.float64)[-1:].ravel()
            if len(earlier)
            else np.full(new.shape[1], np.nan),
        )

    def change(self, row: int, column: int) -> str:
        """`4.42 on 2025-04-21 where 4.40 was`."""
        new, old = self.new[row, column], self.old[row, column]
        return f"{new:g} on {self.days[row]} where {old:g} was"


def _check_level(grid: _Grid, column: int, where: str) -> None:
    series = grid.series[column]
    if series.plausible is None:
        return
    low, high = series.plausible
    values = grid.new[:, column]
    outside = np.flatnonzero((values < low) | (values > high))
    if len(outside):
        row = outside[-1]
        expected = f"between {low:g} and {high:g} {series.unit}"
        _implausible(where, series, expected, f"{values[row]:g} on {grid.days[row]}")


def _check_unit(grid: _Grid, where: str) -> None:
    """Refuse values that differ from those stored for the same periods as another unit would."""
    moved = np.abs(grid.new - grid.old)
    both = ~np.isnan(moved)
    enough = np.flatnonzero(both.sum(axis=0) >= ENOUGH_TO_COMPARE)
    for column in enough:
        rows = both[:, column]
        usual = float(np.median(np.abs(grid.old[rows, column])))
        limit = max(usual * MOST_REVISED_SHARE, grid.series[column].max_step or 0.0)
        if float(np.median(moved[rows, column])) > limit or _is_rescaled(grid, int(column), rows):
            got = grid.change(int(np.flatnonzero(rows)[-1]), int(column))
            _implausible(where, grid.series[column], "about as it was before", f"{got} (unit?)")


def _is_rescaled(grid: _Grid, column: int, rows: npt.NDArray[np.bool_]) -> bool:
    """Whether the values are all about ten times larger or smaller than those stored: a premium
    near zero moves little by it."""
    if rows.sum() < ENOUGH_TO_SCALE:
        return False
    new, old = (float(np.median(np.abs(side[rows, column]))) for side in (grid.new, grid.old))
    return new > MOST_RESCALED * old or old > MOST_RESCALED * new


def _check_revisions(grid: _Grid, column: int, where: str) -> None:
    """Refuse a series of closes of which many change at once: those of another column, or of
    another index. Closes are corrected one at a time."""
    series = grid.series[column]
    if series.frequency != "session" or series.one_vintage:
        return
    old, new = grid.old[:, column], grid.new[:, column]
    moved = np.abs(new - old) > np.abs(old) * NOT_A_REVISION_SHARE
    common = int((~np.isnan(new - old)).sum())
    if moved.sum() >= MANY_REVISIONS and moved.sum() > MOST_REVISIONS_SHARE * common:
        got = grid.change(int(np.flatnonzero(moved)[-1]), column)
        _implausible(
            where,
            series,
            "to be as it was before, but for a few corrections",
            f"{moved.sum()} of {common} changed, {got} (another column?)",
        )


def _check_steps(grid: _Grid, column: int, where: str) -> None:
    series = grid.series[column]
    if series.max_step is None:
        return
    known = np.flatnonzero(~np.isnan(grid.new[:, column]))
    values = np.concatenate(([grid.before[column]], grid.new[known, column]))
    step = np.abs(np.diff(values))
    if series.unit == "index":
        step = 100.0 * step / values[:-1]
    too_far = np.flatnonzero(step > series.max_step)
    if len(too_far):
        place = too_far[-1]
        unit = "%" if series.unit == "index" else series.unit
        _implausible(
            where,
            series,
            f"to move at most {series.max_step:g} {unit} from one value to the next",
            f"{values[place + 1]:g} on {grid.days[known[place]]} after {values[place]:g}",
        )


def _check_spikes(grid: _Grid, column: int, where: str) -> None:
    """Refuse a lone value that is far out and is taken back by the next one: a typo.

    Far is measured by the robust spread of the body's own moves. It is set where no true move was:
    the S&P 500 fell by 14.5 such spreads on 2020-03-12 and rose by 12.9 the day after, so that what
    is nearer is left to the comparison with a second source.
    """
    series = grid.series[column]
    known = np.flatnonzero(~np.isnan(grid.new[:, column]))
    if series.frequency != "session" or len(known) < ENOUGH_FOR_SPREAD:
        return
    values = grid.new[known, column]
    move = np.diff(np.log(values) if series.unit == "index" else values)
    spread = MAD_TO_SD * float(np.median(np.abs(move)))
    there, back = move[:-1], move[1:]
    is_far = np.minimum(np.abs(there), np.abs(back)) > FAR_SPREADS * spread
    is_back = np.abs(there + back) < MOST_KEPT_SHARE * np.abs(there)
    spikes = np.flatnonzero(is_far & is_back) if spread > 0 else np.array([], dtype=np.intp)
    if len(spikes):
        row = known[spikes[-1] + 1]
        around = f"{values[spikes[-1]]:g} and {values[spikes[-1] + 2]:g}"
        got = f"{grid.new[row, column]:g} on {grid.days[row]} between {around}"
        _implausible(where, series, "to move as it usually does", f"{got} (a typo?)")


def _implausible(where: str, series: Series, expected: str, got: str) -> None:
    raise BodyRejected(where, expected=f"{series.title} {expected}", got=got, state="IMPLAUSIBLE")
