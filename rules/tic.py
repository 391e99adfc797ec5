"""TIC lines of a country: their ids, its months, and what its holdings changed by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from rules.figure import line_of
from rules.model import Panel, type_float, type_time
from rules.plot import Plot
from rules.wording import month, signed

MEASURES: Final = {
    "for_lt_treas_net": "long-term Treasuries",
    "for_treas_net": "Treasuries including bills",
}
PARTS: Final = (
    *MEASURES,
    "for_treas_pos",
    "for_lt_treas_pos",
    "for_lt_treas_valchg",
    "for_st_treas_pos",
    "for_st_treas_net",
)
# Business days from a month's end to its release, at most.
RELEASED_AFTER: Final = 35
CHINA: Final = "41408"
JAPAN: Final = "42609"
BELGIUM: Final = "10251"
GRAND_TOTAL: Final = "99996"


def tic_series(country_code: str, column: str) -> str:
    """The id of one TIC line: slt_table3's own column name behind the country code."""
    return f"tic.{country_code}.{column}"


def form_s_series(country_code: str) -> tuple[str, str]:
    """The ids of a country's purchases and sales of bonds and notes by Form S, to 2023-01."""
    return f"form_s.{country_code}.treas_purchases", f"form_s.{country_code}.treas_sales"


def read_for(country_code: str) -> tuple[str, ...]:
    """The ids of all series that `own_table` reads."""
    return (*(tic_series(country_code, part) for part in PARTS), *form_s_series(country_code))


def own_table(panel: Panel, country_code: str) -> pd.DataFrame:
    """The country's months with any number, columns as TIC names them, USD mn.

    Long-term net transactions of months before 2023-02 are Form S purchases less sales, which count
    by the counterparty's country and not by the holder's: a break in the series.
    """
    own = panel.frame[[tic_series(country_code, part) for part in PARTS]].copy()
    own.columns = pd.Index(PARTS)
    purchases, sales = (panel.frame[name] for name in form_s_series(country_code))
    own["for_lt_treas_net"] = own["for_lt_treas_net"].fillna(purchases - sales)
    return own.dropna(how="all")


def known_months(panel: Panel, country_code: str, own: pd.DataFrame) -> type_time:
    """When the last number of each month of `own_table` and of the month before it was known: a
    month's change in holdings needs both."""
    known = panel.known_at.loc[own.index, list(read_for(country_code))]
    latest = known.max(axis=1).astype("datetime64[s]").astype("int64")
    latest = latest.rolling(2, min_periods=1).max().astype("int64")
    return latest.to_numpy().astype("datetime64[s]")


def is_form_s(panel: Panel, country_code: str, stamp: pd.Timestamp) -> bool:
    """Whether a month's long-term net transactions are those of Form S."""
    return bool(np.isnan(panel.frame[tic_series(country_code, "for_lt_treas_net")].loc[stamp]))


def tic_source(panel: Panel, country_code: str, stamp: pd.Timestamp) -> str:
    """The publisher's label of a month's transactions."""
    if is_form_s(panel, country_code, stamp):
        return f"{panel.source(form_s_series(country_code)[1], stamp.date())}, before 2023-02"
    return panel.source(tic_series(country_code, "for_lt_treas_net"), stamp.date())


def net_bn_until(own: pd.DataFrame, row: int, measure: str) -> pd.Series[float]:
    """The months of a measure up to a row in which it is published, USD bn."""
    return own[measure].iloc[: row + 1].dropna() / 1000.0


def net_plot(
    panel: Panel, country_code: str, name: str, period_end: date, sizes_usd_bn: Sequence[float]
) -> Plot:
    """Net transactions by month in the measure that is further down in the period, against the
    sizes at which net sales count as large."""
    own = own_table(panel, country_code)
    rows = np.flatnonzero(own.index == pd.Timestamp(period_end))
    judged = len(rows) and own[list(MEASURES)].iloc[rows[0]].notna().any()
    measure = lowest_measure(own, int(rows[0])) if judged else next(iter(MEASURES))
    return Plot(
        f"{name}, net {MEASURES[measure]}",
        "usd_bn",
        "month",
        (line_of(measure, own[measure].dropna() / 1000.0),),
        levels=tuple(-size for size in sizes_usd_bn),
        bars=True,
    )


def long_term_net_mn(panel: Panel, code: str, stamp: pd.Timestamp) -> float:
    """A country's long-term net transactions in a month, USD mn; NaN where not published."""
    return float(panel.frame[tic_series(code, "for_lt_treas_net")].loc[stamp])


def split_mn(own: pd.DataFrame, row: int) -> dict[str, float]:
    """Change in holdings and its parts in USD mn; NaN where one is not published."""
    holdings = float(own["for_treas_pos"].diff().iloc[row])
    transactions = float(own["for_treas_net"].iloc[row])
    valuation = float(own["for_lt_treas_valchg"].iloc[row])
    return {
        "holdings": holdings,
        "transactions": transactions,
        "valuation": valuation,
        "residual": holdings - transactions - valuation,
    }


def lowest_bn(own: pd.DataFrame) -> type_float:
    """The lower of the two measures of each month, USD bn; NaN where neither is published."""
    return np.asarray(own[list(MEASURES)].min(axis=1), dtype=np.float64) / 1000.0


def lowest_measure(own: pd.DataFrame, row: int) -> str:
    """The measure that is further down in a month."""
    return str(own[list(MEASURES)].iloc[row].astype(float).idxmin())


def not_published(who: str, period: date) -> str:
    """The headline of a month without transactions."""
    return (
        f"{who}, {month(period)}: TIC publishes holdings but no transactions (n.a.), so net sales "
        "cannot be judged."
    )


def elsewhere(panel: Panel, others: Sequence[tuple[str, str]], period: pd.Timestamp) -> str:
    """What others did in the same month: one country is not all foreigners."""
    shown = ", ".join(
        f"{name} {signed(long_term_net_mn(panel, code, period) / 1000.0, 1)}"
        for name, code in others
        if not np.isnan(long_term_net_mn(panel, code, period))
    )
    return f"One country is not all foreigners: long-term net that month, USD bn: {shown}."


def country_caveat(
    panel: Panel,
    country_code: str,
    others: Sequence[tuple[str, str]],
    own: pd.DataFrame,
    row: int,
) -> str:
    """What one country's transactions in a month do not mean."""
    split = {part: value / 1000.0 for part, value in split_mn(own, row).items()}
    period = own.index[row]
    said = f"{elsewhere(panel, others, period)} Transactions, not the fall in holdings"
    if not any(np.isnan(value) for value in split.values()):
        said += (
            f": holdings {signed(split['holdings'], 1)} bn = transactions "
            f"{signed(split['transactions'], 1)}, valuation {signed(split['valuation'], 1)}, "
            f"other {signed(split['residual'], 1)}"
        )
    custody = "The row covers all residents, official and private, by place of custody."
    if country_code == CHINA:
        custody += (
            " China also holds through Belgium and others; one month of the two together proves "
            "nothing."
        )
    return f"{said}. {custody} The month ended about six weeks before its release."
