"""Aggregate net sales: all foreigners together sold Treasuries on balance in a month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.aftermath import analogues, published
from rules.context import Frequency, Place
from rules.judged import Judged, graded
from rules.market import MARKET
from rules.model import Evidence, Explained, Kind, Panel, to_date
from rules.plot import Plot
from rules.tic import (
    GRAND_TOTAL,
    MEASURES,
    RELEASED_AFTER,
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
from rules.wording import month, number, signed

# Where custodians and funds sit: what is held there belongs to many countries.
CENTRES: Final = {
    "Belgium": "10251",
    "United Kingdom": "13005",
    "Luxembourg": "11703",
    "Cayman Islands": "36137",
    "Ireland": "11401",
    "Switzerland": "12688",
}
OFFICIAL: Final = "99990"
PRIVATE: Final = "99991"
CAVEAT: Final = (
    "One month of net sales is not a reallocation, which takes years. The total has been revised "
    "by 10.6 bn on average after its first print, and its sign changed in 3 of 34 months. What "
    "custodial centres hold belongs to many countries."
)
FALSIFIER: Final = (
    "The next releases revise this month. Net purchases over the quarter, or a weekly custody "
    "level that held, would say that it was one month."
)

UsdBn = Annotated[float, Interval(gt=0, le=1000)]


@dataclass(frozen=True, kw_only=True)
class AggregateNetSales:
    """A dated event: net sales of long-term or of all Treasuries by all foreigners in one month.

    TIC slt_table3, area "Grand Total", `for_lt_treas_net` or `for_treas_net`; Form S for long-term
    before 2023-02. Transactions, never the fall in holdings. notice, warning and critical at or
    below minus their sizes, in USD bn; the measure further down is named. Custodial centres, and
    officials against private holders, are context and no rule: one month of them proves nothing.

    Base rate, 2011-09 to 2026-04 (slt_table3 of 2026-06-18, Form S before 2023-02): 41 months of
    176 at notice or more, 18 at warning or more, 8 critical; 2.8, 1.2 and 0.5 a year.
    """

    rule_id: ClassVar[str] = "aggregate_net_sales"
    title: ClassVar[str] = "Aggregate net sales"
    kind: ClassVar[Kind] = Kind.EVENT
    prompt_within: ClassVar[timedelta] = timedelta(days=56)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    enabled: bool = True
    notice_net_sales_usd_bn: UsdBn = 20.0
    warning_net_sales_usd_bn: UsdBn = 40.0
    critical_net_sales_usd_bn: UsdBn = 60.0

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The transactions of all countries together."""
        return (tuple(tic_series(GRAND_TOTAL, measure) for measure in MEASURES),)

    @property
    def series(self) -> tuple[str, ...]:
        """All columns of the total; long-term net of centres, officials and private holders; closes
        for what followed."""
        others = (*CENTRES.values(), OFFICIAL, PRIVATE)
        context = [tic_series(code, "for_lt_treas_net") for code in others]
        return (*read_for(GRAND_TOTAL), *context, *MARKET)

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The total's own columns."""
        return read_for(GRAND_TOTAL)

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Net transactions of all foreigners by month, against the sizes."""
        sizes = (
            self.notice_net_sales_usd_bn,
            self.warning_net_sales_usd_bn,
            self.critical_net_sales_usd_bn,
        )
        return (net_plot(panel, GRAND_TOTAL, "All foreigners", period_end, sizes),)

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """One answer a month; unknown where TIC gives no transactions."""
        own = own_table(panel, GRAND_TOTAL)
        net_bn = own[list(MEASURES)] / 1000.0
        lowest = lowest_bn(own)
        severity = graded(
            notice=lowest <= -self.notice_net_sales_usd_bn,
            warning=lowest <= -self.warning_net_sales_usd_bn,
            critical=lowest <= -self.critical_net_sales_usd_bn,
            unknown=np.isnan(lowest),
        )
        known = known_months(panel, GRAND_TOTAL, own)

        def explain(row: int) -> Explained:
            return self._explain(panel, own, severity, known[row], row)

        return (
            Judged.final(
                self.rule_id,
                "all",
                own.index.to_numpy().astype("datetime64[D]"),
                known,
                severity,
                lowest,
                "usd_bn",
                net_bn.to_numpy() / -self.notice_net_sales_usd_bn,
                explain,
                nearness=lowest / -self.notice_net_sales_usd_bn,
            ),
        )

    def _explain(
        self,
        panel: Panel,
        own: pd.DataFrame,
        severity: npt.NDArray[np.int8],
        known_by: np.datetime64,
        row: int,
    ) -> Explained:
        months = own.index.to_numpy().astype("datetime64[D]")
        period = to_date(months[row])
        if severity[row] == Judged.UNKNOWN:
            return Explained(headline=not_published("All foreigners", period))
        measure = lowest_measure(own, row)
        lowest = lowest_bn(own)
        verb = "sold" if lowest[row] < 0 else "bought"
        by = "Form S" if is_form_s(panel, GRAND_TOTAL, own.index[row]) else measure
        headline = (
            f"Foreigners together {verb} net USD {number(abs(lowest[row]), 1)} bn of "
            f"{MEASURES[measure]} in {month(period)} (TIC transactions, {by})."
        )
        evidence = self._evidence(panel, own, row, measure)
        if severity[row] == Judged.QUIET:
            return Explained(headline, evidence=evidence, period=month(period))
        fired = severity > Judged.QUIET
        place = Place.of(lowest, months, row, low=True, sample=f"TIC, {measure}")
        often = Frequency.of(months[fired], months[row], months[0])
        alike = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        sums = net_bn_until(own, row, measure).iloc[-12:]
        return Explained(
            headline,
            f"The {place.said('lowest month')}; the last 12 months together "
            f"{signed(float(sums.sum()), 1)} bn. {often.said('such month')}.",
            f"{_who(panel, own, row)} {CAVEAT}",
            (
                *evidence,
                *place.evidence("Net sales", period),
                *often.evidence("Such months", period),
            ),
            period=month(period),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                known_by,
                months[alike],
                lowest[alike],
                "usd_bn",
                published(panel, read_for(GRAND_TOTAL), months[alike], RELEASED_AFTER),
            ),
        )

    def _evidence(
        self, panel: Panel, own: pd.DataFrame, row: int, measure: str
    ) -> tuple[Evidence, ...]:
        stamp, this = own.index[row], own.iloc[row]
        period, source = stamp.date(), tic_source(panel, GRAND_TOTAL, own.index[row])
        limits = (self.critical_net_sales_usd_bn, self.warning_net_sales_usd_bn)
        beyond = -float(this[measure]) / 1000.0
        limit = next((one for one in limits if beyond >= one), self.notice_net_sales_usd_bn)

        def line(label: str, value_mn: float, threshold: float | None = None) -> Evidence:
            return Evidence(label, value_mn / 1000.0, "usd_bn", period, source, threshold)

        split = split_mn(own, row)
        sums = net_bn_until(own, row, measure).iloc[-12:]
        others = {
            **{f"{name}, net long-term": code for name, code in CENTRES.items()},
            "Officials, net long-term": OFFICIAL,
            "Private holders, net long-term": PRIVATE,
        }
        return (
            *(
                line(
                    f"All foreigners, net {MEASURES[name]} ({name})",
                    float(this[name]),
                    -limit if name == measure else -self.notice_net_sales_usd_bn,
                )
                for name in MEASURES
            ),
            line("Net bills (change in position)", float(this["for_st_treas_net"])),
            line("Change in holdings", split["holdings"]),
            line("  of which transactions", split["transactions"]),
            line("  of which valuation (long-term)", split["valuation"]),
            line("  of which other (residual)", split["residual"]),
            line("Holdings", float(this["for_treas_pos"])),
            line("Last 12 months", 1000.0 * float(sums.sum())),
            *(line(label, long_term_net_mn(panel, code, stamp)) for label, code in others.items()),
        )


def _who(panel: Panel, own: pd.DataFrame, row: int) -> str:
    """Who sold, as far as TIC tells: officials or private holders."""
    found = [long_term_net_mn(panel, code, own.index[row]) / 1000.0 for code in (OFFICIAL, PRIVATE)]
    if any(np.isnan(found)):
        return "TIC does not tell officials from private holders for this month."
    return f"Officials {signed(found[0], 1)} bn, private holders {signed(found[1], 1)} bn."
