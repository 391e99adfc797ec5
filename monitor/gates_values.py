"""Numbers that a publisher gives by mistake, or as a rare correction: seen from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.errors import HeldBack
from monitor.gates import Describe
from monitor.gates_rows import curve_apart, moved_dates
from rules.model import Series

# Of at least so many values, a move of so many robust spreads (scaled like a standard deviation)
# that is taken back but for this share is a typo.
ENOUGH_FOR_SPREAD = 250
MAD_TO_SD = 1.4826
FAR_SPREADS = 20.0
MOST_KEPT_SHARE = 0.4

# Half of all values of a series are never revised by more than this share of its usual size.
MOST_REVISED_SHARE = 0.5
ENOUGH_TO_COMPARE = 3

# Of so many values together no release ever changed the usual size by this factor.
ENOUGH_TO_SCALE = 20
MOST_RESCALED = 8.0

# Closes that changed by more than a ten-thousandth are corrected one at a time: so many of them, if
# they are more than the share, are no usual correction.
NOT_A_REVISION_SHARE = 1e-4
REVISIONS: Final = ((2, 1 / 3), (5, 0.2))

# Only the newest are corrected by more than this, of a level and of a yield; an older number that
# changes so much is another one.
NEWEST: Final = 2
MOST_REVISED_PCT: Final = 1.0
MOST_REVISED_BP: Final = 10.0

# Who corrects what: the last three closes, the last three weekly numbers, TIC the past year
# (with the releases of January, April, July and October), an auction's result none. An older number
# that changes is another one, however little it changes: by more than this share, for rounding.
CORRECTED_PERIODS: Final = {"session": 3, "week": 3, "month": 15, "auction": 1}
ROUNDING_SHARE: Final = 1e-6

# A model's values are revised like those of the days around them: month ends of fourteen months
# apart to 0.007 points. Far beyond it is no model's doing.
AROUND: Final = 11
MOST_REVISED_ALONE: Final = 0.03
FAR_REVISED_ALONE: Final = 0.15

# Yields of two days differ by less than this, in points, often enough.
MOST_BY_CHANCE: Final = 0.025

# A column moved by a row, or with its sign turned, fits what is stored at least so much better.
FITS_BETTER = 0.5
ENOUGH_TO_FIT = 10


@dataclass(frozen=True)
class _Grid:
    """New and stored values side by side, oldest first, a column a series. `before` is the last
    stored value older than all the new ones; `earlier` and `later` what is stored for the period
    before and after each of the new ones; `moved` where a number is not the one stored."""

    days: npt.NDArray[np.datetime64]
    series: list[Series]
    new: npt.NDArray[np.float64]
    old: npt.NDArray[np.float64]
    before: npt.NDArray[np.float64]
    earlier: npt.NDArray[np.float64]
    later: npt.NDArray[np.float64]
    moved: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, frame: pd.DataFrame, describe: Describe, stored: pd.DataFrame) -> Self:
        new = frame.sort_index()
        came = new.to_numpy(dtype=np.float64)
        days = new.index.to_numpy().astype("datetime64[ns]")
        known = stored.index.to_numpy().astype("datetime64[ns]")
        # A row of nothing before and behind what is stored, for what has no period beside it.
        cells = np.full((len(known) + 2, len(new.columns)), np.nan)
        cells[1:-1] = stored.reindex(columns=new.columns).to_numpy(dtype=np.float64)
        place = np.searchsorted(known, days)
        is_known = place < len(known)
        is_known[is_known] = known[place[is_known]] == days[is_known]
        was, earlier, later = (
            np.where(is_known[:, None], cells[np.clip(place + beside, 0, len(known) + 1)], np.nan)
            for beside in (1, 0, 2)
        )
        return cls(
            days=days.astype("datetime64[D]"),
            series=[describe(str(name)) for name in new.columns],
            new=came,
            old=was,
            before=_last_numbers(cells[1 : 1 + int(np.searchsorted(known, days[0]))]),
            earlier=earlier,
            later=later,
            moved=np.abs(came - was) > np.abs(was) * NOT_A_REVISION_SHARE,
        )

    def change(self, row: int, column: int) -> str:
        """`4.42 on 2025-04-21 where 4.40 was`."""
        new, old = self.new[row, column], self.old[row, column]
        return f"{new:g} on {self.days[row]} where {old:g} was"


def _last_numbers(cells: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The last number of each column, NaN where it has none."""
    given = ~np.isnan(cells)
    last = len(cells) - 1 - np.argmax(given[::-1], axis=0) if len(cells) else 0
    found = cells[last, np.arange(cells.shape[1])] if len(cells) else np.full(cells.shape[1], np.nan)
    return np.asarray(found)


def implausible_values(
    frame: pd.DataFrame, where: str, describe: Describe, stored: pd.DataFrame
) -> Iterator[HeldBack]:
    """Steps and corrections that no such series ever shows: a wrong unit, a moved row, a slipped
    digit, another column.

    Steps are changes between neighbouring values, in percent of the earlier one for an index and
    in the series' own unit otherwise.
    """
    grid = _Grid.of(frame, describe, stored)
    columns = range(len(grid.series))
    for column in columns:
        yield from _misplaced(grid, column, where)
    yield from _unit(grid, where)
    yield from moved_dates(frame, where, stored)
    yield from curve_apart(frame, where, describe, stored)
    for column in columns:
        for check in CHECKS:
            yield from check(grid, column, where)


def _unit(grid: _Grid, where: str) -> Iterator[HeldBack]:
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
            yield _held(where, series, "about as it was before", f"{got} (unit?)", settles=False)


def _is_rescaled(grid: _Grid, column: int, rows: npt.NDArray[np.bool_]) -> bool:
    """Whether the values are all about ten times larger or smaller than those stored: a premium
    near zero moves little by it."""
    if rows.sum() < ENOUGH_TO_SCALE:
        return False
    new, old = (float(np.median(np.abs(side[rows, column]))) for side in (grid.new, grid.old))
    return new > MOST_RESCALED * old or old > MOST_RESCALED * new


def _misplaced(grid: _Grid, column: int, where: str) -> Iterator[HeldBack]:
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
    if not found and series.unit == "index":
        # A yield may well be what it was the day before; an index to a hundredth is not.
        is_beside = [np.abs(new - side) <= np.abs(new) * 1e-9 for side in beside.values()]
        moved = moved & np.logical_or(*is_beside)
        found = "the period beside it" if moved.any() else ""
    if found:
        got = f"{grid.change(int(np.flatnonzero(moved)[-1]), column)}, as is stored for {found}"
        yield _held(where, series, "to be as it was before", got, settles=False)


def _is_large(
    series: Series, new: npt.NDArray[np.float64], old: npt.NDArray[np.float64]
) -> bool:
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


def _revisions(grid: _Grid, column: int, where: str) -> Iterator[HeldBack]:
    """A series of closes of which many change at once: those of another column, or of another
    index. Closes are corrected one at a time."""
    series = grid.series[column]
    if series.frequency != "session" or series.one_vintage:
        return
    moved = grid.moved[:, column]
    common = int((~np.isnan(grid.new[:, column] - grid.old[:, column])).sum())
    if any(moved.sum() >= count and moved.sum() > share * common for count, share in REVISIONS):
        got = grid.change(int(np.flatnonzero(moved)[-1]), column)
        yield _held(
            where,
            series,
            "to be as it was before, but for a few corrections",
            f"{moved.sum()} of {common} changed, {got} (another column?)",
            settles=True,
        )


def _lone_revisions(grid: _Grid, column: int, where: str) -> Iterator[HeldBack]:
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
        yield _held(where, grid.series[column], "to be revised smoothly", said, settles=settles)


def _far_revisions(grid: _Grid, column: int, where: str) -> Iterator[HeldBack]:
    """A close that is no new one and changed by more than closes are corrected by."""
    series = grid.series[column]
    if series.frequency not in ("session", "week") or series.one_vintage:
        return
    old, new = grid.old[:, column], grid.new[:, column]
    known = np.flatnonzero(~np.isnan(old))
    most = np.full(len(old), MOST_REVISED_BP) if series.unit == "pct" else old * MOST_REVISED_PCT
    far = np.abs(new - old) * 100.0 > np.abs(most)
    far[known[-NEWEST:]] = False
    if far.any():
        got = grid.change(int(np.flatnonzero(far)[-1]), column)
        yield _held(where, series, "to be corrected only a little", got, settles=True)


def _old_revisions(grid: _Grid, column: int, where: str) -> Iterator[HeldBack]:
    """A number older than its publisher ever corrects, changed by whatever size."""
    series = grid.series[column]
    if series.frequency not in CORRECTED_PERIODS or series.one_vintage:
        return
    old, new = grid.old[:, column], grid.new[:, column]
    known = np.flatnonzero(~np.isnan(old))
    changed = np.abs(new - old) > np.abs(old) * ROUNDING_SHARE
    changed[known[-CORRECTED_PERIODS[series.frequency] :]] = False
    if changed.any():
        got = grid.change(int(np.flatnonzero(changed)[-1]), column)
        expected = "to be as it was: its publisher corrects only newer numbers"
        yield _held(where, series, expected, got, settles=True)


def _steps(grid: _Grid, column: int, where: str) -> Iterator[HeldBack]:
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
        yield _held(
            where,
            series,
            f"to move at most {series.max_step:g} {unit} from one value to the next",
            f"{values[place + 1]:g} on {grid.days[known[place]]} after {values[place]:g}",
            settles=True,
        )


def _spikes(grid: _Grid, column: int, where: str) -> Iterator[HeldBack]:
    """A lone value that is far out and is taken back by the next one: a typo.

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
        got = f"{grid.new[row, column]:g} on {grid.days[row]} between {around} (a typo?)"
        yield _held(where, series, "to move as it usually does", got, settles=False)


def _held(where: str, series: Series, expected: str, got: str, **how: Any) -> HeldBack:
    return HeldBack(where, where, expected=f"{series.title} {expected}", got=got, **how)


CHECKS: Final = (
    _revisions,
    _far_revisions,
    _old_revisions,
    _lone_revisions,
    _steps,
    _spikes,
)
