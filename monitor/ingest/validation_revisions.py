"""Changes of stored numbers that no publisher makes, or only now and then."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.errors import HeldBack
from monitor.ingest.validation_grid import NOT_A_REVISION_SHARE, Grid, held
from rules.model import Series

# Half of all values of a series are never revised by more than this share of its usual size.
MOST_REVISED_SHARE: Final = 0.5
ENOUGH_TO_COMPARE: Final = 3

# Of so many values together no release ever changed the usual size by this factor.
ENOUGH_TO_SCALE: Final = 20
MOST_RESCALED: Final = 8.0

# Closes are corrected one at a time: so many of them, if they are more than the share, are no usual
# correction.
REVISIONS: Final = ((2, 1 / 3), (5, 0.2))

# Who corrects what: so many of the newest periods are corrected by any size, those of TIC with the
# releases of January, April, July and October, an auction's result on its day.
CORRECTED_PERIODS: Final = {"session": 3, "week": 3, "month": 15, "auction": 1}
# Older closes and weekly numbers are corrected now and then, by no more than this of a level and of
# a yield; other numbers never, but for rounding.
CORRECTED_LATER: Final = ("session", "week")
# Of a series at most so many of them at once.
MOST_CORRECTED_LATER: Final = 1
MOST_CORRECTED_PCT: Final = 1.0
MOST_CORRECTED_BP: Final = 10.0
ROUNDING_PCT: Final = 1e-4

# A model's values are revised like those of the days around them: month ends of fourteen months
# apart to 0.007 points. Far beyond it is no model's doing.
AROUND: Final = 11
MOST_REVISED_ALONE: Final = 0.015
FAR_REVISED_ALONE: Final = 0.15

# Yields of two days differ by less than this, in points, often enough.
MOST_BY_CHANCE: Final = 0.025

# A column moved by a row, or with its sign turned, fits what is stored at least so much better.
FITS_BETTER: Final = 0.5
ENOUGH_TO_FIT: Final = 10

# So many numbers, each large enough not to be another series' by chance, that are another column's.
ENOUGH_OF_ANOTHER: Final = 4
LARGE: Final = 100.0


def other_numbers(grid: Grid, where: str) -> Iterator[HeldBack]:
    """Stored numbers that would change as no publisher corrects them."""
    columns = range(len(grid.series))
    for column in columns:
        yield from _misplaced(grid, column, where)
    yield from _unit(grid, where)
    for column in columns:
        for check in (_other_column, _many_revisions, _old_revisions, _lone_revisions):
            yield from check(grid, column, where)


def _unit(grid: Grid, where: str) -> Iterator[HeldBack]:
    """Values that differ from those stored for the same periods as another unit would."""
    moved = np.abs(grid.new - grid.old)
    both = ~np.isnan(moved)
    enough = np.flatnonzero(both.sum(axis=0) >= ENOUGH_TO_COMPARE)
    for column in enough:
        rows = both[:, column]
        usual = float(np.median(np.abs(grid.old[rows, column])))
        limit = max(usual * MOST_REVISED_SHARE, grid.series[column].max_step or 0.0)
        if float(np.median(moved[rows, column])) > limit or _is_rescaled(grid, int(column), rows):
            got = grid.change(int(np.flatnonzero(rows)[-1]), int(column))
            series = grid.series[column]
            yield held(where, series, "about as it was before", f"{got} (unit?)", settles=False)


def _is_rescaled(grid: Grid, column: int, rows: npt.NDArray[np.bool_]) -> bool:
    """Whether the values are all about ten times larger or smaller than those stored: a premium
    near zero moves little by it."""
    if rows.sum() < ENOUGH_TO_SCALE:
        return False
    new, old = (float(np.median(np.abs(side[rows, column]))) for side in (grid.new, grid.old))
    return new > MOST_RESCALED * old or old > MOST_RESCALED * new


def _misplaced(grid: Grid, column: int, where: str) -> Iterator[HeldBack]:
    """Numbers that are stored for another period, or with another sign: rows that moved, two closes
    exchanged, a column turned."""
    moved, series = grid.moved[:, column], grid.series[column]
    new, old = grid.new[:, column], grid.old[:, column]
    if not moved.any():
        return
    beside = {"before": grid.earlier[:, column], "after": grid.later[:, column]}
    others = {f"the period {name}": side for name, side in beside.items()}
    others["the same period with the other sign"] = -old
    found = next((name for name, side in others.items() if _is_from(new, old, side, moved)), "")
    if not found and moved.sum() == 2 and _is_exchanged(new[moved], old[moved]):
        found = "each other: two values exchanged"
    if not found and moved.sum() == 1 and _is_large(series, new[moved], old[moved]):
        came = new[np.isnan(old) & ~np.isnan(new)]
        if (np.abs(came - old[moved]) <= np.abs(old[moved]) * 1e-9).any():
            found = "a new period: two values exchanged"
    if not found and series.unit != "pct" and series.frequency in CORRECTED_LATER:
        # A yield may well be what it was the day before; an index to a hundredth is not, nor an
        # amount to the million.
        is_beside = [np.abs(new - side) <= np.abs(new) * 1e-9 for side in beside.values()]
        moved = moved & np.logical_or(*is_beside)
        found = "the period beside it" if moved.any() else ""
    if found:
        got = f"{grid.change(int(np.flatnonzero(moved)[-1]), column)}, as is stored for {found}"
        yield held(where, series, "to be as it was before", got, settles=False)


def _is_large(series: Series, new: npt.NDArray[np.float64], old: npt.NDArray[np.float64]) -> bool:
    """Whether a change is more than chance: yields of two days are often the same to a basis point
    or two."""
    return series.unit != "pct" or bool((np.abs(new - old) > MOST_BY_CHANCE).any())


def _is_exchanged(new: npt.NDArray[np.float64], old: npt.NDArray[np.float64]) -> bool:
    return bool(np.allclose(new, old[::-1], rtol=NOT_A_REVISION_SHARE))


def _is_from(
    new: npt.NDArray[np.float64],
    old: npt.NDArray[np.float64],
    other: npt.NDArray[np.float64],
    moved: npt.NDArray[np.bool_],
) -> bool:
    """Whether numbers are those of `other` rather than revised ones of `old`: each one that moved,
    or nearly all of many that are re-estimated."""
    known = moved & ~np.isnan(other)
    is_same = np.isclose(new[known], other[known], rtol=NOT_A_REVISION_SHARE, atol=0.0)
    # The first or last of them may come from a period that is not stored.
    if known.sum() >= 2 and known.sum() >= moved.sum() - 1 and is_same.all():
        return True
    both = ~np.isnan(new - old) & ~np.isnan(other)
    if both.sum() < ENOUGH_TO_FIT or moved.sum() < FITS_BETTER * both.sum():
        return False
    apart, fits = (np.median(np.abs(new - side)[both]) for side in (old, other))
    return bool(fits < FITS_BETTER * apart)


def _other_column(grid: Grid, column: int, where: str) -> Iterator[HeldBack]:
    """Numbers that are stored for another column: two of them exchanged."""
    series, moved = grid.series[column], grid.moved[:, column]
    if series.one_vintage or moved.sum() < ENOUGH_OF_ANOTHER:
        return
    new = grid.new[moved, column]
    if series.unit != "pct" and (np.abs(new) < LARGE).any():
        return
    is_same = np.isclose(new[:, None], grid.old[moved], rtol=NOT_A_REVISION_SHARE, atol=0.0)
    others = np.flatnonzero(is_same.all(axis=0))
    if len(others):
        got = grid.change(int(np.flatnonzero(moved)[-1]), column)
        got += f", as is stored for {grid.series[int(others[0])].title}"
        yield held(where, series, "to be as it was before", got, settles=False)


def _many_revisions(grid: Grid, column: int, where: str) -> Iterator[HeldBack]:
    """A series of closes of which many change at once: those of another column, or of another
    index. Closes are corrected one at a time."""
    series = grid.series[column]
    if series.frequency != "session" or series.one_vintage:
        return
    moved = grid.moved[:, column]
    common = int((~np.isnan(grid.new[:, column] - grid.old[:, column])).sum())
    if any(moved.sum() >= count and moved.sum() > share * common for count, share in REVISIONS):
        got = grid.change(int(np.flatnonzero(moved)[-1]), column)
        yield held(
            where,
            series,
            "to be as it was before, but for a few corrections",
            f"{moved.sum()} of {common} changed, {got} (another column?)",
            settles=True,
        )


def _old_revisions(grid: Grid, column: int, where: str) -> Iterator[HeldBack]:
    """A number older than its publisher corrects, changed by more than what is older ever is; an
    auction that comes after a later one."""
    series = grid.series[column]
    if series.frequency not in CORRECTED_PERIODS or series.one_vintage:
        return
    old, new = grid.old[:, column], grid.new[:, column]
    known = np.flatnonzero(~np.isnan(old))
    changed = np.abs(new - old) * 100.0 > _most_corrected(series, old)
    newest = known[-CORRECTED_PERIODS[series.frequency] :]
    if series.frequency in CORRECTED_LATER:
        older = grid.moved[:, column].copy()
        older[newest] = False
        changed |= older & (older.sum() > MOST_CORRECTED_LATER)
    changed[newest] = False
    if series.frequency == "auction" and len(known):
        changed[: known[-1]] |= (np.isnan(old) & ~np.isnan(new))[: known[-1]]
    if changed.any():
        got = grid.change(int(np.flatnonzero(changed)[-1]), column)
        expected = "to be as it was: its publisher corrects only newer numbers"
        if series.frequency in CORRECTED_LATER:
            expected = "to be corrected once and a little, as it is not new"
        yield held(where, series, expected, got, settles=True)


def _most_corrected(series: Series, old: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """By how much each number may change though it is not new, in hundredths of the unit."""
    if series.frequency not in CORRECTED_LATER:
        return np.abs(old) * ROUNDING_PCT
    if series.unit == "pct":
        return np.full(len(old), MOST_CORRECTED_BP)
    return np.abs(old) * MOST_CORRECTED_PCT


def _lone_revisions(grid: Grid, column: int, where: str) -> Iterator[HeldBack]:
    """A value of a series that is re-estimated whole, revised unlike those around it."""
    if not grid.series[column].one_vintage:
        return
    revised = pd.Series(grid.new[:, column] - grid.old[:, column]).dropna()
    usual = revised.rolling(AROUND, center=True, min_periods=ENOUGH_TO_COMPARE).median()
    apart = (revised - usual).abs()
    if len(apart) and apart.max() > MOST_REVISED_ALONE:
        got = grid.change(int(apart.index[int(apart.to_numpy().argmax())]), column)
        said = f"{got}, unlike the days around it"
        settles = bool(apart.max() <= FAR_REVISED_ALONE)
        yield held(where, grid.series[column], "to be revised smoothly", said, settles=settles)
