"""Rows of a yield curve whose cells moved by one: each tenor with its neighbour's yield."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.errors import BodyRejected

type_grid = npt.NDArray[np.float64]

# Moved back by a cell, the row fits the one before at least twice as well, apart from a parallel
# move. In 875 real rows of 2000, 2023, 2025 and of H.15 that was never so; of the same rows with
# their cells moved it is found in 80 to 100%.
FITS_BETTER: Final = 0.5
LEAST_APART_PCT: Final = 0.05
FEWEST_TENORS: Final = 5


def refuse_moved_cells(curve: pd.DataFrame, url: str) -> None:
    """Raise BodyRejected for a row whose cells moved; `curve` has a column a tenor, in percent and
    in order of maturity, and a row a day in any order."""
    ordered = curve.sort_index(kind="stable")
    values = ordered.to_numpy(dtype=np.float64)
    if len(values) < 2 or values.shape[1] < FEWEST_TENORS:
        return
    then, now = values[:-1], values[1:]
    here = now - then
    # A tenor with the yield of the longer one, and of the shorter one.
    left = _fits(now[:, :-1] - then[:, 1:], here[:, :-1])
    right = _fits(now[:, 1:] - then[:, :-1], here[:, 1:])
    moved = np.flatnonzero(left | right)
    if len(moved):
        row = int(moved[-1]) + 1
        side = "longer" if left[moved[-1]] else "shorter"
        raise BodyRejected(
            url,
            expected="the yield of each tenor in its own column",
            got=f"those of the next {side} tenor on {ordered.index[row].date()} (cells moved?)",
            state="IMPLAUSIBLE",
        )


def _fits(there: type_grid, here: type_grid) -> npt.NDArray[np.bool_]:
    """For each row, whether the differences `there` are much more alike than those `here`."""
    unknown = np.isnan(there) | np.isnan(here)
    enough = (~unknown).sum(axis=1) >= FEWEST_TENORS
    apart_there, apart_here = (_spread(np.where(unknown, np.nan, one)) for one in (there, here))
    fits = (apart_there < FITS_BETTER * apart_here) & (apart_here > LEAST_APART_PCT)
    return np.asarray(enough & fits)


def _spread(values: type_grid) -> type_grid:
    """The root mean square of each row around its own mean; 0 where nothing is known."""
    count = np.maximum((~np.isnan(values)).sum(axis=1), 1)
    mean = np.nansum(values, axis=1) / count
    squares: type_grid = np.nansum((values - mean[:, None]) ** 2, axis=1) / count
    return np.asarray(np.sqrt(squares))
