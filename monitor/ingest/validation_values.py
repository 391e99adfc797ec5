"""Numbers that a publisher gives by mistake, or as a rare correction: seen from what is stored."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from monitor.errors import HeldBack
from monitor.ingest.validation import Describe
from monitor.ingest.validation_grid import Grid, held
from monitor.ingest.validation_revisions import other_numbers
from monitor.ingest.validation_rows import curve_apart, moved_dates

# Of at least so many values, a move of so many robust spreads (scaled like a standard deviation)
# that is taken back but for this share is a typo.
ENOUGH_FOR_SPREAD: Final = 250
MAD_TO_SD: Final = 1.4826
FAR_SPREADS: Final = 20.0
# Shares are at most 100% and no yield is as high: beyond, a percentage is rather a price.
MOST_PERCENT: Final = 200.0
MOST_KEPT_SHARE: Final = 0.4


def implausible_values(
    frame: pd.DataFrame, where: str, describe: Describe, stored: pd.DataFrame
) -> Iterator[HeldBack]:
    """Steps and corrections that no such series ever shows: a wrong unit, a moved row, a slipped
    digit, another column.

    Steps are changes between neighbouring values, in percent of the earlier one for an index and
    in the series' own unit otherwise.
    """
    grid = Grid.of(frame, describe, stored)
    yield from other_numbers(grid, where)
    yield from moved_dates(frame, where, stored)
    yield from curve_apart(frame, where, describe, stored)
    for column in range(len(grid.series)):
        yield from _steps(grid, column, where)
        yield from _spikes(grid, column, where)


def _steps(grid: Grid, column: int, where: str) -> Iterator[HeldBack]:
    series = grid.series[column]
    if series.max_step is None:
        return
    known = np.flatnonzero(~np.isnan(grid.new[:, column]))
    values = np.concatenate(([grid.before[column]], grid.new[known, column]))
    step = np.abs(np.diff(values))
    if series.unit == "index":
        step = 100.0 * step / values[:-1]
    if series.frequency == "month":
        months = grid.days[known].astype("datetime64[M]").astype(np.int64)
        step[np.diff(months, prepend=months[:1] - 1) > 1] = 0.0  # others lie between: no step
    too_far = np.flatnonzero(step > series.max_step)
    if len(too_far):
        place = too_far[-1]
        unit = {"index": "%", "pct": "pp"}.get(series.unit, f" {series.unit}")
        yield held(
            where,
            series,
            f"to move at most {series.max_step:g}{unit} from one value to the next",
            f"{values[place + 1]:g} on {grid.days[known[place]]} after {values[place]:g}"
            + not_a_percentage(series.unit, float(np.median(values[~np.isnan(values)]))),
            settles=True,
        )


def not_a_percentage(unit: str, usual: float) -> str:
    """That a series in percent is usually at a level that looks like a price; empty where it does
    not."""
    if unit != "pct" or abs(usual) <= MOST_PERCENT:
        return ""
    return f" (usually {usual:,.0f} percent: is its unit index?)"


def _spikes(grid: Grid, column: int, where: str) -> Iterator[HeldBack]:
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
        yield held(where, series, "to move as it usually does", got, settles=False)
