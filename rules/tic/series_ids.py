"""The ids of TIC series. Nothing is loaded here that computes, so that a look can name them."""

from __future__ import annotations

from typing import Final

from rules.tic.areas import COUNTRIES, GRAND_TOTAL

LONG: Final = "for_lt_treas_net"
TOTAL: Final = "for_treas_net"
BILLS: Final = "for_st_treas_net"
HOLDINGS: Final = "for_treas_pos"
VALUATION: Final = "for_lt_treas_valchg"
MEASURES: Final = {LONG: "long-term Treasuries", TOTAL: "Treasuries including bills"}
# What each column is, in the words of a desk.
TITLES: Final = {
    "for_treas_pos": "Treasury holdings",
    "for_treas_net": "net Treasury purchases, bills included",
    "for_lt_treas_pos": "long-term Treasury holdings",
    "for_lt_treas_net": "net long-term Treasury purchases",
    "for_lt_treas_valchg": "valuation change of long-term Treasuries",
    "for_st_treas_pos": "Treasury bill holdings",
    "for_st_treas_net": "change in Treasury bill holdings",
    "treas_purchases": "gross purchases of Treasury bonds and notes (Form S)",
    "treas_sales": "gross sales of Treasury bonds and notes (Form S)",
}
# The names of mfhhis01, which has holdings of months before slt_table3, where they differ.
MFH_NAMES: Final = {
    GRAND_TOTAL: "grand_total",
    "41408": "china_mainland",
    "43001": "korea_south",
    "99990": "for_official",
}


def tic_series(code: str, column: str) -> str:
    """The id of one TIC line: slt_table3's own column name behind the area's code."""
    return f"tic.{code}.{column}"


def kind_series(code: str, kind: str) -> str:
    """The id of an area's net purchases of one type of long-term security, by slt_table1."""
    return f"tic_lt.{code}.for_lt_{kind}_net"


def form_s_series(code: str) -> tuple[str, str]:
    """The ids of an area's purchases and sales of bonds and notes by Form S, to 2023-01."""
    return f"form_s.{code}.treas_purchases", f"form_s.{code}.treas_sales"


def older_holdings(code: str) -> str:
    """The id of an area's holdings in mfhhis01, USD bn; of an area that has none, no series."""
    name = MFH_NAMES.get(code) or COUNTRIES.get(code, code).lower().replace(" ", "_")
    return f"mfh.{name}"


def transactions_of(code: str) -> tuple[str, ...]:
    """The ids of an area's long-term transactions, by slt_table3 and by Form S."""
    return (tic_series(code, LONG), *form_s_series(code))
