"""The early numbers month by month: what custody, auctions, Japan's weeks and positions in futures
said of a month before TIC did."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from rules.markets.change import usual_before
from rules.markets.treasury_futures import sum_series
from rules.model import Panel
from rules.record.monthly import spread_over_days

CUSTODY: Final = "custody_treasuries"
AUCTIONS: Final = tuple(
    f"auction.{term}.indirect_share"
    for term in ("note_2y", "note_3y", "note_5y", "note_7y", "note_10y", "bond_20y", "bond_30y")
)
EARLIER_AUCTIONS: Final = 12
JAPAN_WEEKS: Final = "mof.long_debt_net"
POSITIONS: Final = sum_series("leveraged")


def custody_change_bn(panel: Panel) -> pd.Series[float]:
    """Custody on the last Wednesday of each month less that of the month before, USD bn: index the
    month's last day, without the month that is still going on."""
    return _change_of_month(panel, CUSTODY) / 1000.0


def leveraged_change(panel: Panel) -> pd.Series[float]:
    """Leveraged funds' net position in Treasury futures on the last Tuesday of each month less that
    of the month before, 10-year equivalents: index the month's last day."""
    return _change_of_month(panel, POSITIONS)


def _change_of_month(panel: Panel, series_id: str) -> pd.Series[float]:
    """The last level of each month that has ended less that of the month before; found once for all
    that it is compared with."""
    key = ("change of month", series_id)
    return panel.once(key, lambda: _change(panel, series_id))


def _change(panel: Panel, series_id: str) -> pd.Series[float]:
    level = panel.frame[series_id].dropna()
    days = pd.DatetimeIndex(level.index)
    by_month = level.groupby(days + pd.offsets.MonthEnd(0)).last()
    change: pd.Series[float] = by_month[: pd.Timestamp(panel.today)].diff()
    # A month without a number would make the next change one of two months.
    ends = pd.DatetimeIndex(change.index)
    return change[np.asarray(ends - pd.offsets.MonthEnd(1) == ends.to_series().shift())]


def auction_distance(panel: Panel) -> pd.Series[float]:
    """The mean distance of each month's indirect shares from their tenor's last 12 auctions, in
    standard deviations of those: index the month's last day."""
    every = pd.concat([auction_distances(panel, name) for name in AUCTIONS])
    ends = pd.DatetimeIndex(every.index) + pd.offsets.MonthEnd(0)
    by_month: pd.Series[float] = every.groupby(ends).mean()
    return by_month[: pd.Timestamp(panel.today)]


def auction_distances(panel: Panel, series_id: str) -> pd.Series[float]:
    """`distances` of a tenor's auctions; found once for the record and the verdict."""
    key = ("distances", series_id)
    return panel.once(key, lambda: distances(panel.frame[series_id].dropna()))


def distances(share: pd.Series[float]) -> pd.Series[float]:
    """How far each auction's share is from the mean of the last 12 before it, in their standard
    deviations; without those that have fewer before them, or 12 alike."""
    mean, spread = usual_before(np.asarray(share, dtype=np.float64), EARLIER_AUCTIONS)
    found: pd.Series[float] = (share - mean) / np.where(spread > 0, spread, np.nan)
    return found.dropna()


def japan_bought_jpy_bn(panel: Panel) -> pd.Series[float]:
    """What Japan's residents bought of foreign long-term debt in each month, net, JPY bn."""
    return panel.once(("by month", JAPAN_WEEKS), lambda: _by_month(panel))


def _by_month(panel: Panel) -> pd.Series[float]:
    weeks = panel.frame[JAPAN_WEEKS].dropna()
    return spread_over_days(weeks.index.to_numpy().astype("datetime64[D]"), weeks.to_numpy())
