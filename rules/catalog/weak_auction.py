"""Weak auction: indirect bidders, foreign officials among them, take an unusually small share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.aftermath import analogues, published
from rules.evaluation import Evaluations, severity_codes, shown_against
from rules.figure import Line
from rules.history_stats import Frequency, Rank
from rules.market import MARKET, Market, sessions_of
from rules.model import AlertText, Evidence, Kind, Panel, Severity, to_date, type_float
from rules.plot import Plot
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
CAVEAT: Final = (
    "Indirect bidders are all who bid through somebody else: foreign officials through the New "
    "York Fed, and many domestic funds. A small share names no country, and dealers sell on what "
    "they take."
)
FALSIFIER: Final = (
    "A usual share at the next auction of the same term, or TIC with net foreign purchases for "
    "this month, would say that it was one auction."
)

Sd = Annotated[float, Interval(gt=0, le=10)]


@dataclass(frozen=True, kw_only=True)
class WeakAuction:
    """A dated event, one for each term: the indirect share is far below that of the last 12.

    Treasury auction results, indirect bidders' accepted bids over all competitive ones, in percent;
    the same term, reopenings included. Scaled by mean and sample standard deviation of the
    12 auctions before. notice, warning and critical by the distance below the mean in those, and
    never for less than `min_shortfall_pct` percentage points.

    Base rate: no results are at hand to measure it. Were shares normal and independent, of some 84
    such auctions a year 7.4 would be notices or more, 3.4 warnings or more and 0.6 critical
    (Student's t with 11 degrees, over the root of 13/12).
    """

    rule_id: ClassVar[str] = "weak_auction"
    title: ClassVar[str] = "Weak auction"
    kind: ClassVar[Kind] = Kind.EVENT
    prompt_within: ClassVar[timedelta] = timedelta(hours=42)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    enabled: bool = True
    notice_below_mean_sd: Sd = 1.5
    warning_below_mean_sd: Sd = 2.0
    critical_below_mean_sd: Sd = 3.0
    min_shortfall_pct: Annotated[float, Interval(ge=0, le=50)] = 3.0

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The indirect share of any term: all come from one file."""
        return (tuple(_series(term, "indirect_share") for term in TERMS),)

    @property
    def series(self) -> tuple[str, ...]:
        """All results of each term, and closes for what followed."""
        return (*(_series(term, one) for term in TERMS for one in MEASURES), *MARKET)

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The indirect shares."""
        return tuple(_series(term, "indirect_share") for term in TERMS)

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The indirect share of the term's auctions, against what counted as weak at this one."""
        auctions = sessions_of(panel, (_series(subject, "indirect_share"),))
        share = auctions.level[_series(subject, "indirect_share")]
        mean, spread = _usual(share)
        weak = mean - np.maximum(self.notice_below_mean_sd * spread, self.min_shortfall_pct)
        levels = weak[(auctions.session == np.datetime64(period_end)) & ~np.isnan(weak)]
        line = Line("", auctions.session, share)
        title = f"{TERMS[subject]}, indirect bidders' share"
        return (Plot(title, "pct", "auction", (line,), levels=tuple(levels)),)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a term and auction; unknown until 12 earlier ones are known."""
        return tuple(self._judge(panel, term) for term in TERMS)

    def _judge(self, panel: Panel, term: str) -> Evaluations:
        auctions = sessions_of(panel, (_series(term, "indirect_share"),))
        share = auctions.level[_series(term, "indirect_share")]
        mean, spread = _usual(share)
        short = mean - share
        # Twelve equal shares have no spread, and then no distance can be told.
        below = np.divide(short, spread, out=np.full(len(share), np.nan), where=spread > 0)
        counts = short >= self.min_shortfall_pct
        severity = severity_codes(
            notice=counts & (below >= self.notice_below_mean_sd),
            warning=counts & (below >= self.warning_below_mean_sd),
            critical=counts & (below >= self.critical_below_mean_sd),
            unknown=np.isnan(below),
        )

        def explain(row: int) -> AlertText:
            return self._explain(panel, term, auctions, severity, below, row)

        return Evaluations.final(
            self.rule_id,
            term,
            auctions.session,
            auctions.known_over(EARLIER),
            severity,
            below,
            "sd",
            np.reshape(below / self.notice_below_mean_sd, (-1, 1)),
            explain,
            # A shortfall that is too small to count is near to nothing, however unusual.
            nearness=np.where(counts, below / self.notice_below_mean_sd, np.nan),
        )

    def _explain(
        self,
        panel: Panel,
        term: str,
        auctions: Market,
        severity: npt.NDArray[np.int8],
        below: type_float,
        row: int,
    ) -> AlertText:
        share = auctions.level[_series(term, "indirect_share")]
        period = to_date(auctions.session[row])
        name = TERMS[term]
        if severity[row] == Evaluations.UNKNOWN:
            return AlertText(
                headline=f"The {name} auction of {day(period)} cannot be judged: fewer than "
                f"{EARLIER} earlier ones of its term are stored, or all were alike."
            )
        mean = float(_usual(share)[0][row])
        headline = (
            f"Indirect bidders took {number(share[row], 1)} % of the {name} on {day(period)}, "
            f"{signed(share[row] - mean, 1)} points from the last {EARLIER}."
        )
        against = shown_against(severity[row])
        evidence = self._evidence(panel, term, auctions, float(below[row]), against, row)
        if severity[row] == Evaluations.QUIET:
            return AlertText(headline, evidence=evidence)
        fired = severity > Evaluations.QUIET
        series_id = _series(term, "indirect_share")
        source = panel.source(series_id, period)
        place = Rank.of(share, auctions.session, row, low=True, sample=source)
        often = Frequency.of(auctions.session[fired], auctions.session[row], auctions.session[0])
        alike = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        return AlertText(
            headline,
            f"{number(below[row], 1)} standard deviations below their mean; the "
            f"{place.said('lowest share')}. {often.said('weak auction')} of this term.",
            CAVEAT,
            (
                *evidence,
                *place.evidence("Indirect share", period),
                *often.evidence("Weak auctions of this term", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                auctions.known[row],
                auctions.session[alike],
                share[alike],
                "pct",
                published(panel, (series_id,), auctions.session[alike], 0),
            ),
            against=against,
        )

    def _evidence(
        self,
        panel: Panel,
        term: str,
        auctions: Market,
        below: float,
        against: Severity,
        row: int,
    ) -> tuple[Evidence, ...]:
        stamp = pd.Timestamp(auctions.session[row])
        period, source = stamp.date(), panel.source(_series(term, "indirect_share"), stamp.date())
        share = auctions.level[_series(term, "indirect_share")]
        mean, spread, before = (float(one[row]) for one in (*_usual(share), np.roll(share, 1)))
        limit = {
            Severity.NOTICE: self.notice_below_mean_sd,
            Severity.WARNING: self.warning_below_mean_sd,
            Severity.CRITICAL: self.critical_below_mean_sd,
        }[against]
        results = tuple(
            Evidence(label, float(panel.frame[_series(term, one)].loc[stamp]), unit, period, source)
            for one, (label, unit) in MEASURES.items()
        )
        return (
            Evidence("Below the mean of the last 12", below, "sd", period, source, limit),
            *results,
            Evidence("Mean indirect share of the last 12", mean, "pct", period, source),
            Evidence("Indirect share at the auction before", before, "pct", period, source),
            Evidence("Standard deviation of the last 12", spread, "pct", period, source),
        )


def _series(term: str, measure: str) -> str:
    return f"auction.{term}.{measure}"


def _usual(share: type_float) -> tuple[type_float, type_float]:
    """Mean and sample deviation of the 12 shares before each; NaN where there are fewer."""
    earlier = pd.Series(share).shift(1).rolling(EARLIER)
    return earlier.mean().to_numpy(), np.round(earlier.std().to_numpy(), 9)
