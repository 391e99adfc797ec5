"""Whose the debt held by the public is: the foreign share of it, month by month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.figure import Line
from rules.model import Panel, type_float, type_time
from rules.plot import Plot
from rules.tic.areas import GRAND_TOTAL
from rules.tic.series_ids import tic_series

HOLDINGS: Final = tic_series(GRAND_TOTAL, "for_treas_pos")
LONG_HOLDINGS: Final = "mfh.grand_total"
HELD: Final = (HOLDINGS, LONG_HOLDINGS)
OUTSTANDING: Final = "debt_held_public"
# The debt of a day this long before the month's end still is that of the month.
MOST_DAYS_BEFORE: Final = 10


@dataclass(frozen=True)
class Shares:
    """One row a month of which both numbers are known, oldest first.

    `pct` foreign holdings over the debt held by the public, in percent; `known` when the later of
    the two was known; `source` both publishers' labels.
    """

    month: type_time
    pct: type_float
    holdings_usd_bn: type_float
    debt_usd_bn: type_float
    known: type_time
    source: npt.NDArray[np.object_]

    def row_before(self, row: int, months: int) -> int | None:
        """The row of so many months before, or None where that is not known."""
        then = _months(self.month)[row] - months
        place = int(np.searchsorted(_months(self.month), then))
        return place if place < row and _months(self.month)[place] == then else None

    def fall_pp(self, months: int) -> tuple[type_float, type_time]:
        """The fall of the share over so many months, NaN where the share then is not known, and
        when both were known."""
        fall, known = np.full(len(self.pct), np.nan), self.known.copy()
        for row in range(len(self.pct)):
            before = self.row_before(row, months)
            if before is not None:
                fall[row] = self.pct[before] - self.pct[row]
                known[row] = max(known[row], known[before])
        return np.round(fall, 9), known


def foreign_shares(panel: Panel) -> Shares:
    """The foreign share of each month: holdings of slt_table3, or of mfhhis01 where it has none."""
    return panel.once("foreign shares", lambda: _foreign_shares(panel))


def _foreign_shares(panel: Panel) -> Shares:
    frame, known_at = panel.frame, panel.known_at
    newer = frame[HOLDINGS].notna()
    holdings = frame[HOLDINGS].where(newer, frame[LONG_HOLDINGS] * 1000.0).dropna()
    held_known = known_at[HOLDINGS].where(newer, known_at[LONG_HOLDINGS])[holdings.index]
    debt = frame[OUTSTANDING].dropna()
    if holdings.empty or debt.empty:
        return _nothing()
    place = np.searchsorted(debt.index.to_numpy(), holdings.index.to_numpy(), side="right") - 1
    days = holdings.index.to_numpy() - debt.index.to_numpy()[np.maximum(place, 0)]
    near = (place >= 0) & (days <= np.timedelta64(MOST_DAYS_BEFORE, "D"))
    rows, held = place[near], holdings[near]
    owed = debt.to_numpy()[rows]
    debt_known = known_at.loc[debt.index[rows], OUTSTANDING].to_numpy()
    both = np.maximum(held_known[near].to_numpy(), debt_known)
    return Shares(
        month=held.index.to_numpy().astype("datetime64[D]"),
        pct=100.0 * held.to_numpy() / owed,
        holdings_usd_bn=held.to_numpy() / 1000.0,
        debt_usd_bn=owed / 1000.0,
        known=both.astype("datetime64[s]"),
        source=np.array([_source(panel, newer, stamp) for stamp in held.index], dtype=object),
    )


def share_plot(panel: Panel, over: int) -> Plot:
    """The share by month, judged over so many."""
    shares = foreign_shares(panel)
    line = Line("", shares.month, shares.pct)
    return Plot("Foreign share of debt held by the public", "pct", "month", (line,), over=over)


def _source(panel: Panel, newer: pd.Series[bool], stamp: pd.Timestamp) -> str:
    held = HOLDINGS if newer[stamp] else LONG_HOLDINGS
    return f"{panel.source(held, stamp.date())}; {panel.source(OUTSTANDING, stamp.date())}"


def _months(period: type_time) -> npt.NDArray[np.int64]:
    return period.astype("datetime64[M]").astype(np.int64)


def _nothing() -> Shares:
    none, never = np.array([]), np.array([], dtype="datetime64[s]")
    return Shares(
        never.astype("datetime64[D]"), none, none, none, never, np.array([], dtype=object)
    )
