"""What all foreigners bought and sold, month by month, over one, three and twelve months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from rules.model import Panel, to_date, type_bool, type_float, type_time
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import own_table
from rules.tic.move import Move, move_of
from rules.tic.series_ids import LONG

WINDOWS: Final = (1, 3, 12)


@dataclass(frozen=True)
class Window:
    """Net transactions with bills over some months to the last published one.

    `size_pct`: at or below it foreigners sold. `rank`: the place of the sale among the `count`
    windows known, 1 = the largest in percent of the holdings at the window's start; `first` the end
    of the first of them.
    """

    months: int
    usd_bn: float
    pct: float
    move: Move
    rank: int
    count: int
    first: date | None
    size_pct: float = 0.0


@dataclass(frozen=True)
class Flows:
    """One row a month without gaps, the oldest first, to the last with transactions.

    `net_bn` with bills where those are known, `long_bn` without, USD bn, NaN where not published;
    `held_before_bn` holdings a month earlier; `form_s` whether a month is of Form S, `has_bills`
    whether its bills are known.
    """

    month: type_time
    net_bn: type_float
    long_bn: type_float
    held_before_bn: type_float
    form_s: type_bool
    has_bills: type_bool

    @classmethod
    def of(cls, panel: Panel, code: str = GRAND_TOTAL) -> Flows:
        """The months of an area that are known."""
        own = own_table(panel, code)
        own = own[: own["net"].last_valid_index()] if own["net"].notna().any() else own[:0]
        if len(own):
            own = own.reindex(pd.date_range(own.index[0], own.index[-1], freq="ME"))
        return cls(
            month=own.index.to_numpy().astype("datetime64[D]"),
            net_bn=own["net"].to_numpy(dtype=np.float64) / 1000.0,
            long_bn=own[LONG].to_numpy(dtype=np.float64) / 1000.0,
            held_before_bn=own["held_before"].to_numpy(dtype=np.float64) / 1000.0,
            form_s=np.asarray(own["form_s"] == True),  # noqa: E712 - a gap is neither
            has_bills=own["for_treas_net"].notna().to_numpy(),
        )

    @property
    def last(self) -> date | None:
        """The last month published."""
        return to_date(self.month[-1]) if len(self.month) else None

    def sums_bn(self, months: int) -> type_float:
        """Net transactions over so many months to each; NaN where one of them is not known."""
        sums: type_float = pd.Series(self.net_bn).rolling(months).sum().to_numpy()
        return sums

    def pct(self, months: int) -> type_float:
        """The same in percent of the holdings at the window's start."""
        start: type_float = np.full(len(self.month), np.nan)
        start[months - 1 :] = self.held_before_bn[: len(self.month) - months + 1]
        found: type_float = 100.0 * self.sums_bn(months) / start
        return found

    def window(self, months: int, size_pct: float) -> Window:
        """The window to the last month; `size_pct`: at or below it foreigners sold."""
        pct = self.pct(months) if len(self.month) >= months else np.array([])
        if not len(pct) or np.isnan(pct[-1]):
            return Window(months, np.nan, np.nan, Move.UNKNOWN, 0, 0, None, size_pct)
        known = np.flatnonzero(~np.isnan(pct))
        return Window(
            months=months,
            usd_bn=float(self.sums_bn(months)[-1]),
            pct=float(pct[-1]),
            move=move_of(float(pct[-1]), size_pct),
            rank=int((pct[known] <= pct[-1]).sum()),
            count=len(known),
            first=to_date(self.month[known[0]]),
            size_pct=size_pct,
        )
