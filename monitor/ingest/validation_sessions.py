"""The gate that knows on which days a source's periods lie."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.ingest.business_days import are_sessions
from monitor.ingest.calendars import (
    BANK_OF_CANADA,
    CALENDARS,
    FED,
    NYSE,
    TARGET,
    US_BONDS,
    US_OFFICES,
    WEEKDAYS,
)

WITH_HOLIDAYS: Final = frozenset({BANK_OF_CANADA, FED, NYSE, TARGET, US_BONDS, US_OFFICES})
# Before, publishers have numbers of some holidays and the calendars do not know all of them.
HOLIDAYS_SINCE: Final = pd.Timestamp("2009-01-01")


def days_with_numbers(frame: pd.DataFrame) -> pd.DatetimeIndex:
    """The index of the rows with any number, in their order."""
    empty = np.isnan(frame.to_numpy(dtype=np.float64)).all(axis=1)
    return pd.DatetimeIndex(frame.index[~empty] if empty.any() else frame.index)


def check_sessions(frame: pd.DataFrame, where: str, calendar: str) -> None:
    """Refuse numbers of a day that is no session of their market: a Sunday, a holiday, a bar
    dated a day early."""
    index = days_with_numbers(frame)
    wrong = ~are_sessions(calendar, index)
    if calendar in WITH_HOLIDAYS:
        wrong &= (index >= HOLIDAYS_SINCE) | ~are_sessions(WEEKDAYS, index)
    if wrong.any():
        day: date = index[wrong][-1].date()
        raise BodyRejected(
            where,
            expected=f"dates on which there are numbers: {CALENDARS[calendar]}",
            got=f"{day:%a %Y-%m-%d}",
            remedy="see what the publisher shows for the days around it; nothing of it was stored, "
            "and a session that the calendar does not know goes into [calendar] open",
            state="IMPLAUSIBLE",
        )
