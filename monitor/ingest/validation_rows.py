"""Rows that a publisher gives by mistake: under another date, or with their cells moved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import pandas as pd

from monitor.errors import HeldBack
from monitor.ingest.validation import Describe
from monitor.ingest.validation_sessions import days_with_numbers

# Neighbouring tenors move together: since 1962 the 10-year never moved by more than 0.22 points
# beside the mean of the 5 and 30-year, nor the 5-year by 0.26 beside the 2 and 10-year.
MOST_APART: Final = 0.3
# Of two that stand beside each other, where no third is known: 0.5 once, in 1981.
MOST_APART_AT_AN_END: Final = 0.55


def moved_dates(frame: pd.DataFrame, where: str, stored: pd.DataFrame) -> Iterator[HeldBack]:
    """Numbers for a day inside what is stored, in place of another day that is gone."""
    if stored.empty:
        return
    filled, known = days_with_numbers(frame).to_numpy(), stored.index.to_numpy()
    first, last = filled.min(), min(filled.max(), known.max())
    inside = filled[filled <= last]
    before = known[(known >= first) & (known <= last)]
    added, gone = inside[~np.isin(inside, before)], before[~np.isin(before, inside)]
    if len(added) and len(gone):
        other, lost = (np.datetime_as_string(days.max(), unit="D") for days in (added, gone))
        yield HeldBack(
            where,
            where,
            expected=f"numbers for {lost}, as before",
            got=f"none, and some for {other}, for which nothing is stored (moved?)",
            settles=True,
        )


def curve_apart(
    frame: pd.DataFrame, where: str, describe: Describe, stored: pd.DataFrame
) -> Iterator[HeldBack]:
    """A row of yields whose neighbouring tenors did not move together, as where cells moved."""
    tenors = [(describe(str(name)).tenor_years, str(name)) for name in frame.columns]
    names = [name for years, name in sorted((y, n) for y, n in tenors if y is not None)]
    if len(names) < 3:
        return
    new = frame.sort_index()[names]
    before = stored.reindex(columns=names)
    before = before[before.index < new.index[0]].iloc[-1:]
    rows = pd.concat([before, new])
    values = rows.to_numpy(dtype=np.float64)
    moves = np.diff(values, axis=0)
    beside = (moves[:, :-2] + moves[:, 2:]) / 2
    apart = np.abs(moves[:, 1:-1] - beside) > MOST_APART
    # Where a neighbour has no number, the other one alone says less.
    lone = np.abs(np.diff(moves, axis=1)) > MOST_APART_AT_AN_END
    wrong = apart.any(axis=1) | lone.any(axis=1)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[-1]) + 1
        said = ", ".join(
            f"{describe(name).title} {now:g} after {then:g}"
            for name, now, then in zip(names, values[row], values[row - 1], strict=True)
            if not np.isnan(now)
        )
        yield HeldBack(
            where,
            where,
            expected="neighbouring tenors to move together",
            got=f"{said} on {rows.index[row].date()} (cells moved?)",
            settles=True,
        )
