"""Large foreign net sales: a country sold Treasuries on balance in a month, by TIC transactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.aftermath import analogues, published
from rules.areas import BELGIUM, CHINA, GRAND_TOTAL, JAPAN
from rules.base_rates import base_rate
from rules.evaluation import Evaluations, shown_against
from rules.market import MARKET
from rules.model import AlertText, Evidence, Kind, Panel, Severity, to_date
from rules.plot import Plot
from rules.tic import (
    LONG,
    MEASURES,
    RELEASED_AFTER,
    TOTAL,
    known_months,
    may_hide_sale,
    own_table,
    read_for,
    tic_series,
    transactions_of,
)
from rules.tic_sellers import others_net
from rules.tic_text import (
    Ranked,
    context_series,
    country_caveat,
    headline,
    long_bn_until,
    net_plot,
    not_published,
    numbers_of,
    pct_of_holdings,
    with_bills,
)
from rules.wording import month, number, plural

FALSIFIER: Final = (
    "The next releases revise this month; purchases that make up for it within a quarter, or the "
    "same amount bought through Belgium over several months, would change the reading."
)

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
class ForeignNetSales:
    """A dated event: net sales of long-term or of all Treasuries by a country in one month.

    From TIC slt_table3, and Form S before 2023-02, transactions and never the fall in holdings:
    holdings also move with prices and with custody. Long-term net or the total with bills at or
    below minus the `warning` size warns, at or below minus the `critical` size is critical.
    Long-term leads every message, also where the total crossed. Negative = foreigners sold. Of a
    month of Form S the total is Form S long-term plus the change of the bill position, known from
    2020-01. Every signal shows the split: change in holdings = net transactions + valuation +
    other.

    A month with one of the two measures n.a. is quiet only where bills show that the other is no
    sale of that size; else it is unknown.

    Base rate, 2011-09 to 2026-04: Japan 11 months, 0.75 a year, of them 4 critical; China 20, 1.36
    a year, 7 critical. Long-term alone was at 20 USD bn or more in 9 and 18 of them (TIC, release
    of 2026-06-18, and Form S before 2023-02).
    """

    rule_id: ClassVar[str] = "foreign_net_sales"
    title: ClassVar[str] = "Foreign net sales"
    kind: ClassVar[Kind] = Kind.EVENT
    # TIC comes about six weeks after the month; a shutdown or a holiday may add some days.
    prompt_within: ClassVar[timedelta] = timedelta(days=56)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    enabled: bool = True
    countries: Mapping[str, Country] = field(default_factory=_watched)

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The transactions of each watched country."""
        return tuple(
            tuple(tic_series(country.code, measure) for measure in MEASURES)
            for country in self.countries.values()
        )

    @property
    def series(self) -> tuple[str, ...]:
        """All columns of each watched country; long-term net of Belgium, of all and of every other
        country, for the words; closes."""
        codes = [country.code for country in self.countries.values()]
        own = [name for code in codes for name in read_for(code)]
        context = context_series((*codes, BELGIUM, GRAND_TOTAL))
        return tuple(dict.fromkeys((*own, *context, *MARKET)))

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The countries' own columns."""
        return tuple(name for one in self.countries.values() for name in read_for(one.code))

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
        own = own_table(panel, country.code)
        net_bn = own[list(MEASURES)] / 1000.0
        lowest = net_bn.min(axis=1)
        hidden = may_hide_sale(own, 1000.0 * country.warning_net_sales_usd_bn)
        warned = (lowest <= -country.warning_net_sales_usd_bn) | self._beyond_own(country, own)
        severity = np.select(
            [lowest <= -country.critical_net_sales_usd_bn, warned, lowest.isna() | hidden],
            [Severity.CRITICAL, Severity.WARNING, Evaluations.UNKNOWN],
            Evaluations.QUIET,
        ).astype(np.int8)
        known = known_months(panel, country.code, own)

        def explain(row: int) -> AlertText:
            return self._explain(panel, key, own, severity, known[row], row)

        return Evaluations.final(
            self.rule_id,
            key,
            own.index.to_numpy().astype("datetime64[D]"),
            known,
            severity,
            lowest.to_numpy(),
            "usd_bn",
            net_bn.to_numpy() / -country.warning_net_sales_usd_bn,
            explain,
            nearness=lowest.to_numpy() / -country.warning_net_sales_usd_bn,
        )

    def _beyond_own(self, country: Country, own: pd.DataFrame) -> pd.Series[bool]:
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

    def _explain(
        self,
        panel: Panel,
        key: str,
        own: pd.DataFrame,
        severity: npt.NDArray[np.int8],
        known_by: np.datetime64,
        row: int,
    ) -> AlertText:
        country = self.countries[key]
        months = own.index.to_numpy().astype("datetime64[D]")
        period = to_date(months[row])
        if severity[row] == Evaluations.UNKNOWN:
            return AlertText(headline=not_published(country.name, own, row))
        # There is no notice: a quiet month stands against the warning size.
        against = max(shown_against(severity[row]), Severity.WARNING)
        evidence = self._evidence(panel, country, own, against, row)
        said = headline(country.name, own, row)
        if severity[row] == Evaluations.QUIET:
            return AlertText(said, evidence=evidence, period=month(period))
        alike = np.flatnonzero((severity[:row] > 0) & (severity[:row] >= severity[row]))
        unusual, ranks = self._unusual(key, own, row)
        return AlertText(
            headline=said,
            unusual=unusual,
            caveat=country_caveat(panel, country.code, self._others(country), own, row),
            evidence=(*evidence, *ranks),
            period=month(period),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                known_by,
                months[alike],
                own[LONG].to_numpy()[alike] / 1000.0,
                "usd_bn",
                published(panel, transactions_of(country.code), months[alike], RELEASED_AFTER),
            ),
            against=against,
        )

    def _unusual(self, key: str, own: pd.DataFrame, row: int) -> tuple[str, tuple[Evidence, ...]]:
        """The second line, the rank of the measure that leads, and how often it was so large; with
        the numbers. A month without long-term net has no rank."""
        country = self.countries[key]
        second = f"{with_bills(own, row)}{_which_crossed(country, own, row)}"
        if np.isnan(own[LONG].iloc[row]):
            return second, ()
        ranked, known = Ranked.of(own, row), long_bn_until(own, row)
        size = country.warning_net_sales_usd_bn
        beyond = plural(int((known <= -size).sum()), "month")
        period = to_date(own.index.to_numpy()[row])
        rate = base_rate(self.rule_id, key) if ranked.usd_bn.recent is None else None
        shipped = "" if rate is None else f" ({rate.said})"
        words = (
            f"{second} {ranked.words(float(own['long_pct'].iloc[row]))} {beyond} of long-term net "
            f"sales of ${number(size)}bn or more since {month(ranked.usd_bn.first)}{shipped}."
        )
        return words, ranked.evidence(f"{country.name}, net sales", period)

    def _evidence(
        self, panel: Panel, country: Country, own: pd.DataFrame, against: Severity, row: int
    ) -> tuple[Evidence, ...]:
        is_critical = against is Severity.CRITICAL
        limit = (
            country.critical_net_sales_usd_bn if is_critical else country.warning_net_sales_usd_bn
        )
        limits = dict.fromkeys(MEASURES, -limit)
        code, name = country.code, country.name
        found = (
            *numbers_of(panel, name, code, own, row, limits),
            *pct_of_holdings(panel, name, code, own, row, None),
            *others_net(panel, self._others(country), own.index[row]),
        )
        return found if np.isnan(own[LONG].iloc[row]) else (*found, *_counts(country, own, row))

    def _others(self, country: Country) -> tuple[tuple[str, str], ...]:
        watched = tuple((c.name, c.code) for c in self.countries.values() if c is not country)
        return (("All", GRAND_TOTAL), *watched, ("Belgium", BELGIUM))


def _which_crossed(country: Country, own: pd.DataFrame, row: int) -> str:
    """Which measure the alert is for, where it is not the one that leads."""
    size = country.warning_net_sales_usd_bn
    long_bn, total_bn = (float(own[name].iloc[row]) / 1000.0 for name in (LONG, TOTAL))
    if long_bn > -size >= total_bn:
        return f": the total crossed ${number(size)}bn, long-term did not."
    return "."


def _counts(country: Country, own: pd.DataFrame, row: int) -> tuple[Evidence, ...]:
    known = long_bn_until(own, row)
    period = to_date(own.index.to_numpy()[row])
    source = f"long-term net since {month(to_date(known.index.to_numpy()[0]))}, one source"
    beyond = float((known <= -country.warning_net_sales_usd_bn).sum())
    as_large = float((known <= known.iloc[-1]).sum())
    label, last_12 = f"{country.name}, long-term, last 12 months", float(known.iloc[-12:].sum())
    return (
        Evidence(label, last_12, "usd_bn", period, source),
        Evidence(f"{country.name}, months as large or larger", as_large, "count", period, source),
        Evidence(f"{country.name}, months at or beyond the size", beyond, "count", period, source),
    )
