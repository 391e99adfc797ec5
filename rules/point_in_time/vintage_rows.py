"""Where the vintages of a re-estimated series stand in a history, found without reading it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True)
class VintageRows:
    """The rows of one series, vintage by vintage.

    `rows` are the places in a history, in order of knowing, and `vintage` is that of each. In the
    order of `ids`: `of_vintage` the places of each vintage's rows, `first`, `last` and `size` the
    place of its first and of its last row and how many it has.
    """

    rows: Rows
    vintage: npt.NDArray[np.int64]
    ids: npt.NDArray[np.int64]
    of_vintage: tuple[Rows, ...]
    first: Rows
    last: Rows
    size: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Rows, vintage: npt.NDArray[np.int64]) -> Self:
        """The vintages of a series' rows; `vintage` is that of each."""
        order = np.argsort(vintage, kind="stable")
        ids, starts = np.unique(vintage[order], return_index=True)
        groups = tuple(np.split(rows[order], starts[1:]))
        first, last = ([group[end] for group in groups] for end in (0, -1))
        size = np.array([len(group) for group in groups])
        return cls(rows, vintage, ids, groups, np.array(first), np.array(last), size)

    def newest(self, end: int) -> Rows | None:
        """The rows before `end` of the vintage that came last before it; None where none had."""
        known = int(np.searchsorted(self.rows, end))
        if not known:
            return None
        place = int(np.searchsorted(self.ids, self.vintage[known - 1]))
        return self._before(place, end)

    def longest(self, end: int) -> Rows:
        """The rows before `end` of the vintage with most of them, the newest of several."""
        count = np.where(self.last < end, self.size, 0)
        for place in np.flatnonzero((self.first < end) & (self.last >= end)):
            count[place] = len(self._before(int(place), end))
        return self._before(len(count) - 1 - int(np.argmax(count[::-1])), end)

    def _before(self, place: int, end: int) -> Rows:
        group = self.of_vintage[place]
        return group if self.last[place] < end else group[: np.searchsorted(group, end)]
