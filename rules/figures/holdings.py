"""Figures 4 to 6: who holds what, and what they bought and sold."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from rules.figure import (
    Figure,
    Line,
    days_of,
    first_month,
    line_of,
    newest_month,
    said_today,
    since_when,
)
from rules.model import Panel
from rules.tic.areas import CHINA, GRAND_TOTAL, JAPAN
from rules.tic.lines import own_table
from rules.tic.share import foreign_shares
from rules.wording import month, number, signed

FED: Final = "fed_treasuries"
ASSETS: Final = {
    "eqty": "equities",
    "treas": "long-term Treasuries",
    "corp": "corporate bonds",
    "agcy": "agency bonds",
}
HOLDERS: Final = {"Japan": (JAPAN, "mfh.japan"), "China": (CHINA, "mfh.china_mainland")}


def ownership_figure(panel: Panel) -> Figure:
    """Whose the debt held by the public is."""
    shares = foreign_shares(panel)
    fed = panel.frame[FED].dropna()
    place = np.searchsorted(days_of(fed), shares.month, side="right") - 1
    has_fed = place >= 0
    held = fed.to_numpy()[np.maximum(place, 0)] / 1000.0 if len(fed) else np.array([])
    fed_pct = 100.0 * held[has_fed] / shares.debt_usd_bn[has_fed] if len(fed) else held
    foreign = shares.pct[has_fed] if len(fed) else shares.pct
    months = shares.month[has_fed] if len(fed) else shares.month
    lines = [Line("foreigners", months, foreign)]
    said = []
    if len(fed) and len(months):
        lines += [
            Line("Federal Reserve", months, fed_pct),
            Line("domestic private", months, 100.0 - foreign - fed_pct),
        ]
        said = [
            f"foreigners {number(foreign[-1])}%, Fed {number(fed_pct[-1])}%, domestic "
            f"private {number(100.0 - foreign[-1] - fed_pct[-1])}% at the end of "
            f"{month(months[-1].item())}"
        ]
    if len(shares.pct):
        top = int(np.argmax(shares.pct))
        said.append(
            f"the foreign share was highest in {month(shares.month[top].item())}, "
            f"{number(shares.pct[top])}%{since_when(shares.month)}"
        )
    return Figure(
        4,
        "Who holds Treasuries",
        "stack",
        "% of the debt held by the public",
        tuple(lines),
        "Foreigners 30%, the Fed 15%, domestic private holders 55%; the foreign share peaked in "
        "the 2000s.",
        said_today(said, "a month of foreign holdings and the debt held by the public at its end"),
        "TIC holdings at market value, H.4.1 and Debt to the Penny at face value; the rest is "
        "domestic private",
    )


def asset_figure(panel: Panel) -> Figure:
    """What foreigners hold of long-term US securities, by type."""
    columns = {kind: panel.frame[f"tic_lt.{GRAND_TOTAL}.for_lt_{kind}_pos"] for kind in ASSETS}
    table = pd.DataFrame(columns).dropna() / 1e6
    lines = [
        Line(name, days_of(table), table[kind].to_numpy().astype(np.float64))
        for kind, name in ASSETS.items()
    ]
    said = []
    if len(table):
        last = table.iloc[-1]
        total = float(last.sum())
        parts = ", ".join(f"{name} {number(last[kind], 1)}" for kind, name in ASSETS.items())
        said = [
            f"USD trn at the end of {newest_month(table)}: {parts}; equities are "
            f"{number(100.0 * float(last['eqty']) / total)}% of {number(total, 1)}"
        ]
    return Figure(
        5,
        "Foreign holdings of US long-term securities",
        "stack",
        "USD trn",
        tuple(lines),
        "Foreign holdings are mostly equities, about USD 17 trn.",
        said_today(said, "a month of all foreigners' holdings by type"),
        "TIC slt_table1, all countries; bills are not long-term and not in it",
    )


def holder_figure(panel: Panel) -> Figure:
    """Japan's and China's holdings, and what of their change was bought or sold."""
    lines, said, rows, first = [], [], [], ""
    for name, (code, long) in HOLDERS.items():
        own = own_table(panel, code)
        newer = own["for_treas_pos"] / 1000.0
        held = newer.combine_first(panel.frame[long]).dropna()
        lines.append(line_of(f"{name}, holdings", held))
        flows = own[["for_treas_net", "for_lt_treas_valchg", "for_treas_pos"]].dropna() / 1000.0
        if flows.empty:
            continue
        bought = flows["for_treas_net"].cumsum()
        lines.append(line_of(f"{name}, bought on balance", bought))
        before = held[held.index < flows.index[0]]
        if before.empty:
            continue
        first = first_month(flows)
        moved = float(held.iloc[-1] - before.iloc[-1])
        valued = float(flows["for_lt_treas_valchg"].sum())
        net = float(bought.iloc[-1])
        rows.append(
            (
                name,
                number(held.iloc[-1]),
                signed(moved),
                signed(net),
                signed(valued),
                signed(moved - net - valued),
            )
        )
        said.append(
            f"{name} holds USD {number(held.iloc[-1])} bn at the end of {newest_month(held)}"
        )
    header = ("USD bn", "holdings", f"change since {first}", "transactions", "valuation", "other")
    return Figure(
        6,
        "Japan and China: holdings and transactions",
        "lines",
        "USD bn",
        tuple(lines),
        "Japan's holdings are structural; China's have declined for a decade.",
        said_today(said, "a month of Japan's or China's transactions and its holdings before"),
        "TIC slt_table3, mfhhis01 before 2020; a fall in holdings is not a sale",
        (header, *rows) if rows else (),
    )
