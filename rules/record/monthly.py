"""Weekly flows as calendar months."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from rules.model import type_float, type_time

DAYS_A_WEEK: Final = 7


def spread_over_days(week_end: type_time, flow: type_float) -> pd.Series[float]:
    """The flow of each calendar month whose days are all covered, in the unit of `flow`: index the
    month's last day.

    Each week's sum is spread evenly over its seven days, of which `week_end` is the last. A week
    without a number covers none; of two weeks for one day the later row counts.
    """
    known = ~np.isnan(flow)
    back = np.arange(DAYS_A_WEEK).astype("timedelta64[D]")
    days = (week_end[known].astype("datetime64[D]")[:, None] - back).ravel()
    daily = pd.Series(np.repeat(flow[known] / DAYS_A_WEEK, DAYS_A_WEEK), index=days)
    daily = daily[~daily.index.duplicated(keep="last")]
    months = daily.groupby(pd.DatetimeIndex(daily.index) + pd.offsets.MonthEnd(0)).agg(
        ["sum", "count"]
    )
    is_whole = months["count"].to_numpy() == pd.DatetimeIndex(months.index).day
    found: pd.Series[float] = months["sum"][is_whole]
    return found
