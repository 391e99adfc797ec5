"""TIC lines of an area: their ids, its months, and what its holdings changed by."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import pandas as pd

from rules.markets.change import known_over, months_before
from rules.model import Panel, type_float, type_time
from rules.tic.series_ids import (
    BILLS,
    HOLDINGS,
    LONG,
    MEASURES,
    TOTAL,
    VALUATION,
    form_s_series,
    older_holdings,
    tic_series,
    transactions_of,
)

PARTS: Final = (
    *MEASURES,
    HOLDINGS,
    "for_lt_treas_pos",
    VALUATION,
    "for_st_treas_pos",
    BILLS,
)
# Business days from a month's end to its release, at most.
RELEASED_AFTER: Final = 35


@cache
def read_for(code: str) -> tuple[str, ...]:
    """The ids of all series that `own_table` reads."""
    parts = (tic_series(code, part) for part in PARTS)
    return (*parts, *form_s_series(code), older_holdings(code))


def own_table(panel: Panel, code: str) -> pd.DataFrame:
    """The area's months with any number of PARTS, USD mn, and what follows from them; made once a
    panel, and to be read only.

    `form_s`: long-term net is Form S purchases less sales, as in all months before 2023-02, which
    count by the counterparty's country and not by the holder's: a break in the series. Their total
    is that plus the change of the bill position, known from 2020-01.
    `net`: the total; long-term alone in months of Form S before bills are known.
    `held_before`: holdings a month earlier, of mfhhis01 where slt_table3 has none.
    `long_pct`, `net_pct`: long-term net and `net` in percent of those; NaN where they are zero.
    """
    return panel.once(("own_table", code), lambda: _own_table(panel, code))


def _own_table(panel: Panel, code: str) -> pd.DataFrame:
    # Column by column in numpy: a panel with closes has a row a session, and TIC one a month.
    column = {part: panel.frame[tic_series(code, part)].to_numpy() for part in PARTS}
    purchases, sales = (panel.frame[name].to_numpy() for name in form_s_series(code))
    counted = purchases - sales
    rows = ~np.isnan(np.column_stack([*column.values(), counted])).all(axis=1)
    column, counted = {part: values[rows] for part, values in column.items()}, counted[rows]
    form_s = np.isnan(column[LONG]) & np.isnan(column[TOTAL]) & ~np.isnan(counted)
    column[LONG] = np.where(form_s, counted, column[LONG])
    column[TOTAL] = np.where(form_s, counted + column[BILLS], column[TOTAL])
    months = pd.DatetimeIndex(panel.frame.index[rows])
    held_before = _held_mn(panel, code).reindex(_month_before(months)).to_numpy()
    # Nothing is no share of nothing.
    held = np.where(held_before == 0, np.nan, held_before)
    net = np.where(np.isnan(column[TOTAL]) & form_s, column[LONG], column[TOTAL])
    return pd.DataFrame(
        {
            **column,
            "form_s": form_s,
            "net": net,
            "held_before": held_before,
            "long_pct": 100.0 * column[LONG] / held,
            "net_pct": 100.0 * net / held,
        },
        index=months,
    )


def known_months(panel: Panel, code: str, own: pd.DataFrame) -> type_time:
    """When the last number of each month of `own_table` and of the month before it was known: a
    month's change in holdings, and its percent of them, need both. Found once a panel."""
    return panel.once(("known months", code), lambda: _known_months(panel, code, own))


def _known_months(panel: Panel, code: str, own: pd.DataFrame) -> type_time:
    columns = [name for name in read_for(code) if name != older_holdings(code)]
    latest = known_over(panel.known_at.loc[own.index, columns].max(axis=1).to_numpy(), 1)
    # mfhhis01 counts only where slt_table3 has no holdings, for it may come out later.
    held = panel.frame[tic_series(code, HOLDINGS)].notna()
    older = panel.known_at[older_holdings(code)].mask(held)
    before = older.reindex(_month_before(own.index)).to_numpy()
    return np.asarray(np.fmax(latest, before.astype("datetime64[s]")))


def unpublished_net_mn(own: pd.DataFrame) -> type_float:
    """What the one measure that a month has not published comes to, USD mn: it may hide a sale of
    so much. Infinite where none is missing, and minus infinite where nothing tells.

    Long-term, bills and total are two numbers and their sum: with bills known the missing measure
    follows. A month of Form S without bills has one measure by design.
    """
    long, total, bills = (own[name].to_numpy() for name in (LONG, TOTAL, BILLS))
    total_gone = np.isnan(total) & ~own["form_s"].to_numpy()
    found = np.select([np.isnan(long), total_gone], [total - bills, long + bills], np.inf)
    return np.where(np.isnan(found), -np.inf, found)


def split_mn(own: pd.DataFrame, row: int) -> dict[str, float]:
    """Change in holdings and its parts in USD mn; NaN where one is not published."""
    holdings = float(own[HOLDINGS].diff().iloc[row])
    transactions = float(own[TOTAL].iloc[row])
    valuation = float(own[VALUATION].iloc[row])
    return {
        "holdings": holdings,
        "transactions": transactions,
        "valuation": valuation,
        "residual": holdings - transactions - valuation,
    }


def long_net_mn(panel: Panel, code: str, stamp: pd.Timestamp) -> float:
    """An area's long-term net transactions in a month, USD mn, by slt_table3 or else by Form S; NaN
    where neither is known."""
    newer, purchases, sales = (_cell(panel, name, stamp) for name in transactions_of(code))
    return purchases - sales if np.isnan(newer) else newer


def total_net_mn(panel: Panel, code: str, stamp: pd.Timestamp) -> float:
    """An area's net transactions in a month, bills included, USD mn; of a month of Form S its
    long-term ones and the change of the bill position. NaN where a part is not known."""
    total, long, bills = (
        _cell(panel, tic_series(code, part), stamp) for part in (TOTAL, LONG, BILLS)
    )
    if np.isnan(total) and np.isnan(long):
        return long_net_mn(panel, code, stamp) + bills
    return total


def _cell(panel: Panel, name: str, stamp: pd.Timestamp) -> float:
    """A number of a month; NaN where it is not known, or the series is not read."""
    if name not in panel.frame.columns or stamp not in panel.frame.index:
        return np.nan
    return float(panel.frame[name].loc[stamp])


def _held_mn(panel: Panel, code: str) -> pd.Series[float]:
    newer = panel.frame[tic_series(code, HOLDINGS)]
    held = newer.where(newer.notna(), panel.frame[older_holdings(code)] * 1000.0)
    return held.dropna()


def _month_before(months: pd.Index[pd.Timestamp]) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(months_before(months.to_numpy().astype("datetime64[D]"), 1))
