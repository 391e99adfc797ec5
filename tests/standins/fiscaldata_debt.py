"""US Treasury, Debt to the Penny: a day's debt on the next business day at 15:00. The amounts are
made up and regular, a day each, unlike the demonstration's: for tests only."""

from __future__ import annotations

from datetime import time, timedelta

import pandas as pd

from monitor.demo.fiscaldata_pages import page
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.business_days import are_sessions
from monitor.ingest.calendars import FED, NEW_YORK, at_local, last_session

OUT_AT = time(15, 0)
FIRST = pd.Timestamp("2023-01-02")


class Standin:
    """Dollars and cents as text; the public's part is `null` on the first day."""

    def reply(self, asked: Asked) -> Reply:
        """The page asked for, as far as it is published."""
        if asked.path != "/v2/accounting/od/debt_to_penny":
            return NOT_FOUND
        local = asked.at.astimezone(NEW_YORK)
        day = local.date() if local.time() >= OUT_AT else local.date() - timedelta(days=1)
        newest = last_session(FED, day)
        modified = at_local(newest, OUT_AT)
        days = pd.bdate_range(FIRST, newest)[:-1]
        days = days[are_sessions(FED, days)]
        rows = [_row(day, place) for place, day in enumerate(days)]
        return page(rows, asked, modified)


def _row(day: pd.Timestamp, place: int) -> dict[str, str]:
    public, inside = 24_000_000_000_000.25 + place * 5e9, 6_900_000_000_000.5
    return {
        "record_date": str(day.date()),
        "debt_held_public_amt": "null" if place == 0 else f"{public:.2f}",
        "intragov_hold_amt": f"{inside:.2f}",
        "tot_pub_debt_out_amt": f"{public + inside:.2f}",
    }
