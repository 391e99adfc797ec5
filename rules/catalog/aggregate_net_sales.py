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
from rules.areas import GRAND_TOTAL, OFFICIAL, PRIVATE, area_name
from rules.base_rates import base_rate
from rules.evaluation import Evaluations, any_of, severity_codes, shown_against
from rules.history_stats import Frequency
from rules.market import MARKET
from rules.model import AlertText, Evidence, Kind, Panel, Severity, to_date, type_bool, type_float
from rules.plot import Plot
from rules.tic import (
    LONG,
    RELEASED_AFTER,
    TOTAL,
    known_months,
    may_hide_sale,
    own_table,
    read_for,
    tic_series,
    transactions_of,
)
from rules.tic_sellers import others_net, remainder, sellers_mn, sellers_words, who_words
from rules.tic_text import (
    Ranked,
    basis,
    context_series,
    headline,
    net_plot,
    not_published,
    numbers_of,
    pct_of_holdings,
    pct_plot,
    size_words,
    source_of,
    with_bills,
)
from rules.wording import month, signed_pct

# Where custodians and funds sit: what is held there belongs to many countries.
CENTRES: Final = ("10251", "13005", "11703", "36137", "11401", "12688")
CAVEAT: Final = (
    "One month of net sales is not a reallocation, which takes years. The total has been revised "
    "by $10.6bn on average after its first print, and its sign changed in 3 of 34 months. What "
    "custodial centres hold belongs to many countries."
)
FALSIFIER: Final = (
    "The next releases revise this month. Net purchases over the quarter, or a weekly custody "
    "level that held, would say that it was one month."
)

UsdBn = Annotated[float, Interval(gt=0, le=1000)]
Pct = Annotated[float, Interval(gt=0, le=100)]


@dataclass(frozen=True, kw_only=True)
class AggregateNetSales:
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

    rule_id: ClassVar[str] = "aggregate_net_sales"
    title: ClassVar[str] = "Aggregate net sales"
    kind: ClassVar[Kind] = Kind.EVENT
    prompt_within: ClassVar[timedelta] = timedelta(days=56)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    enabled: bool = True
    notice_pct_of_holdings: Pct = 0.5
    warning_pct_of_holdings: Pct = 0.75
    critical_pct_of_holdings: Pct = 1.0
    notice_net_sales_usd_bn: UsdBn | None = None
    warning_net_sales_usd_bn: UsdBn | None = None
    critical_net_sales_usd_bn: UsdBn | None = None

    @property
    def needs(self) -> tuple[tuple[str, ...], ...]:
        """The transactions of all countries together."""
        return ((tic_series(GRAND_TOTAL, LONG), tic_series(GRAND_TOTAL, TOTAL)),)

    @property
    def series(self) -> tuple[str, ...]:
        """All columns of the total; long-term net of centres, officials, private holders and every
        country, for the words; closes for what followed."""
        context = context_series((*CENTRES, OFFICIAL, PRIVATE))
        return tuple(dict.fromkeys((*read_for(GRAND_TOTAL), *context, *MARKET)))

    @property
    def decided_by(self) -> tuple[str, ...]:
        """The total's own columns."""
        return read_for(GRAND_TOTAL)

    @property
    def sizes_pct(self) -> tuple[float, float, float]:
        """The sizes in percent of holdings, the smallest first."""
        return (
            self.notice_pct_of_holdings,
            self.warning_pct_of_holdings,
            self.critical_pct_of_holdings,
        )

    @property
    def sizes_usd_bn(self) -> tuple[float, float, float]:
        """The sizes in USD bn, the smallest first; infinite where one is off."""
        found = (
            self.notice_net_sales_usd_bn,
            self.warning_net_sales_usd_bn,
            self.critical_net_sales_usd_bn,
        )
        notice, warning, critical = (np.inf if one is None else one for one in found)
        return notice, warning, critical

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Long-term net of all foreigners by month, and with bills in percent against the sizes."""
        own = own_table(panel, GRAND_TOTAL)
        usd_bn = [-size for size in self.sizes_usd_bn if np.isfinite(size)]
        pct = [-size for size in self.sizes_pct]
        return (
            net_plot(own, "All foreigners", period_end, usd_bn),
            pct_plot(own, "All foreigners", period_end, pct),
        )

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a month; unknown where TIC gives too little to tell."""
        own = own_table(panel, GRAND_TOTAL)
        pct, lowest_bn = _judged_pct(own), _lowest_bn(own)
        severity = np.maximum(_graded(pct, self.sizes_pct), _graded(lowest_bn, self.sizes_usd_bn))
        unknown = (severity == Evaluations.QUIET) & self._untold(own, pct)
        severity = np.where(unknown, Evaluations.UNKNOWN, severity).astype(np.int8)
        known = known_months(panel, GRAND_TOTAL, own)
        ratios = np.column_stack(
            (pct / -self.notice_pct_of_holdings, lowest_bn / -min(self.sizes_usd_bn))
        )

        def explain(row: int) -> AlertText:
            return self._explain(panel, own, severity, known[row], row)

        return (
            Evaluations.final(
                self.rule_id,
                "all",
                own.index.to_numpy().astype("datetime64[D]"),
                known,
                severity,
                pct,
                "pct",
                ratios,
                explain,
                nearness=any_of(ratios),
            ),
        )

    def _untold(self, own: pd.DataFrame, pct: type_float) -> type_bool:
        """The months that cannot be called quiet: nothing is known, or too little."""
        size_mn = own["held_before"] * self.notice_pct_of_holdings / 100.0
        usd_mn = 1000.0 * min(self.sizes_usd_bn)
        in_dollars = np.isfinite(usd_mn)
        by_pct = own[TOTAL].isna() & may_hide_sale(own, size_mn)
        by_usd = may_hide_sale(own, usd_mn) if in_dollars else False
        return np.asarray(np.isnan(pct) | by_pct | by_usd)

    def _explain(
        self,
        panel: Panel,
        own: pd.DataFrame,
        severity: npt.NDArray[np.int8],
        known_by: np.datetime64,
        row: int,
    ) -> AlertText:
        months = own.index.to_numpy().astype("datetime64[D]")
        period, stamp = to_date(months[row]), own.index[row]
        if severity[row] == Evaluations.UNKNOWN:
            return AlertText(headline=_cannot_tell(own, row))
        against = self._against(own, severity, row)
        evidence = self._evidence(panel, own, against, row)
        said = headline("Foreigners together", own, row)
        if severity[row] == Evaluations.QUIET:
            return AlertText(said, evidence=evidence, period=month(period))
        fired, pct = severity > Evaluations.QUIET, _judged_pct(own)
        first = months[np.flatnonzero(~np.isnan(pct))[0]] if not np.isnan(pct).all() else months[0]
        rate = base_rate(self.rule_id, "all")
        often = Frequency.of(months[fired], months[row], first, rate)
        alike = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        rank, ranks = _rank(own, row)
        total_mn = float(own[LONG].iloc[row])
        caveat = (
            who_words(panel, stamp, total_mn),
            sellers_words(panel, stamp, total_mn),
            basis(own, row),
            CAVEAT,
        )
        return AlertText(
            said,
            f"{self._second_line(own, row)} {rank}{often.said('such month')}.",
            " ".join(one for one in caveat if one),
            (*evidence, *ranks, *often.evidence("Such months", period)),
            period=month(period),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel,
                known_by,
                months[alike],
                pct[alike],
                "pct",
                published(panel, transactions_of(GRAND_TOTAL), months[alike], RELEASED_AFTER),
            ),
            against=against,
        )

    def _second_line(self, own: pd.DataFrame, row: int) -> str:
        """Bills, the total, and its percent of holdings against the size that it reached."""
        pct = float(_judged_pct(own)[row])
        said = with_bills(own, row).rstrip(".")
        if np.isnan(pct):
            return f"{said}."
        reached = [size for size in self.sizes_pct if pct <= -size]
        against = f", beyond {size_words(reached[-1])}" if reached else ""
        return f"{said}: {signed_pct(pct, 2)} of their holdings{against}."

    def _against(self, own: pd.DataFrame, severity: npt.NDArray[np.int8], row: int) -> Severity:
        """The severity of the month; of a quiet one that of the size which it is nearest to."""
        usd_bn = min(self.sizes_usd_bn)
        in_pct = _judged_pct(own)[row] / -self.notice_pct_of_holdings
        if severity[row] == Evaluations.QUIET and _lowest_bn(own)[row] / -usd_bn > in_pct:
            return Severity(1 + self.sizes_usd_bn.index(usd_bn))
        return shown_against(severity[row])

    def _evidence(
        self, panel: Panel, own: pd.DataFrame, against: Severity, row: int
    ) -> tuple[Evidence, ...]:
        stamp = own.index[row]
        limit, usd = self.sizes_pct[against - 1], self.sizes_usd_bn[against - 1]
        limits = {LONG: -usd, TOTAL: -usd} if np.isfinite(usd) else {}
        total_mn = float(own[LONG].iloc[row])
        source = source_of(panel, GRAND_TOTAL, own, row, LONG)
        sellers = sellers_mn(panel, stamp, besides=CENTRES)
        others = [(area_name(code), code) for code in (*CENTRES, *sellers)]
        return (
            *numbers_of(panel, "All foreigners", GRAND_TOTAL, own, row, limits),
            *pct_of_holdings(panel, "All foreigners", GRAND_TOTAL, own, row, -limit),
            *others_net(panel, [(area_name(c), c) for c in (OFFICIAL, PRIVATE)], stamp),
            *others_net(panel, others, stamp),
            remainder(panel, stamp, [code for _, code in others], total_mn, source),
        )


def _rank(own: pd.DataFrame, row: int) -> tuple[str, tuple[Evidence, ...]]:
    """The rank of the month's long-term net in words and numbers; nothing where that is n.a."""
    if np.isnan(own[LONG].iloc[row]):
        return "", ()
    ranked = Ranked.of(own, row)
    words = f"{ranked.words(float(own['long_pct'].iloc[row]))} "
    return words, ranked.evidence("Net sales", own.index[row].date())


def _cannot_tell(own: pd.DataFrame, row: int) -> str:
    if np.isnan(own["held_before"].iloc[row]) and not np.isnan(own["net"].iloc[row]):
        period = own.index[row].date()
        return f"All foreigners, {month(period)}: holdings of the month before are not known."
    return not_published("All foreigners", own, row)


def _judged_pct(own: pd.DataFrame) -> type_float:
    """With bills in percent of holdings; long-term alone where the total is not known."""
    found = own["net_pct"].where(own["net_pct"].notna(), own["long_pct"])
    return np.asarray(found, dtype=np.float64)


def _lowest_bn(own: pd.DataFrame) -> type_float:
    return np.asarray(own[[LONG, TOTAL]].min(axis=1), dtype=np.float64) / 1000.0


def _graded(values: type_float, sizes: tuple[float, float, float]) -> npt.NDArray[np.int8]:
    notice, warning, critical = (values <= -size for size in sizes)
    return severity_codes(notice, warning, critical, np.zeros(len(values), dtype=bool))
