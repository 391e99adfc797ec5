"""US Treasury, auctions: a bill every business day, a reopened ten-year every Wednesday. The
results are made up and regular, bills among them, unlike the demonstration's: for tests only."""

from __future__ import annotations

from datetime import time, timedelta

import pandas as pd

from monitor.demo.fiscaldata_pages import page
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import FED, NEW_YORK, at_local, is_session, last_session

OUT_AT = time(13, 5)
FIRST = pd.Timestamp("2023-01-02")
ANNOUNCED = timedelta(days=4)
RESULTS = (
    "comp_accepted",
    "indirect_bidder_accepted",
    "direct_bidder_accepted",
    "primary_dealer_accepted",
    "bid_to_cover_ratio",
    "high_yield",
    "high_discnt_rate",
)


class Standin:
    """Dollars as text, `null` for what an announced auction has not got yet."""

    def reply(self, asked: Asked) -> Reply:
        """The page asked for, as far as it is published."""
        if asked.path != "/v1/accounting/od/auctions_query":
            return NOT_FOUND
        local = asked.at.astimezone(NEW_YORK)
        day = local.date() if local.time() >= OUT_AT else local.date() - timedelta(days=1)
        last = pd.Timestamp(last_session(FED, day))
        rows: list[dict[str, str]] = []
        for place, day in enumerate(pd.bdate_range(FIRST, last + ANNOUNCED)):
            if not is_session(FED, day.date()):
                continue
            rows.append(_row(day, place, "Bill", "4-Week", "4-Week", is_held=day <= last))
            if day.weekday() == 2:
                term = ("Note", "9-Year 10-Month", "10-Year")
                rows.append(_row(day, place, *term, is_held=day <= last))
        return page(rows, asked, at_local(last.date(), OUT_AT))


def _row(
    day: pd.Timestamp, place: int, kind: str, term: str, original: str, *, is_held: bool
) -> dict[str, str]:
    is_bill = kind == "Bill"
    indirect = 24e9 + 1e8 * (place % 20)
    row = {
        "record_date": str(day.date()),
        "cusip": f"91282{'B' if is_bill else 'N'}{place:03d}",
        "security_type": kind,
        "security_term": term,
        "original_security_term": original,
        "auction_date": str(day.date()),
        "issue_date": str((day + timedelta(days=5)).date()),
        "inflation_index_security": "No",
        "floating_rate": "No",
        "offering_amt": "40000000000",
        "comp_accepted": "36000000000",
        "indirect_bidder_accepted": f"{indirect:.0f}",
        "direct_bidder_accepted": "6000000000",
        "primary_dealer_accepted": f"{30e9 - indirect:.0f}",
        "bid_to_cover_ratio": f"{2.4 + 0.01 * (place % 30):.2f}",
        "high_yield": "null" if is_bill else "4.435",
        "high_discnt_rate": "4.240" if is_bill else "null",
    }
    return row if is_held else {**row, **dict.fromkeys(RESULTS, "null")}
