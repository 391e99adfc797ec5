"""The market on whose sessions a feed has its rows, and the periods that it lacks."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from monitor.ingest.business_days import are_sessions
from monitor.ingest.validation_sessions import HOLIDAYS_SINCE

MARKETS: Final = ("XNYS", "XSIF", "XECB", "weekdays")
# Of fewer days the holidays of one market cannot be told from those of another.
ENOUGH: Final = 200
# Days from one row to the next behind which one is missing.
MOST_APART: Final = {"week": 10, "month": 45}


def likely_market(days: pd.DatetimeIndex) -> str:
    """The market whose sessions differ least from the days, the first where several do."""
    recent = days[days >= HOLIDAYS_SINCE]
    if len(recent) < ENOUGH:
        return MARKETS[0]
    every = pd.bdate_range(recent.min(), recent.max())
    has_row = np.asarray(every.isin(recent))
    wrong = {market: int((are_sessions(market, every) != has_row).sum()) for market in MARKETS}
    return min(MARKETS, key=lambda market: wrong[market])


def missing_periods(days: pd.DatetimeIndex, frequency: str, market: str) -> list[date]:
    """The sessions without a row between the first and the last, or the rows that come after a gap
    of weeks or months."""
    ordered = days.sort_values()
    if frequency == "session":
        every = pd.bdate_range(ordered.min(), ordered.max())
        missing = every[are_sessions(market, every)].difference(ordered)
    else:
        apart = np.diff(ordered.to_numpy()) / np.timedelta64(1, "D")
        missing = ordered[1:][apart > MOST_APART[frequency]]
    return [stamp.date() for stamp in missing]
