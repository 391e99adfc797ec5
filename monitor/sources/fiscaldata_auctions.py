"""Who bought at Treasury auctions, from the US Treasury's auction results."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar, Final

import numpy as np
import pandas as pd

from monitor.errors import BodyRejected
from monitor.formats.fiscaldata_api import FiscalDataset, rows_of
from monitor.ingest.business_days import known_by
from monitor.ingest.calendars import FED, NEW_YORK, next_session
from monitor.ingest.http import Body
from monitor.ingest.payload_parsing import dates, numbers, pivoted
from monitor.ingest.source import Hours, PollTimes
from rules.model import Series
from state.announced import Announced

DATE_FIELD: Final = "auction_date"
KEY: Final = ("cusip", "auction_date", "issue_date")
KINDS: Final = (
    "security_type",
    "security_term",
    "original_security_term",
    "inflation_index_security",
    "floating_rate",
)
DOLLARS: Final = (
    "offering_amt",
    "comp_accepted",
    "indirect_bidder_accepted",
    "direct_bidder_accepted",
    "primary_dealer_accepted",
)
RATES: Final = ("bid_to_cover_ratio", "high_yield", "high_discnt_rate")
AMOUNTS: Final = (*DOLLARS, *RATES)
FIELDS: Final = ("record_date", *KEY, *KINDS, *AMOUNTS)
REQUIRED: Final = (*KEY, "security_term", "original_security_term", *AMOUNTS[:-1])
BIDDERS: Final = ("indirect", "direct", "dealer")
UNITS: Final = {
    "high_yield": "pct",
    "bid_to_cover": "ratio",
    "indirect_share": "pct",
    "direct_share": "pct",
    "dealer_share": "pct",
    "offering": "usd_mn",
}
PLAUSIBLE: Final = {
    "high_yield": (-3.0, 25.0),
    "bid_to_cover": (0.8, 15.0),
    "indirect_share": (0.0, 100.0),
    "direct_share": (0.0, 100.0),
    "dealer_share": (0.0, 100.0),
    "offering": (500.0, 1_000_000.0),
}
# A kind of notes or bonds is offered by some billions more or less than the last time; another
# kind's amount, as where rows are exchanged, is most often further off. Bills vary as they please.
LARGEST_STEP_USD_MN: Final = 15_000.0
# What is auctioned by a calendar; others come and go.
REGULAR: Final = (
    *(f"bill_{weeks}w" for weeks in (4, 6, 8, 13, 17, 26, 52)),
    *(f"note_{years}y" for years in (2, 3, 5, 7, 10)),
    *("bond_20y", "bond_30y", "tips_5y", "tips_10y", "tips_30y", "frn_2y"),
)
PLAIN_TERM: Final = re.compile(r"(\d+)-(Week|Year)")
# Shares are of competitive bids; rounding and small bidders leave this much.
SHARES_GAP_PCT: Final = 0.5
USD_A_MILLION: Final = 1e6


@dataclass(frozen=True, kw_only=True)
class FiscaldataAuctions(FiscalDataset):
    """JSON pages, dollars as text, a row an auction, those announced with `null` results. Out some
    minutes after 11:30 (bills) and 13:00 (notes and bonds) New York.

    A series is a kind of security of one term: the term auctioned (`2-Year`), and where that is no
    plain one (`9-Year 10-Month`, a reopening) the security's original term. Treasury at times fills
    a regular two-year auction from an old five-year note, which is a two-year all the same. Two
    auctions of one kind and term on one day are taken together, weighted by competitive awards.
    Indirect bidders include foreign officials who bid through the
    Federal Reserve Bank of New York, and many others: a share, not a nationality.
    """

    source_type: ClassVar[str] = "fiscaldata_auctions"
    path: ClassVar[str] = "/v1/accounting/od/auctions_query"
    fields: ClassVar[tuple[str, ...]] = FIELDS
    date_field: ClassVar[str] = DATE_FIELD
    order: ClassVar[tuple[str, ...]] = ("-auction_date", "-issue_date", "cusip")
    first_day: ClassVar[date] = date(2008, 4, 1)  # before, bidders are not told apart
    publisher: ClassVar[str] = "US Treasury (auctions)"
    calendar: ClassVar[str] = FED
    refuse_after_days: ClassVar[int] = 21
    unlisted: ClassVar[tuple[str, ...]] = tuple(
        f"auction.{kind}_" for kind in ("bill", "note", "bond", "tips", "frn")
    )

    poll_at: PollTimes = ("11:40", "13:10", "14:00")
    stale_after_hours: Hours = 72

    def parse(self, body: Body, at: datetime) -> pd.DataFrame:  # noqa: ARG002
        """Columns `auction.KIND_TERM.MEASURE`: yields and shares in percent, offerings in USD mn;
        index the auction's day, a row where anything was auctioned."""
        table = rows_of(body, FIELDS, REQUIRED)
        repeated = table[table.duplicated(list(KEY))]
        if len(repeated):
            got = f"{' '.join(repeated[list(KEY)].iloc[0])} twice"
            raise BodyRejected(body.url, expected="each auction once", got=got)
        table["day"] = dates(table[DATE_FIELD], "%Y-%m-%d", body.url)
        for name in AMOUNTS:
            table[name] = numbers(table[name], body.url)
        table["what"] = [_security(*row) for row in table[list(KINDS)].itertuples(index=False)]
        # Announced and not held yet, or a cash management bill of no regular term.
        held = table[table["bid_to_cover_ratio"].notna() & (table["what"] != "")]
        results = _results(_together(held), body.url)
        wide = pivoted(results, body.url, "day", "what", list(UNITS))
        pairs = wide.columns.to_flat_index()
        wide.columns = pd.Index([f"auction.{pair[1]}.{pair[0]}" for pair in pairs])
        return wide.dropna(axis=1, how="all").sort_index()

    def announced(self, body: Body, at: datetime) -> list[Announced]:
        """The auctions that are announced and not held, of regular terms and from today on; one
        kind's together, and without an amount where one of them has none yet."""
        table = rows_of(body, FIELDS, REQUIRED)
        days = pd.DatetimeIndex(dates(table[DATE_FIELD], "%Y-%m-%d", body.url)).date
        offerings = numbers(table["offering_amt"], body.url) / USD_A_MILLION
        is_held = numbers(table["bid_to_cover_ratio"], body.url).notna()
        kinds = table[list(KINDS)].itertuples(index=False)
        amounts: dict[tuple[date, str], list[float]] = {}
        for kind, day, offering, held in zip(kinds, days, offerings, is_held, strict=True):
            what = _security(*kind)
            if what and not held and day >= self.today(at):
                amounts.setdefault((day, _in_words(what)), []).append(float(offering))
        return [
            Announced(*auction, None if np.isnan(sum(mine)) else sum(mine))
            for auction, mine in sorted(amounts.items())
        ]

    @property
    def series_ids(self) -> tuple[str, ...]:
        """The series that it gives."""
        return tuple(f"auction.{kind}.{measure}" for kind in REGULAR for measure in UNITS)

    def describe(self, series_id: str) -> Series:
        """One measure of one security."""
        _, security, measure = series_id.split(".")
        is_bill = security.startswith("bill")
        return Series(
            series_id=series_id,
            title=f"Auction of {security.replace('_', ' ')}, {measure.replace('_', ' ')}",
            unit=UNITS[measure],
            frequency="auction",
            source="Auctions: US Treasury",
            plausible=PLAUSIBLE[measure],
            max_step=LARGEST_STEP_USD_MN if measure == "offering" and not is_bill else None,
        )

    def assumed_known_at(self, periods: pd.DatetimeIndex) -> pd.DatetimeIndex:
        """13:05 New York on the day."""
        return known_by(periods, time(13, 5), 0, NEW_YORK, FED)

    def next_period(self, newest: date) -> date:
        """The next Monday, on which bills are auctioned, or the day after where it is a holiday."""
        sunday = newest + timedelta(days=6 - newest.weekday())
        return next_session(FED, sunday)


def _together(held: pd.DataFrame) -> pd.DataFrame:
    """A row a day and kind of security: amounts summed, rates weighted by competitive awards."""
    key = ["day", "what"]
    twice = held.duplicated(key, keep=False)
    if not twice.any():
        return held
    made: list[pd.Series[Any]] = []
    for _, rows in held[twice].groupby(key):
        row = rows.iloc[0].copy()
        row["cusip"] = " + ".join(rows["cusip"])
        for name in DOLLARS:
            row[name] = rows[name].sum()
        for name in RATES:
            row[name] = (rows[name] * rows["comp_accepted"]).sum(skipna=False)
            row[name] /= row["comp_accepted"]
        made.append(row)
    return pd.concat([held[~twice], pd.DataFrame(made)], ignore_index=True)


def _implausible(auction: pd.Series[Any], url: str, expected: str, got: str) -> BodyRejected:
    """The refusal of what an auction says, by its security and day."""
    where = f"{auction['cusip']} on {auction['auction_date']}"
    return BodyRejected(url, expected=expected, got=f"{got} for {where}", state="IMPLAUSIBLE")


def _results(held: pd.DataFrame, url: str) -> pd.DataFrame:
    """The measures of each auction held, with its `day` and `what` it sold."""
    accepted = {
        "indirect": held["indirect_bidder_accepted"],
        "direct": held["direct_bidder_accepted"],
        "dealer": held["primary_dealer_accepted"],
    }
    below = (held[list(DOLLARS)] < 0).any(axis=1)
    if below.any():
        raise _implausible(held[below].iloc[0], url, "amounts of zero or more", "a negative one")
    competitive = held["comp_accepted"].where(held["comp_accepted"] > 0)
    shares = {f"{name}_share": 100.0 * accepted[name] / competitive for name in BIDDERS}
    together = sum(shares.values(), start=pd.Series(0.0, index=held.index))
    wrong = (together - 100.0).abs() > SHARES_GAP_PCT
    if wrong.any():
        expected = "shares of indirect, direct and dealer bids that make 100%"
        got = f"{together[wrong].iloc[0]:.1f}%"
        raise _implausible(held[wrong].iloc[0], url, expected, got)
    bill_rate = held["high_discnt_rate"]
    return pd.DataFrame(
        {
            "day": held["day"],
            "what": held["what"],
            "high_yield": np.where(held["high_yield"].isna(), bill_rate, held["high_yield"]),
            "bid_to_cover": held["bid_to_cover_ratio"],
            **shares,
            "offering": held["offering_amt"] / USD_A_MILLION,
        }
    )


def _security(kind: str, term: str, original: str, inflation: str, floating: str) -> str:
    """`note_10y` for a ten-year note, new or reopened, and for what is auctioned as one; empty for
    what has no regular term."""
    is_bill = "bill" in kind.lower()
    name = "bill" if is_bill else "bond" if "bond" in kind.lower() else "note"
    if inflation == "Yes":
        name = "tips"
    elif floating == "Yes":
        name = "frn"
    found = PLAIN_TERM.fullmatch(term)
    if found is None and not is_bill:
        found = PLAIN_TERM.fullmatch(original)
    return "" if found is None else f"{name}_{found[1]}{found[2][0].lower()}"


def _in_words(security: str) -> str:
    """`10-year note` for `note_10y`."""
    name, _, term = security.partition("_")
    kind = name.upper() if name in {"tips", "frn"} else name
    return f"{term[:-1]}-{'week' if term.endswith('w') else 'year'} {kind}"
