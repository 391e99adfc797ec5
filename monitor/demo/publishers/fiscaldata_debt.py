"""US Treasury, Debt to the Penny: a day's debt on the next business day at 15:00 New York."""

from __future__ import annotations

from datetime import date, time
from functools import cache

import pandas as pd

from monitor.demo.facts import debt
from monitor.demo.fiscaldata_pages import page
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import NEW_YORK, US_OFFICES

PATH = "/v2/accounting/od/debt_to_penny"


class Standin:
    """Dollars and cents as text, a page at a time, newest first; before March 2025 month-ends."""

    def reply(self, asked: Asked) -> Reply:
        """The page asked for, as far as it is published."""
        if asked.path != PATH:
            return NOT_FOUND
        out = [day for day, at in _published().items() if at <= asked.at]
        rows = [_row(day, *debt()[day]) for day in out]
        return page(rows, asked, _published()[out[-1]].to_pydatetime())


@cache
def _published() -> dict[date, pd.Timestamp]:
    days = pd.DatetimeIndex(list(debt()))
    out = known_by(days, time(15, 0), 1, NEW_YORK, US_OFFICES)
    return dict(zip(debt(), out, strict=True))


def _row(day: date, public_usd_mn: int, total_usd_mn: int) -> dict[str, str]:
    amounts = {
        "debt_held_public_amt": public_usd_mn,
        "intragov_hold_amt": total_usd_mn - public_usd_mn,
        "tot_pub_debt_out_amt": total_usd_mn,
    }
    dollars = {name: f"{usd_mn}000000.00" for name, usd_mn in amounts.items()}
    return {"record_date": day.isoformat(), **dollars}
