"""TIC lines of a country: their ids, its months, and what its holdings changed by."""

from __future__ import annotations

from typing import Final

import pandas as pd

from rules.model import Panel

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
CHINA: Final = "41408"
BELGIUM: Final = "10251"
GRAND_TOTAL: Final = "99996"


def tic_series(country_code: str, column: str) -> str:
    """The id of one TIC line: slt_table3's own column name behind the country code."""
    return f"tic.{country_code}.{column}"


def own_table(panel: Panel, country_code: str) -> pd.DataFrame:
    """The country's months with any number, columns as TIC names them, USD mn."""
    own = panel.frame[[tic_series(country_code, part) for part in PARTS]].copy()
    own.columns = pd.Index(PARTS)
    return own.dropna(how="all")


def net_bn_until(own: pd.DataFrame, row: int, measure: str) -> pd.Series[float]:
    """The months of a measure up to a row in which it is published, USD bn."""
    return own[measure].iloc[: row + 1].dropna() / 1000.0


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
