"""Weak auction: indirect bidders, foreign officials among them, take an unusually small share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import numpy as np
import pandas as pd
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition
from rules.evaluation import Evaluations
from rules.figure import Line
from rules.markets.change import usual_before
from rules.markets.market import MARKET, sessions_of
from rules.model import Evidence, Panel, type_float
from rules.plot import Plot
from rules.terms import Kind
from rules.wording import day, number, signed

TERMS: Final = {
    "note_2y": "2-year note",
    "note_3y": "3-year note",
    "note_5y": "5-year note",
    "note_7y": "7-year note",
    "note_10y": "10-year note",
    "bond_20y": "20-year bond",
    "bond_30y": "30-year bond",
}
EARLIER: Final = 12
MEASURES: Final = {
    "indirect_share": ("Indirect bidders' share", "pct"),
    "direct_share": ("Direct bidders' share", "pct"),
    "dealer_share": ("Primary dealers' share", "pct"),
    "bid_to_cover": ("Bid to cover", "ratio"),
    "high_yield": ("High yield", "pct"),
    "offering": ("Offering", "usd_mn"),
}
Sd = Annotated[float, Interval(gt=0, le=10)]


@dataclass(frozen=True)
class Auctions:
    """Those of a term: the indirect share of each, and mean and deviation of the 12 before it."""

    term: str
    share: type_float
    mean: type_float
    spread: type_float


@dataclass(frozen=True, kw_only=True)
class WeakAuction(Definition[Auctions]):
    """A dated event, one for each term: the indirect share is far below that of the last 12.

    Treasury auction results, indirect bidders' accepted bids over all competitive ones, in percent;
    the same term, reopenings included. Scaled by mean and sample standard deviation of the
    12 auctions before. notice, warning and critical by the distance below the mean in those, and
    never for less than `min_shortfall_pct` percentage points.

    Base rate: no results are at hand to measure it. Were shares normal and independent, of some 84
    such auctions a year 7.4 would be notices or more, 3.4 warnings or more and 0.6 critical
    (Student's t with 11 degrees, over the root of 13/12).
    """

    rule_id = "weak_auction"
    title = "Weak auction"
    kind = Kind.EVENT
    record_of = "auctions"
    # All terms come from one file: any of them is enough.
    needed = (tuple(f"auction.{term}.indirect_share" for term in TERMS),)
    context_series = (*(f"auction.{term}.{one}" for term in TERMS for one in MEASURES), *MARKET)
    noun = "auction"
    sellers = "Indirect bidders are foreign and domestic: no proof of a sale."
    caveat = (
        "Indirect bidders are all who bid through somebody else: foreign officials through the New "
        "York Fed, and many domestic funds. A small share names no country, and dealers sell on "
        "what they take."
    )
    would_change = (
        "A usual share at the next auction of the same tenor, or TIC with net foreign purchases "
        "for this month, would mean that it was one auction."
    )

    enabled: bool = True
    notice_below_mean_sd: Sd = 1.5
    warning_below_mean_sd: Sd = 2.0
    critical_below_mean_sd: Sd = 3.0
    min_shortfall_pct: Annotated[float, Interval(ge=0, le=50)] = 3.0

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The indirect share of the term's auctions, against what counted as weak at this one."""
        auctions = sessions_of(panel, (_share_of(subject),))
        share = auctions.level[_share_of(subject)]
        mean, spread = usual_before(share, EARLIER)
        weak = mean - np.maximum(self.notice_below_mean_sd * spread, self.min_shortfall_pct)
        levels = weak[(auctions.session == np.datetime64(period_end)) & ~np.isnan(weak)]
        line = Line("", auctions.session, share)
        title = f"{TERMS[subject]}, indirect bidders' share"
        return (Plot(title, "pct", "auction", (line,), levels=tuple(levels)),)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a term and auction; unknown until 12 earlier ones are known."""
        return tuple(self._judge(panel, term) for term in TERMS)

    def _judge(self, panel: Panel, term: str) -> Evaluations:
        auctions = sessions_of(panel, (_share_of(term),))
        share = auctions.level[_share_of(term)]
        mean, spread = usual_before(share, EARLIER)
        short = mean - share
        # Twelve equal shares have no spread, and then no distance can be told.
        below = np.divide(short, spread, out=np.full(len(share), np.nan), where=spread > 0)
        # A shortfall that is too small to count is near to nothing, however unusual.
        graded = self._sizes("below_mean_sd").graded(
            below, "sd", counts=short >= self.min_shortfall_pct
        )
        on, known = Auctions(term, share, mean, spread), auctions.known_over(EARLIER)
        return self._answers(panel, term, on, auctions.session, known, graded)

    def _why_unknown(self, case: Case[Auctions]) -> str:
        return (
            f"No data for the {TERMS[case.on.term]} auction of {day(case.period)}: fewer than "
            f"{EARLIER} earlier ones of its tenor are stored, or all were equal."
        )

    def _headline(self, case: Case[Auctions]) -> str:
        share, mean = case.on.share[case.row], case.on.mean[case.row]
        return (
            f"Indirect bidders took {number(share, 1)}% of the {TERMS[case.on.term]} on "
            f"{day(case.period)}, {signed(share - mean, 1)}pp from the {EARLIER}-auction mean."
        )

    def _numbers(self, case: Case[Auctions]) -> tuple[Evidence, ...]:
        auctions, row, source = case.on, case.row, case.source(_share_of(case.on.term))
        limit, stamp = (
            self._sizes("below_mean_sd").of(self._against(case)),
            pd.Timestamp(case.stamp),
        )
        results = (
            (label, case.panel.frame[f"auction.{auctions.term}.{one}"].loc[stamp], unit)
            for one, (label, unit) in MEASURES.items()
        )
        last, before = f"of the last {EARLIER}", auctions.share[row - 1]
        return (
            case.line(f"Below the mean {last}", case.measure, "sd", source, limit),
            *(case.line(*one, source) for one in results),
            case.line(f"Mean indirect share {last}", auctions.mean[row], "pct", source),
            case.line("Indirect share at the auction before", before, "pct", source),
            case.line(f"Standard deviation {last}", auctions.spread[row], "pct", source),
        )

    def _context(self, case: Case[Auctions]) -> Context:
        share, series_id = case.on.share, _share_of(case.on.term)
        place, often = case.rank(share, case.source(series_id), low=True), case.frequency()
        return Context(
            f"{number(case.measure, 1)}σ below that mean; the {place.said('lowest share')}. "
            f"{often.said('weak auction of this tenor')}.",
            case.behind({"Indirect share": place, "Weak auctions of this tenor": often}),
            case.analogues(share, "pct", out=((series_id,), 0)),
        )


def _share_of(term: str) -> str:
    return f"auction.{term}.indirect_share"
