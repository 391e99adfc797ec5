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
from rules.context import Place
from rules.judged import Judged
from rules.market import MARKET
from rules.model import Evidence, Explained, Kind, Panel, Severity, to_date
from rules.plot import Plot
from rules.tic import (
    BELGIUM,
    CHINA,
    GRAND_TOTAL,
    JAPAN,
    MEASURES,
    RELEASED_AFTER,
    country_caveat,
    is_form_s,
    known_months,
    long_term_net_mn,
    lowest_bn,
    lowest_measure,
    net_bn_until,
    net_plot,
    not_published,
    own_table,
    read_for,
    split_mn,
    tic_series,
    tic_source,
)
from rules.wording import largest, month, number, plural, signed

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
    holdings also move with prices and with custody. `for_lt_treas_net` or `for_treas_net` at or
    below minus the `warning` size warns, at or below minus the `critical` size is critical; the
    measure further down is named. Negative = foreigners sold. Every signal shows the split: change
    in holdings = net transactions + valuation + other.

    Base rate since 2011-09: long-term net sales of 20 USD bn or more in 9 months for Japan and 18
    for China (TIC, release of 2026-06-18, and Form S before 2023-02).
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
        """All columns of each watched country; long-term net of Belgium and of all; closes."""
        own = [name for country in self.countries.values() for name in read_for(country.code)]
        context = [tic_series(code, "for_lt_treas_net") for code in (BELGIUM, GRAND_TOTAL)]
        return tuple(dict.fromkeys((*own, *context, *MARKET)))

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The countries' own columns."""
        return tuple(name for one in self.countries.values() for name in read_for(one.code))

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The country's net transactions by month, against its sizes."""
        country = self.countries[subject]
        sizes = (country.warning_net_sales_usd_bn, country.critical_net_sales_usd_bn)
        return (net_plot(panel, country.code, country.name, period_end, sizes),)

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """One answer a country and month; unknown where TIC gives no transactions."""
        return tuple(self._judge(panel, key) for key in self.countries)

    def _judge(self, panel: Panel, key: str) -> Judged:
        country = self.countries[key]
        own = own_table(panel, country.code)
        net_bn = own[list(MEASURES)] / 1000.0
        lowest = net_bn.min(axis=1)
        known_enough = net_bn.notna().any(axis=1)
        warned = (lowest <= -country.warning_net_sales_usd_bn) | self._beyond_own(country, own)
        severity = np.select(
            [lowest <= -country.critical_net_sales_usd_bn, warned, ~known_enough],
            [Severity.CRITICAL, Severity.WARNING, Judged.UNKNOWN],
            Judged.QUIET,
        ).astype(np.int8)
        known = known_months(panel, country.code, own)

        def explain(row: int) -> Explained:
            return self._explain(panel, country, own, severity, known[row], row)

        return Judged.final(
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
        net = own[list(MEASURES)].min(axis=1)
        beyond = pd.Series(data=False, index=own.index)
        if country.warning_pct_of_holdings is not None:
            share = 100.0 * net / own["for_treas_pos"].shift(1)
            beyond |= share <= -country.warning_pct_of_holdings
        if country.warning_lowest_pct_of_own_history is not None:
            place = 100.0 * net.expanding(min_periods=25).rank(pct=True)
            beyond |= (place <= country.warning_lowest_pct_of_own_history) & (net < 0)
        return beyond

    def _explain(
        self,
        panel: Panel,
        country: Country,
        own: pd.DataFrame,
        severity: npt.NDArray[np.int8],
        known_by: np.datetime64,
        row: int,
    ) -> Explained:
        months = own.index.to_numpy().astype("datetime64[D]")
        period = to_date(months[row])
        if severity[row] == Judged.UNKNOWN:
            return Explained(headline=not_published(country.name, period))
        this = own.iloc[row]
        measure = lowest_measure(own, row)
        net_bn = float(this[measure]) / 1000.0
        verb = "sold" if net_bn < 0 else "bought"
        by = "Form S" if is_form_s(panel, country.code, own.index[row]) else measure
        lowest = lowest_bn(own)
        alike = np.flatnonzero((severity[:row] > 0) & (severity[:row] >= severity[row]))
        fires = severity[row] > Judged.QUIET
        place = Place.of(lowest, months, row, low=True, sample=f"TIC, {measure}")
        standing = place.evidence(f"{country.name}, net sales", period)
        return Explained(
            headline=(
                f"{country.name} {verb} net USD {number(abs(net_bn), 1)} bn of "
                f"{MEASURES[measure]} in {month(period)} (TIC transactions, {by})."
            ),
            unusual=self._unusual(country, own, row, measure),
            caveat=country_caveat(panel, country.code, self._others(country), own, row),
            evidence=(*self._evidence(panel, country, own, row, measure), *standing),
            period=month(period),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                known_by,
                months[alike],
                lowest[alike],
                "usd_bn",
                published(panel, read_for(country.code), months[alike], RELEASED_AFTER),
            )
            if fires
            else (),
        )

    def _unusual(self, country: Country, own: pd.DataFrame, row: int, measure: str) -> str:
        known = net_bn_until(own, row, measure)
        as_large = int((known <= known.iloc[-1]).sum())
        beyond = int((known <= -country.warning_net_sales_usd_bn).sum())
        return (
            f"{largest(as_large)} net sale of {plural(len(known), 'month')} since "
            f"{month(to_date(known.index.to_numpy()[0]))}; {plural(beyond, 'month')} at or beyond "
            f"{number(country.warning_net_sales_usd_bn)} bn. "
            f"Last 12 months together: {signed(float(known.iloc[-12:].sum()), 1)} bn."
        )

    def _evidence(
        self, panel: Panel, country: Country, own: pd.DataFrame, row: int, measure: str
    ) -> tuple[Evidence, ...]:
        period = to_date(own.index.to_numpy()[row])
        source = tic_source(panel, country.code, own.index[row])
        this = own.iloc[row]
        net = float(this[measure])
        limit = (
            country.critical_net_sales_usd_bn
            if net <= -1000.0 * country.critical_net_sales_usd_bn
            else country.warning_net_sales_usd_bn
        )

        def line(label: str, value_mn: float, threshold: float | None = None) -> Evidence:
            return Evidence(label, value_mn / 1000.0, "usd_bn", period, source, threshold)

        measures = tuple(
            line(
                f"{country.name}, net {MEASURES[name]} ({name})",
                float(this[name]),
                -limit if name == measure else -country.warning_net_sales_usd_bn,
            )
            for name in MEASURES
        )
        split = split_mn(own, row)
        others = tuple(
            line(f"{name}, net long-term Treasuries", long_term_net_mn(panel, code, own.index[row]))
            for name, code in self._others(country)
        )
        return (
            *measures,
            line(
                f"{country.name}, net bills (change in position)", float(this["for_st_treas_net"])
            ),
            line(f"{country.name}, change in holdings", split["holdings"]),
            line("  of which transactions", split["transactions"]),
            line("  of which valuation (long-term)", split["valuation"]),
            line("  of which other (residual)", split["residual"]),
            line(f"{country.name}, holdings", float(this["for_treas_pos"])),
            *others,
            *_counts(country, own, row, measure),
        )

    def _others(self, country: Country) -> tuple[tuple[str, str], ...]:
        watched = tuple((c.name, c.code) for c in self.countries.values() if c is not country)
        return (("All countries", GRAND_TOTAL), *watched, ("Belgium", BELGIUM))


def _counts(country: Country, own: pd.DataFrame, row: int, measure: str) -> tuple[Evidence, ...]:
    known = net_bn_until(own, row, measure)
    period = to_date(own.index.to_numpy()[row])
    source = f"stored months since {month(to_date(known.index.to_numpy()[0]))}, {measure}"
    as_large = float((known <= known.iloc[-1]).sum())
    beyond = float((known <= -country.warning_net_sales_usd_bn).sum())
    name = country.name
    return (
        Evidence(
            f"{name}, last 12 months", float(known.iloc[-12:].sum()), "usd_bn", period, source
        ),
        Evidence(f"{name}, months as large or larger", as_large, "count", period, source),
        Evidence(f"{name}, months at or beyond the size", beyond, "count", period, source),
    )
