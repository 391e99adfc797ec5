"""What messages about TIC transactions say: the measure that leads, ranks, and sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import pandas as pd

from rules.case import Case
from rules.context.history_stats import Rank
from rules.figure import line_of
from rules.model import Evidence, Panel, type_float, type_time
from rules.plot import Plot
from rules.tic.areas import CHINA
from rules.tic.lines import long_net_mn, split_mn
from rules.tic.sellers import SELLERS, elsewhere, sellers_words
from rules.tic.series_ids import (
    BILLS,
    HOLDINGS,
    LONG,
    MEASURES,
    TOTAL,
    form_s_series,
    older_holdings,
    tic_series,
    transactions_of,
)
from rules.wording import largest, month, number, ordinal, plural, signed_pct, signed_usd_bn, usd_bn

SLT: Final = "SLT"
FORM_S: Final = "Form S"


@dataclass(frozen=True)
class Ranked:
    """Where a month's long-term net stands among the months of its own source, in USD bn and in
    percent of holdings; `pct` is None where the holdings are not known."""

    source: str
    usd_bn: Rank
    pct: Rank | None
    last_12_bn: float

    @classmethod
    def of(cls, own: pd.DataFrame, row: int) -> Ranked:
        """The rank of a row whose long-term net is known, among those up to it."""
        alike = own["form_s"].to_numpy() == own["form_s"].iloc[row]
        long_bn = np.where(alike, own[LONG] / 1000.0, np.nan)
        pct = np.where(alike, own["long_pct"], np.nan)
        months: type_time = own.index.to_numpy().astype("datetime64[D]")
        known: type_float = long_bn[: row + 1][~np.isnan(long_bn[: row + 1])]
        source = FORM_S if own["form_s"].iloc[row] else SLT
        sample = f"TIC {source}, long-term net"
        return cls(
            source=source,
            usd_bn=Rank.of(long_bn, months, row, low=True, sample=sample),
            pct=None
            if np.isnan(pct[row])
            else Rank.of(pct, months, row, low=True, sample=f"{sample} as % of holdings"),
            last_12_bn=float(known[-12:].sum()) if len(known) >= 12 else np.nan,
        )

    def words(self, value_pct: float) -> str:
        """The place in USD and in percent, with the sample, and the last 12 months.

        `4th largest net sale of long-term Treasuries of 27 months since February 2023 (SLT); −2.7%
        of holdings, 3rd of 26 months since March 2023. Last 12 months together: −$31.0bn.`
        """
        if value_pct > 0:
            return f"Long-term alone was a net purchase, {signed_pct(value_pct, 2)} of holdings."
        first = largest(self.usd_bn.rank)
        said = f"{first} net sale of long-term Treasuries of {_sample(self.usd_bn)} ({self.source})"
        if self.pct is not None:
            place = f"{ordinal(self.pct.rank)} of {_sample(self.pct)}"
            said += f"; {signed_pct(value_pct, 2)} of holdings, {place}"
        if np.isnan(self.last_12_bn):
            return f"{said}."
        return f"{said}. Last 12 months together: {signed_usd_bn(self.last_12_bn)}."

    def evidence(self, what: str, period: date) -> tuple[Evidence, ...]:
        """Both places with their samples."""
        found = self.usd_bn.evidence(f"{what}, long-term", period)
        if self.pct is None:
            return found
        return (*found, *self.pct.evidence(f"{what}, long-term as % of holdings", period))


def _sample(place: Rank) -> str:
    """`549 months since January 1977, 12th of 289 since 1999`."""
    said = f"{plural(place.count, 'month')} {place.since}"
    if place.recent is None:
        return said
    return f"{said}, {ordinal(place.recent.rank)} of {place.recent.count} {place.recent.since}"


def headline(who: str, own: pd.DataFrame, row: int) -> str:
    """The long-term net first, whatever measure crossed; the total where that alone is known."""
    this, period = own.iloc[row], own.index[row].date()
    measure = LONG if not np.isnan(this[LONG]) else TOTAL
    net_bn = float(this[measure]) / 1000.0
    verb = "sold" if net_bn < 0 else "bought"
    by = f"TIC {FORM_S}" if this["form_s"] else "TIC"
    return (
        f"{who} {verb} net {usd_bn(abs(net_bn))} of {MEASURES[measure]} in {month(period)} ({by})."
    )


def with_bills(own: pd.DataFrame, row: int) -> str:
    """The second line: bills and the total, or why they are not there."""
    this = own.iloc[row]
    bills, total = float(this[BILLS]) / 1000.0, float(this[TOTAL]) / 1000.0
    if np.isnan(this[LONG]):
        return "Long-term net is n.a. this month."
    if np.isnan(total):
        return "Bills before 2020 are not known." if this["form_s"] else "The total is n.a."
    if np.isnan(bills):
        return f"Bills are n.a., with them {signed_usd_bn(total)}"
    return f"Bills {signed_usd_bn(bills)}, with them {signed_usd_bn(total)}"


def not_published(who: str, own: pd.DataFrame, row: int) -> str:
    """The headline of a month that cannot be judged: what is not available, and what is."""
    this, period = own.iloc[row], own.index[row].date()
    known = [name for name in MEASURES if not np.isnan(this[name])]
    if not known:
        return (
            f"No data for {who}, {month(period)}: TIC publishes no transactions (n.a.), so net "
            "sales are not known."
        )
    gone = next(name for name in MEASURES if name not in known)
    value = signed_usd_bn(float(this[known[0]]) / 1000.0)
    return (
        f"No data for {who}, {month(period)}: net {MEASURES[known[0]]} {value}, but net "
        f"{MEASURES[gone]} is n.a. and may hide a sale."
    )


def source_of(panel: Panel, code: str, own: pd.DataFrame, row: int, column: str) -> str:
    """The publisher's label of a month's number, Form S where it is counted so."""
    period = own.index[row].date()
    if own["form_s"].iloc[row] and column in (LONG, TOTAL):
        label = f"{panel.source(form_s_series(code)[1], period)}, before 2023-02"
        return label if column == LONG else f"{label}; bills of slt_table3"
    return panel.source(tic_series(code, column), period)


def numbers_of(
    panel: Panel, who: str, code: str, own: pd.DataFrame, row: int, limits: Mapping[str, float]
) -> tuple[Evidence, ...]:
    """A month's transactions, holdings and the split of their change, each with its own source;
    `limits` the thresholds of a measure, in USD bn."""
    this, period = own.iloc[row], own.index[row].date()
    split = split_mn(own, row)
    lines = (
        (f"{who}, net {MEASURES[LONG]}", float(this[LONG]), LONG, limits.get(LONG)),
        (f"{who}, net bills (change in position)", float(this[BILLS]), BILLS, None),
        (f"{who}, net {MEASURES[TOTAL]}", float(this[TOTAL]), TOTAL, limits.get(TOTAL)),
        (f"{who}, change in holdings", split["holdings"], HOLDINGS, None),
        ("  of which transactions", split["transactions"], TOTAL, None),
        ("  of which valuation (long-term)", split["valuation"], "for_lt_treas_valchg", None),
        ("  of which other (residual)", split["residual"], HOLDINGS, None),
        (f"{who}, holdings", float(this[HOLDINGS]), HOLDINGS, None),
    )
    return tuple(
        Evidence(
            label,
            value / 1000.0,
            "usd_bn",
            period,
            source_of(panel, code, own, row, column),
            limit,
        )
        for label, value, column, limit in lines
    )


def pct_of_holdings(
    panel: Panel, who: str, code: str, own: pd.DataFrame, row: int, limit: float | None
) -> tuple[Evidence, ...]:
    """The month's net long-term and with bills, in percent of the holdings a month earlier."""
    this, period = own.iloc[row], own.index[row].date()
    before = tic_series(code, HOLDINGS)
    held = panel.frame[before].dropna()
    older = held.empty or held.index[0] >= own.index[row]
    by = panel.source(older_holdings(code) if older else before, period)
    return tuple(
        Evidence(
            f"{who}, net {what} as % of holdings",
            float(this[name]),
            "pct",
            period,
            f"{source_of(panel, code, own, row, column)}; holdings of {by}",
            at,
        )
        for name, what, column, at in (
            ("net_pct", MEASURES[TOTAL], TOTAL, limit),
            ("long_pct", MEASURES[LONG], LONG, None),
        )
    )


def long_bn_until(own: pd.DataFrame, row: int) -> pd.Series[float]:
    """Long-term net of the months up to a row, of that row's own source, USD bn."""
    mine = own.iloc[: row + 1]
    found: pd.Series[float] = mine.loc[mine["form_s"] == own["form_s"].iloc[row], LONG]
    return found.dropna() / 1000.0


def long_counts(
    case: Case[Any], name: str, own: pd.DataFrame, size_bn: float
) -> tuple[Evidence, ...]:
    """The long-term net of the last 12 months, and in how many months it was so large."""
    known = long_bn_until(own, case.row)
    source = f"long-term net since {month(known.index[0].date())}, one source"
    as_large, beyond = ((known <= size).sum() for size in (known.iloc[-1], -size_bn))
    last = known.iloc[-12:].sum()
    return (
        case.line(f"{name}, long-term, last 12 months", last, "usd_bn", source),
        case.line(f"{name}, months as large or larger", as_large, "count", source),
        case.line(f"{name}, months at or beyond the size", beyond, "count", source),
    )


def net_plot(own: pd.DataFrame, name: str, period_end: date, levels: Sequence[float]) -> Plot:
    """Long-term net transactions by month, of the source of the period, against sizes in USD bn."""
    mine = own[own["form_s"] == _is_form_s(own, period_end)]
    line = line_of(LONG, mine[LONG].dropna() / 1000.0)
    title = f"{name}, net {MEASURES[LONG]}"
    return Plot(title, "usd_bn", "month", (line,), levels=tuple(levels), bars=True)


def pct_plot(own: pd.DataFrame, name: str, period_end: date, levels: Sequence[float]) -> Plot:
    """Net transactions with bills in percent of holdings, of the source of the period."""
    mine = own[own["form_s"] == _is_form_s(own, period_end)]
    line = line_of("net_pct", mine["net_pct"].dropna())
    title = f"{name}, net with bills as % of holdings"
    return Plot(title, "pct", "month", (line,), levels=tuple(levels), bars=True)


def country_caveat(
    panel: Panel, code: str, others: Sequence[tuple[str, str]], own: pd.DataFrame, row: int
) -> str:
    """What one country's transactions in a month do not mean."""
    split = {part: value / 1000.0 for part, value in split_mn(own, row).items()}
    stamp = own.index[row]
    total = next((long_net_mn(panel, c, stamp) for name, c in others if name == "All"), np.nan)
    said = [elsewhere(panel, others, stamp), sellers_words(panel, stamp, total)]
    holdings = "Transactions, not the fall in holdings"
    if not any(np.isnan(value) for value in split.values()):
        holdings += (
            f": holdings {signed_usd_bn(split['holdings'])} = transactions "
            f"{signed_usd_bn(split['transactions'])}, valuation "
            f"{signed_usd_bn(split['valuation'])}, other {signed_usd_bn(split['residual'])}"
        )
    said += [f"{holdings}.", basis(own, row)]
    if code == CHINA:
        said.append(
            "China also holds through Belgium and others; one month of the two together proves "
            "nothing."
        )
    said.append("The month ended about six weeks before its release.")
    return " ".join(one for one in said if one)


def basis(own: pd.DataFrame, row: int) -> str:
    """How a month's transactions are counted."""
    if own["form_s"].iloc[row]:
        said = "Form S counts by the counterparty's country and not by who holds"
        if not np.isnan(own[TOTAL].iloc[row]):
            said += "; the total is that plus the change of the bill position of slt_table3"
        return f"{said}: a break at 2023-02."
    return "The row covers all residents, official and private, by place of custody."


def context_series(codes: Sequence[str]) -> tuple[str, ...]:
    """The ids of what the words say of others: their long-term net, and each country's."""
    own = (name for code in codes for name in transactions_of(code))
    return tuple(dict.fromkeys((*own, *SELLERS)))


def size_words(pct: float) -> str:
    """`0.75%`."""
    return f"{number(pct, 2)}%"


def _is_form_s(own: pd.DataFrame, period_end: date) -> bool:
    mine = own["form_s"][own.index == pd.Timestamp(period_end)]
    return bool(mine.iloc[0]) if len(mine) else False
