"""Large foreign net sales: a country sold Treasuries on balance in a month, by TIC transactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Interval

from rules.case import Case
from rules.context.base_rates import base_rate
from rules.definition import Context
from rules.evaluation import Evaluations
from rules.model import Evidence, Panel, Severity
from rules.plot import Plot
from rules.severity_grading import Graded
from rules.shared.tic_rule import Area, TicRule
from rules.shared.tic_text import country_caveat, long_bn_until, long_counts, net_plot, with_bills
from rules.tic.areas import BELGIUM, CHINA, GRAND_TOTAL, JAPAN
from rules.tic.lines import may_hide_sale, own_table
from rules.tic.sellers import others_net
from rules.tic.series_ids import LONG, MEASURES
from rules.wording import month, number, plural

UsdBn = Annotated[float, Interval(gt=0, le=1000)]
Pct = Annotated[float, Interval(gt=0, le=100)]


@dataclass(frozen=True, kw_only=True)
class Country:
    """One watched country: TIC code and the net sales that count as large, in USD bn a month.

    `warning_pct_of_holdings` also warns when the net sales are that share of the holdings a month
    earlier; `warning_lowest_pct_of_own_history` when the month is in the lowest so many percent of
    the country's own earlier months (24 or more needed). Both are off unless set.
    """

    name: str
    code: str
    warning_net_sales_usd_bn: UsdBn = 20.0
    critical_net_sales_usd_bn: UsdBn = 30.0
    warning_pct_of_holdings: Pct | None = None
    warning_lowest_pct_of_own_history: Pct | None = None


def _watched() -> dict[str, Country]:
    return {
        "japan": Country(name="Japan", code=JAPAN),
        "china": Country(name="China", code=CHINA),
    }


@dataclass(frozen=True, kw_only=True)
class ForeignNetSales(TicRule):
    """A dated event: net sales of long-term or of all Treasuries by a country in one month.

    TIC slt_table3, and Form S before 2023-02: transactions, never the fall in holdings, which also
    move with prices and with custody. Long-term net or the total with bills at or below minus the
    `warning` size warns, at or below minus the `critical` size is critical. Long-term leads every
    message. Of a month of Form S the total is long-term plus the change of the bill position, known
    from 2020-01.

    With one of the two measures n.a. a month is quiet only where bills show no sale of that size.

    Base rate, 2011-09 to 2026-04: Japan 11 months, 0.75 a year, of them 4 critical; China 20, 1.36
    a year, 7 critical. Long-term alone was at 20 USD bn or more in 9 and 18 of them (TIC, release
    of 2026-06-18, and Form S before 2023-02).
    """

    rule_id = "foreign_net_sales"
    title = "Foreign net sales"
    others = (BELGIUM, GRAND_TOTAL)
    # There is no notice: a quiet month stands against the warning size.
    least_sized = Severity.WARNING
    would_change = (
        "The next releases revise this month; purchases that make up for it within a quarter, or "
        "the same amount bought through Belgium over several months, would change the reading."
    )

    enabled: bool = True
    countries: Mapping[str, Country] = field(default_factory=_watched)

    def _codes(self) -> tuple[str, ...]:
        return tuple(country.code for country in self.countries.values())

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The country's long-term net transactions by month, against its sizes."""
        country = self.countries[subject]
        sizes = (country.warning_net_sales_usd_bn, country.critical_net_sales_usd_bn)
        own = own_table(panel, country.code)
        return (net_plot(own, country.name, period_end, [-size for size in sizes]),)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a country and month; unknown where TIC gives too little to tell."""
        return tuple(self._judge(panel, key) for key in self.countries)

    def _judge(self, panel: Panel, key: str) -> Evaluations:
        country = self.countries[key]
        area = Area.of(panel, country.name, country.code)
        own, lowest, size = area.own, area.lowest_bn, country.warning_net_sales_usd_bn
        unknown = np.isnan(lowest) | may_hide_sale(own, 1000.0 * size).to_numpy()
        warned = (lowest <= -size) | _beyond_own(country, own).to_numpy()
        severity = np.select(
            [lowest <= -country.critical_net_sales_usd_bn, warned, unknown],
            [Severity.CRITICAL, Severity.WARNING, Evaluations.UNKNOWN],
            Evaluations.QUIET,
        ).astype(np.int8)
        ratios = own[list(MEASURES)].to_numpy() / 1000.0 / -size
        return self._of_area(
            panel, key, area, Graded(severity, lowest, "usd_bn", ratios, lowest / -size)
        )

    def _country(self, case: Case[Area]) -> Country:
        return self.countries[case.answers.subject]

    def _others(self, case: Case[Area]) -> tuple[tuple[str, str], ...]:
        others = [(c.name, c.code) for c in self.countries.values() if c.code != case.on.code]
        return (("All", GRAND_TOTAL), *others, ("Belgium", BELGIUM))

    def _caveat(self, case: Case[Area]) -> str:
        area = case.on
        return country_caveat(case.panel, area.code, self._others(case), area.own, case.row)

    def _numbers(self, case: Case[Area]) -> tuple[Evidence, ...]:
        country, is_critical = self._country(case), self._against(case) is Severity.CRITICAL
        warning, critical = country.warning_net_sales_usd_bn, country.critical_net_sales_usd_bn
        found = (
            *self._transactions(case, -critical if is_critical else -warning, None),
            *others_net(case.panel, self._others(case), pd.Timestamp(case.stamp)),
        )
        if self._ranked(case) is None:
            return found
        return (*found, *long_counts(case, case.on.name, case.on.own, warning))

    def _context(self, case: Case[Area]) -> Context:
        """Bills and what crossed, the rank of the measure that leads, and how often it was so
        large; a month without long-term net has no rank."""
        own, row, ranked = case.on.own, case.row, self._ranked(case)
        size, alike = (
            self._country(case).warning_net_sales_usd_bn,
            self._last_alike(case, case.on.long_bn, "usd_bn"),
        )
        second = f"{with_bills(own, row)}{_which_crossed(case.on, size, row)}"
        if ranked is None:
            return Context(second, (), alike)
        beyond = plural(int((long_bn_until(own, row) <= -size).sum()), "month")
        rate = base_rate(self.rule_id, case.answers.subject)
        shipped = "" if rate is None or ranked.usd_bn.recent else f" ({rate.said})"
        return Context(
            f"{second} {ranked.words(float(own['long_pct'].iloc[row]))} {beyond} of long-term net "
            f"sales of ${number(size)}bn or more since {month(ranked.usd_bn.first)}{shipped}.",
            ranked.evidence(f"{case.on.name}, net sales", case.period),
            alike,
        )


def _which_crossed(area: Area, size: float, row: int) -> str:
    """Which measure the alert is for, where it is not the one that leads."""
    if area.long_bn[row] > -size >= area.lowest_bn[row]:
        return f": the total crossed ${number(size)}bn, long-term did not."
    return "."


def _beyond_own(country: Country, own: pd.DataFrame) -> pd.Series[bool]:
    """Whether a month is beyond the optional limits relative to the country itself."""
    beyond = pd.Series(data=False, index=own.index)
    if country.warning_pct_of_holdings is not None:
        share = own[["long_pct", "net_pct"]].min(axis=1)
        beyond |= share <= -country.warning_pct_of_holdings
    if country.warning_lowest_pct_of_own_history is not None:
        # Inside one source and one measure: a rank over the break of 2023-02 says nothing.
        for _, mine in own.groupby("form_s"):
            place = 100.0 * mine[LONG].expanding(min_periods=25).rank(pct=True)
            low = (place <= country.warning_lowest_pct_of_own_history) & (mine[LONG] < 0)
            beyond |= low.reindex(own.index, fill_value=False)
    return beyond
