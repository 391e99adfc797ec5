"""Large foreign net sales: a country sold Treasuries on balance in a month, by TIC transactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from rules.shared.country_sales import Country, CountrySales
from rules.tic.areas import CHINA, JAPAN


def _watched() -> dict[str, Country]:
    return {
        "japan": Country(name="Japan", code=JAPAN),
        "china": Country(name="China", code=CHINA),
    }


@dataclass(frozen=True, kw_only=True)
class ForeignNetSales(CountrySales):
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

    enabled: bool = True
    countries: Mapping[str, Country] = field(default_factory=_watched)
