"""Aggregate net sales: all foreigners together sold Treasuries on balance in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import numpy as np
import pandas as pd
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context
from rules.evaluation import Evaluations, any_of
from rules.model import Evidence, Panel, type_bool, type_float
from rules.plot import Plot
from rules.severity_grading import Graded
from rules.shared.tic_rule import Area, TicRule
from rules.shared.tic_text import (
    basis,
    headline,
    net_plot,
    pct_plot,
    size_words,
    source_of,
    with_bills,
)
from rules.terms import Severity
from rules.tic.areas import CENTRES, GRAND_TOTAL, OFFICIAL, PRIVATE, area_name
from rules.tic.lines import own_table
from rules.tic.sellers import others_net, remainder, sellers_mn, sellers_words, who_words
from rules.tic.series_ids import LONG, TOTAL
from rules.wording import month, signed_pct

PCT: Final = "pct_of_holdings"
USD_BN: Final = "net_sales_usd_bn"

UsdBn = Annotated[float, Interval(gt=0, le=1000)]
Pct = Annotated[float, Interval(gt=0, le=100)]


@dataclass(frozen=True, kw_only=True)
class AggregateNetSales(TicRule):
    """A dated event: net sales of Treasuries, bills included, by all foreigners in one month.

    TIC slt_table3, area "Grand Total": the total in percent of the holdings a month earlier (those
    of mfhhis01 before 2020); before 2023-02 Form S long-term plus the change of the bill position,
    before 2020 long-term alone. Transactions, never the fall in holdings. notice, warning and
    critical at or below minus their `*_pct_of_holdings`. The `*_net_sales_usd_bn` are off unless
    set: then a long-term or total net sale of so many USD bn has that severity too. Long-term
    leads every message. Custodial centres, and officials against private holders, are context and
    no rule: one month of them proves nothing.

    With the total n.a. long-term alone is judged; where it does not fire, the month is quiet only
    if bills show that the total does not either, else unknown.

    Base rate, 2000-04 to 2026-04: 34 months of 313 at notice or more, 22 at warning or more, 10
    critical; 1.3, 0.8 and 0.4 a year.
    """

    rule_id = "aggregate_net_sales"
    title = "Aggregate net sales"
    others = (*CENTRES, OFFICIAL, PRIVATE)
    caveat = (
        "One month of net sales is not a reallocation, which takes years. The total has been "
        "revised by $10.6bn on average after its first print, and its sign changed in 3 of 34 "
        "months. What custodial centres hold belongs to many countries."
    )
    would_change = (
        "The next releases revise this month. Net purchases over the quarter, or a weekly custody "
        "level that held, would mean that it was one month."
    )

    enabled: bool = True
    notice_pct_of_holdings: Pct = 0.5
    warning_pct_of_holdings: Pct = 0.75
    critical_pct_of_holdings: Pct = 1.0
    notice_net_sales_usd_bn: UsdBn | None = None
    warning_net_sales_usd_bn: UsdBn | None = None
    critical_net_sales_usd_bn: UsdBn | None = None

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Long-term net of all foreigners by month, and with bills in percent against the sizes."""
        own, who = own_table(panel, GRAND_TOTAL), "All foreigners"
        usd_bn = [-size for size in self._sizes(USD_BN) if np.isfinite(size)]
        pct = [-size for size in self._sizes(PCT)]
        return net_plot(own, who, period_end, usd_bn), pct_plot(own, who, period_end, pct)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a month; unknown where TIC gives too little to tell."""
        area = Area.of(panel, "All foreigners", GRAND_TOTAL)
        pct, lowest_bn = _judged_pct(area.own), area.lowest_bn
        never = np.zeros(len(pct), dtype=bool)
        in_pct = self._sizes(PCT).codes(-pct, never)
        severity = np.maximum(in_pct, self._sizes(USD_BN).codes(-lowest_bn, never))
        unknown = (severity == Evaluations.QUIET) & self._untold(area, pct)
        severity = np.where(unknown, Evaluations.UNKNOWN, severity).astype(np.int8)
        smallest = self._sizes(PCT).notice, min(self._sizes(USD_BN))
        ratios = np.column_stack((pct, lowest_bn)) / [-size for size in smallest]
        graded = Graded(severity, pct, "pct", ratios, any_of(ratios))
        return (self._of_area(panel, "all", area, graded),)

    def _untold(self, area: Area, pct: type_float) -> type_bool:
        """The months that cannot be called quiet: nothing is known, or too little."""
        held_bn = area.own["held_before"].to_numpy() / 1000.0
        size_bn, usd_bn = held_bn * self.notice_pct_of_holdings / 100.0, min(self._sizes(USD_BN))
        by_pct = area.own[TOTAL].isna().to_numpy() & (area.unpublished_bn <= -size_bn)
        by_usd = np.isfinite(usd_bn) & (area.unpublished_bn <= -usd_bn)
        return np.asarray(np.isnan(pct) | by_pct | by_usd)

    def _against(self, case: Case[Area]) -> Severity:
        """The severity of the month; of a quiet one that of the size which it is nearest to."""
        in_pct, in_usd = case.answers.ratios[case.row]
        if case.code == Evaluations.QUIET and in_usd > in_pct:
            sizes = self._sizes(USD_BN)
            return Severity(1 + sizes.index(min(sizes)))
        return super()._against(case)

    def _why_unknown(self, case: Case[Area]) -> str:
        own, row = case.on.own, case.row
        if np.isnan(own["held_before"].iloc[row]) and not np.isnan(own["net"].iloc[row]):
            when = month(case.period)
            return f"All foreigners, {when}: holdings of the month before are not known."
        return super()._why_unknown(case)

    def _headline(self, case: Case[Area]) -> str:
        return headline("Foreigners together", case.on.own, case.row)

    def _caveat(self, case: Case[Area]) -> str:
        own, row, stamp = case.on.own, case.row, pd.Timestamp(case.stamp)
        total_mn = float(own[LONG].iloc[row])
        who = who_words(case.panel, stamp, total_mn), sellers_words(case.panel, stamp, total_mn)
        return " ".join(said for said in (*who, basis(own, row), self.caveat) if said)

    def _numbers(self, case: Case[Area]) -> tuple[Evidence, ...]:
        panel, own, row, stamp = case.panel, case.on.own, case.row, pd.Timestamp(case.stamp)
        against = self._against(case)
        usd = self._sizes(USD_BN).of(against)
        listed = [(area_name(c), c) for c in (*CENTRES, *sellers_mn(panel, stamp, besides=CENTRES))]
        total_mn = float(own[LONG].iloc[row])
        source = source_of(panel, GRAND_TOTAL, own, row, LONG)
        return (
            *self._transactions(
                case, -usd if np.isfinite(usd) else None, -self._sizes(PCT).of(against)
            ),
            *others_net(panel, [(area_name(c), c) for c in (OFFICIAL, PRIVATE)], stamp),
            *others_net(panel, listed, stamp),
            remainder(panel, stamp, [code for _, code in listed], total_mn, source),
        )

    def _context(self, case: Case[Area]) -> Context:
        own, row, pct = case.on.own, case.row, case.answers.measure
        often = case.frequency()
        ranked = self._ranked(case)
        place, evidence = "", case.behind({"Such months": often})
        if ranked is not None:
            place = f"{ranked.words(float(own['long_pct'].iloc[row]))} "
            evidence = (*ranked.evidence("Net sales", case.period), *evidence)
        return Context(
            f"{self._second_line(case)} {place}{often.said('such month', self.noun)}.",
            evidence,
            self._last_alike(case, pct, "pct"),
        )

    def _second_line(self, case: Case[Area]) -> str:
        """Bills, the total, and its percent of holdings against the size that it reached."""
        pct, said = case.measure, with_bills(case.on.own, case.row).rstrip(".")
        if np.isnan(pct):
            return f"{said}."
        reached = [size for size in self._sizes(PCT) if pct <= -size]
        against = f", beyond {size_words(reached[-1])}" if reached else ""
        return f"{said}: {signed_pct(pct, 2)} of their holdings{against}."


def _judged_pct(own: pd.DataFrame) -> type_float:
    """With bills in percent of holdings; long-term alone where the total is not known."""
    found = own["net_pct"].where(own["net_pct"].notna(), own["long_pct"])
    return np.asarray(found, dtype=np.float64)
