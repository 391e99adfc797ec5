"""What others did in a month of TIC: who sold most, officials and private holders, the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final

import numpy as np
import pandas as pd

from rules.model import Evidence, Panel
from rules.tic.areas import COUNTRIES, OFFICIAL, PRIVATE
from rules.tic.lines import long_net_mn
from rules.tic.series_ids import LONG, MEASURES, tic_series, transactions_of
from rules.wording import signed_usd_bn

# The largest sellers of a month that are named; what is left is a line of its own.
NAMED_SELLERS: Final = 3
# slt_table3 has 77 countries; with fewer than so many the largest seller may not be among them.
MOST_COUNTRIES: Final = 60
SELLERS: Final = tuple(tic_series(code, LONG) for code in COUNTRIES)


def others_net(
    panel: Panel, others: Sequence[tuple[str, str]], stamp: pd.Timestamp
) -> tuple[Evidence, ...]:
    """The long-term net of others in a month, each with its own source; those not known left
    out."""
    found = []
    for name, code in others:
        net_bn = long_net_mn(panel, code, stamp) / 1000.0
        if np.isnan(net_bn):
            continue
        newer, _, sales = transactions_of(code)
        is_slt = newer in panel.frame and not np.isnan(panel.frame[newer].loc[stamp])
        source = panel.source(newer if is_slt else sales, stamp.date())
        label = f"{name}, net long-term Treasuries"
        found.append(Evidence(label, net_bn, "usd_bn", stamp.date(), source))
    return tuple(found)


def net_by_country_mn(panel: Panel, stamp: pd.Timestamp) -> dict[str, float]:
    """The long-term net of every country known in a month by slt_table3, USD mn, the largest sale
    first."""
    if stamp not in panel.frame.index:
        return {}
    found = {
        code: float(panel.frame[name].loc[stamp])
        for code, name in zip(COUNTRIES, SELLERS, strict=True)
        if name in panel.frame
    }
    known = [(code, mn) for code, mn in found.items() if not np.isnan(mn)]
    return dict(sorted(known, key=lambda one: one[1]))


def sellers_mn(
    panel: Panel, stamp: pd.Timestamp, besides: Collection[str] = ()
) -> dict[str, float]:
    """The countries that sold most in a month, the largest first; `besides`: those not listed."""
    found = net_by_country_mn(panel, stamp)
    sold = [(code, mn) for code, mn in found.items() if mn < 0 and code not in besides]
    return dict(sold[:NAMED_SELLERS])


def sellers_words(panel: Panel, stamp: pd.Timestamp, total_mn: float) -> str:
    """The largest sellers and what is left; empty where no country is known.

    `Largest sellers of long-term: Canada −$57.7bn, China −$20.9bn, Belgium −$15.5bn; all others
    +$35.6bn.` Where few countries are stored that is said, for the largest may be another.
    """
    found, known = sellers_mn(panel, stamp), net_by_country_mn(panel, stamp)
    if not found or np.isnan(total_mn):
        return ""
    named = ", ".join(f"{COUNTRIES[c]} {signed_usd_bn(mn / 1000.0)}" for c, mn in found.items())
    rest = (total_mn - sum(found.values())) / 1000.0
    among = "" if len(known) >= MOST_COUNTRIES else f" among the {len(known)} countries stored"
    return f"Largest sellers of long-term{among}: {named}; all others {signed_usd_bn(rest)}."


def who_words(panel: Panel, stamp: pd.Timestamp, total_mn: float) -> str:
    """Officials and private holders of a month; where one is missing, it is the total less the
    other, and said to be."""
    found = {c: long_net_mn(panel, c, stamp) / 1000.0 for c in (OFFICIAL, PRIVATE)}
    officials, private = found[OFFICIAL], found[PRIVATE]
    if np.isnan(officials) and np.isnan(private):
        return "TIC does not tell officials from private holders for this month."
    if np.isnan(private):
        rest = signed_usd_bn(total_mn / 1000.0 - officials)
        return f"Long-term, officials {signed_usd_bn(officials)}; total less officials {rest}."
    if np.isnan(officials):
        rest = signed_usd_bn(total_mn / 1000.0 - private)
        return f"Long-term, private holders {signed_usd_bn(private)}; total less private {rest}."
    return (
        f"Long-term, officials {signed_usd_bn(officials)}, private holders "
        f"{signed_usd_bn(private)}."
    )


def elsewhere(panel: Panel, others: Sequence[tuple[str, str]], stamp: pd.Timestamp) -> str:
    """What others did in the same month: one country is not all foreigners."""
    found = {name: long_net_mn(panel, code, stamp) / 1000.0 for name, code in others}
    shown = ", ".join(f"{k} {signed_usd_bn(v)}" for k, v in found.items() if not np.isnan(v))
    said = "One country is not all foreigners"
    return f"{said}; long-term net that month: {shown}." if shown else f"{said}."


def remainder(
    panel: Panel, stamp: pd.Timestamp, codes: Sequence[str], total_mn: float, source: str
) -> Evidence:
    """What is left of a month's long-term net when the countries listed are taken out."""
    listed_mn = np.nansum([long_net_mn(panel, code, stamp) for code in codes])
    label = f"All other countries, net {MEASURES[LONG]}"
    return Evidence(label, (total_mn - float(listed_mn)) / 1000.0, "usd_bn", stamp.date(), source)
