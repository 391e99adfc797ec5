"""What a body gives and what is stored, side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from monitor.errors import HeldBack
from monitor.ingest.validation import Describe
from rules.model import Series

# A number that differs by less is the same one.
NOT_A_REVISION_SHARE: Final = 1e-4


@dataclass(frozen=True)
class Grid:
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
        """A row a period of the body, a column a series of it."""
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
        was = "none" if np.isnan(old) else f"{old:g}"
        return f"{new:g} on {self.days[row]} where {was} was"


def _last_numbers(cells: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The last number of each column, NaN where it has none."""
    if not len(cells):
        return np.full(cells.shape[1], np.nan)
    last = len(cells) - 1 - np.argmax(~np.isnan(cells[::-1]), axis=0)
    return np.asarray(cells[last, np.arange(cells.shape[1])])


def held(where: str, series: Series, expected: str, got: str, **how: Any) -> HeldBack:
    """A doubt about a series, which names it by its title."""
    return HeldBack(where, where, expected=f"{series.title} {expected}", got=got, **how)
