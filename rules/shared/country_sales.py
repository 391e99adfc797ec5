"""Large net sales by a country or by several together: what the rule and its instances share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Final

import numpy as np
import pandas as pd
from annotated_types import Interval

from rules.case import Case
from rules.context.base_rates import base_rate
from rules.definition import Context
from rules.evaluation import Evaluations
from rules.model import Evidence, Panel, type_bool, type_float
from rules.plot import Plot
from rules.severity_grading import Graded
from rules.shared.tic_rule import Area, TicRule
from rules.shared.tic_text import country_caveat, long_bn_until, long_counts, net_plot, with_bills
from rules.terms import Severity
from rules.tic.areas import BELGIUM, GRAND_TOTAL
from rules.tic.lines import own_table, read_for
from rules.tic.sellers import others_net
from rules.tic.series_ids import LONG, MEASURES
from rules.wording import listed, month, number, plural, signed, signed_pct

UsdBn = Annotated[float, Interval(gt=0, le=1000)]
Pct = Annotated[float, Interval(gt=0, le=100)]
Sd = Annotated[float, Interval(gt=0, le=10)]
# The months before it that a month's z-score is taken from, and the fewest.
OWN_MONTHS: Final = 36
FEWEST_OWN_MONTHS: Final = 24


@dataclass(frozen=True, kw_only=True)
class NetSalesSizes:
    """The net sales of a month that count as large, in USD bn.

    `..._pct_of_holdings` reaches a severity too when the net sales are that share of the holdings a
    month earlier; `..._sd_below_mean` when long-term net is so many standard deviations below the
    mean of the 36 months before it, by one source; `warning_lowest_pct_of_own_history` warns when
    the month is in the lowest so many percent of its own earlier months. The last two need 24
    months; all are off unless set.
    """

    warning_net_sales_usd_bn: UsdBn = 20.0
    critical_net_sales_usd_bn: UsdBn = 30.0
    warning_pct_of_holdings: Pct | None = None
    critical_pct_of_holdings: Pct | None = None
    warning_sd_below_mean: Sd | None = None
    critical_sd_below_mean: Sd | None = None
    warning_lowest_pct_of_own_history: Pct | None = None

    def usd_bn(self, severity: Severity) -> float:
        """The size in dollars of a severity."""
        found: float = getattr(self, f"{severity.label}_net_sales_usd_bn")
        return found

    def own(self, severity: Severity) -> tuple[float, float]:
        """The sizes in percent of holdings and in standard deviations; NaN where one is off."""
        pct = getattr(self, f"{severity.label}_pct_of_holdings")
        sd = getattr(self, f"{severity.label}_sd_below_mean")
        return pct or np.nan, sd or np.nan

    def months_before(self, own: pd.DataFrame) -> int:
        """How many months before it a month is compared with by these sizes."""
        if self.warning_lowest_pct_of_own_history is not None:
            return len(own)
        return OWN_MONTHS if self._has("sd_below_mean") else 0

    def _has(self, of: str) -> bool:
        """Whether a size of its own is set at any severity."""
        levels = (Severity.WARNING, Severity.CRITICAL)
        return any(getattr(self, f"{one.label}_{of}") is not None for one in levels)

    def own_measures(self, own: pd.DataFrame) -> type_float:
        """A row a month: the net in percent of holdings and long-term net as its z-score, each NaN
        where no size is of it."""
        nothing = np.full(len(own), np.nan)
        share = lowest_pct(own) if self._has("pct_of_holdings") else nothing
        zscore = own_zscore(own) if self._has("sd_below_mean") else nothing
        return np.column_stack([share, zscore])

    def of_own(self, measures: type_float, severity: Severity) -> tuple[type_float, type_bool]:
        """How much of its own sizes each row of `own_measures` is, the largest known, NaN without
        one; and whether one is set and not known."""
        sizes = np.array(self.own(severity))
        ratios = -measures / sizes
        return np.fmax(*ratios.T), (np.isnan(ratios) & ~np.isnan(sizes)).any(axis=1)

    def is_lowest(self, own: pd.DataFrame) -> type_bool:
        """Whether a month is among the lowest of its own."""
        if self.warning_lowest_pct_of_own_history is None:
            return np.zeros(len(own), dtype=bool)
        lowest = pd.Series(data=False, index=own.index)
        # Inside one source and one measure: a rank over the break of 2023-02 says nothing.
        for _, mine in own.groupby("form_s"):
            place = 100.0 * mine[LONG].expanding(min_periods=25).rank(pct=True)
            low = (place <= self.warning_lowest_pct_of_own_history) & (mine[LONG] < 0)
            lowest |= low.reindex(own.index, fill_value=False)
        return lowest.to_numpy()


@dataclass(frozen=True, kw_only=True)
class Country(NetSalesSizes):
    """One watched country: its name, its TIC code, and what counts as large."""

    name: str
    code: str


def lowest_pct(own: pd.DataFrame) -> type_float:
    """Each month's net, long-term or with bills, in percent of the holdings a month earlier."""
    return np.asarray(own[["long_pct", "net_pct"]].min(axis=1), dtype=np.float64)


def own_zscore(own: pd.DataFrame) -> type_float:
    """Each month's long-term net, in standard deviations from the mean of the months before it by
    the same source; NaN with too few."""
    found = pd.Series(np.nan, index=own.index)
    for _, mine in own.groupby("form_s"):
        before = mine[LONG].shift(1).rolling(OWN_MONTHS, min_periods=FEWEST_OWN_MONTHS)
        found.update((mine[LONG] - before.mean()) / before.std())
    return np.asarray(found, dtype=np.float64)


class CountrySales(TicRule):
    """A month's net sales of long-term or of all Treasuries by each country watched."""

    others = (BELGIUM, GRAND_TOTAL)
    # There is no notice: a quiet month stands against the warning size.
    least_sized = Severity.WARNING
    # The countries that the words set beside each other, by subject.
    countries: Mapping[str, Country]

    @property
    def would_change(self) -> str:
        """What would change the reading."""
        return (
            "The next releases revise this month; purchases that make up for it within a quarter, "
            "or the same amount bought through Belgium over several months, would change the "
            "reading."
        )

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
        measures = country.own_measures(own)
        to_warning, unknown_own = country.of_own(measures, Severity.WARNING)
        to_critical, _ = country.of_own(measures, Severity.CRITICAL)
        unknown = np.isnan(lowest) | (area.unpublished_bn <= -size) | unknown_own
        warned = (lowest <= -size) | (to_warning >= 1) | country.is_lowest(own)
        severity = np.select(
            [(lowest <= -country.critical_net_sales_usd_bn) | (to_critical >= 1), warned, unknown],
            [Severity.CRITICAL, Severity.WARNING, Evaluations.UNKNOWN],
            Evaluations.QUIET,
        ).astype(np.int8)
        ratios = area.measures_mn / 1000.0 / -size
        nearness = np.fmax(lowest / -size, to_warning)
        graded = Graded(severity, lowest, "usd_bn", ratios, nearness)
        return self._of_area(panel, key, area, graded, country.months_before(own))

    def _country(self, case: Case[Area]) -> Country:
        return self.countries[case.answers.subject]

    def _others(self, case: Case[Area]) -> tuple[tuple[str, str], ...]:
        others = [(c.name, c.code) for c in self.countries.values() if c.code != case.on.code]
        return (("All", GRAND_TOTAL), *others, ("Belgium", BELGIUM))

    def _why_unknown(self, case: Case[Area]) -> str:
        own, row = case.on.own, case.row
        if np.isnan(own[[*MEASURES]].iloc[row]).any():
            return super()._why_unknown(case)
        held = np.isnan(lowest_pct(own)[row])
        few = f"fewer than {FEWEST_OWN_MONTHS} earlier months by the same source are stored"
        why = "the holdings a month earlier are not known" if held else few
        return f"No data for {case.on.name}, {month(case.period)}: {why}, so its size is not known."

    def _caveat(self, case: Case[Area]) -> str:
        area = case.on
        return country_caveat(case.panel, area.code, self._others(case), area.own, case.row)

    def _numbers(self, case: Case[Area]) -> tuple[Evidence, ...]:
        country, against = self._country(case), self._against(case)
        warning = country.warning_net_sales_usd_bn
        pct, sd = country.own(against)
        found = (
            *self._transactions(case, -country.usd_bn(against), None if np.isnan(pct) else -pct),
            *(() if np.isnan(sd) else (_zscore_line(case, sd),)),
            *others_net(case.panel, self._others(case), pd.Timestamp(case.stamp)),
        )
        if self._ranked(case) is None:
            return found
        return (*found, *long_counts(case, case.on.name, case.on.own, warning))

    def _context(self, case: Case[Area]) -> Context:
        """Bills and what crossed, the rank of the measure that leads, and how often it was so
        large; a month without long-term net has no rank."""
        own, row, ranked = case.on.own, case.row, self._ranked(case)
        country, alike = self._country(case), self._last_alike(case, case.on.long_bn, "usd_bn")
        size = country.warning_net_sales_usd_bn
        second = f"{with_bills(own, row)}{_which_crossed(case.on, country, row)}"
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


def _zscore_line(case: Case[Area], size_sd: float) -> Evidence:
    label = f"{case.on.name}, net long-term against its mean (up to {OWN_MONTHS} months)"
    return case.line(
        label,
        own_zscore(case.on.own)[case.row],
        "sd",
        case.source(*read_for(case.on.code)[:1]),
        -size_sd,
    )


def _which_crossed(area: Area, country: Country, row: int) -> str:
    """Which measure the alert is for, where it is not the one that leads."""
    size = country.warning_net_sales_usd_bn
    if area.long_bn[row] > -size >= area.lowest_bn[row]:
        return f": the total crossed ${number(size)}bn, long-term did not."
    if area.lowest_bn[row] <= -size:
        return "."
    pct, sd = country.own(Severity.WARNING)
    share, zscore = country.own_measures(area.own)[row]
    crossed = [
        *([f"{signed_pct(share, 1)} of holdings"] if share <= -pct else ()),
        *(
            [f"{signed(zscore, 1)}σ from its mean of up to {OWN_MONTHS} months"]
            if zscore <= -sd
            else ()
        ),
        *(["one of the lowest of its own months"] if country.is_lowest(area.own)[row] else ()),
    ]
    return f": {listed(crossed)}." if crossed else "."
