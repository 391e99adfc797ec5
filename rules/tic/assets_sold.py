"""Equities first, then corporates, Treasuries last? What foreigners sold in a month, by type."""

from __future__ import annotations

from typing import Final

import numpy as np

from rules.model import Panel
from rules.tic.areas import GRAND_TOTAL, OFFICIAL
from rules.tic.order_of_selling import order_words
from rules.tic.series_ids import kind_series
from rules.wording import month, signed_usd_bn

KINDS: Final = {"eqty": "equities", "corp": "corporates", "treas": "Treasuries"}
HOLDERS: Final = {GRAND_TOTAL: "all foreigners", OFFICIAL: "officials"}
SERIES: Final = tuple(kind_series(code, kind) for code in HOLDERS for kind in KINDS)


def assets_note(panel: Panel) -> str:
    """The article's test in one sentence, of the last month known; empty where none is.

    An outflow would begin with equities, then corporates, and reach Treasuries last: the long-term
    net purchases of each, of all foreigners and of officials, from slt_table1.
    """
    known = panel.frame[list(SERIES)].dropna(how="all")
    if known.empty:
        return ""
    row, period = known.iloc[-1] / 1000.0, known.index[-1].date()
    said = []
    for code, who in HOLDERS.items():
        net_bn = {name: float(row[kind_series(code, kind)]) for kind, name in KINDS.items()}
        if not any(np.isnan(value) for value in net_bn.values()):
            said.append(f"{who} {_numbers(net_bn)}: {order_words(net_bn)}")
    if not said:
        return ""
    return f"Equities first, Treasuries last? {month(period)}, long-term: {'; '.join(said)}."


def _numbers(net_bn: dict[str, float]) -> str:
    return ", ".join(f"{signed_usd_bn(value)} {name}" for name, value in net_bn.items())
