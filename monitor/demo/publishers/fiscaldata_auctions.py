"""US Treasury, auction results: notes and bonds, some minutes after 13:00 New York on their day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache

from monitor.demo.facts import auctions
from monitor.demo.fiscaldata_pages import page
from monitor.demo.request_reply import NOT_FOUND, Asked, Reply
from monitor.ingest.calendars import at_local

PATH = "/v1/accounting/od/auctions_query"
OUT_AT = time(13, 5)
BONDS = ("20", "30")
# Issue dates are not among the figures, and nothing is made of them.
ISSUED_AFTER = timedelta(days=5)


class Standin:
    """Dollars as text, a row an auction held. Bidders' dollars are their shares of the offering:
    competitive awards, of which they are the shares, are a little less."""

    def reply(self, asked: Asked) -> Reply:
        """The page asked for, as far as it is published."""
        if asked.path != PATH:
            return NOT_FOUND
        count = bisect_right(_results(), asked.at, key=lambda one: one[0])
        out = _results()[:count]
        return page([row for _, row in out], asked, out[-1][0])


@cache
def _results() -> list[tuple[datetime, dict[str, str]]]:
    """When each result is out, and its row; oldest first."""
    return [(at_local(_day(one), OUT_AT), _row(one)) for one in auctions()]


def _day(auction: Mapping[str, str]) -> date:
    return date.fromisoformat(auction["date"])


def _row(auction: Mapping[str, str]) -> dict[str, str]:
    offering_usd_mn = 1000 * int(auction["size"])

    def dollars(share_pct: str) -> str:
        return str(round(offering_usd_mn * float(share_pct) * 10_000))

    return {
        "record_date": auction["date"],
        "cusip": auction["cusip"],
        "auction_date": auction["date"],
        "issue_date": (_day(auction) + ISSUED_AFTER).isoformat(),
        "security_type": "Bond" if auction["years"] in BONDS else "Note",
        "security_term": auction["term"],
        "original_security_term": f"{auction['years']}-Year",
        "inflation_index_security": "No",
        "floating_rate": "No",
        "offering_amt": f"{offering_usd_mn}000000",
        "comp_accepted": f"{offering_usd_mn}000000",
        "indirect_bidder_accepted": dollars(auction["indirect"]),
        "direct_bidder_accepted": dollars(auction["direct"]),
        "primary_dealer_accepted": dollars(auction["dealer"]),
        "bid_to_cover_ratio": auction["bid_to_cover"],
        "high_yield": auction["high_yield"],
        "high_discnt_rate": "null",
    }
