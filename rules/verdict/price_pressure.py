"""The sessions under stress that the verdict's indicator of prices counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from rules.markets.change import change_bp, log_return_pct, return_pct, trailing_sd
from rules.markets.day import market_day
from rules.markets.market import MARKET, sessions_of
from rules.model import Panel, to_date
from rules.verdict.rule import VerdictRule
from rules.wording import day, number, plural, signed, signed_pct

SESSIONS: Final = 21
SCALE: Final = 63
# A yield that rose by less is a rounding unit.
LEAST_BP: Final = 1.0


@dataclass(frozen=True)
class PricePressure:
    """How many of the last sessions were under stress, with the newest session, in words."""

    sessions: int
    words: str
    last: date
    source: str


def price_pressure(panel: Panel, sizes: VerdictRule) -> PricePressure | None:
    """The joint selloffs and haven failures of the last sessions that were of some size; None where
    too few sessions are known.

    A joint selloff counts from `price_sell_off_sd`, its weakest leg in standard deviations of the
    63 moves before; a haven failure from a fall of stocks by `price_haven_failure_fall_pct` with
    the 10-year yield up, whatever the dollar did.
    """
    return panel.once(("price pressure", sizes), lambda: _price_pressure(panel, sizes))


def _price_pressure(panel: Panel, sizes: VerdictRule) -> PricePressure | None:
    market = sessions_of(panel, MARKET)
    if len(market.session) <= SESSIONS + SCALE:
        return None
    spx, ust, dxy = (market.level[name][-SESSIONS - SCALE - 1 :] for name in MARKET)
    falls = (-log_return_pct(spx), change_bp(ust), -log_return_pct(dxy))
    scaled = np.column_stack([fall / trailing_sd(fall, SCALE) for fall in falls])
    weakest = np.column_stack(falls).min(axis=1)
    joint = (weakest > 0) & (scaled.min(axis=1) >= sizes.price_sell_off_sd)
    haven = (return_pct(spx) <= -sizes.price_haven_failure_fall_pct) & (change_bp(ust) >= LEAST_BP)
    joint, haven = joint[-SESSIONS:], haven[-SESSIONS:]
    last = to_date(market.session[-1])
    words = (
        f"{plural(int(joint.sum()), 'joint selloff')} of {number(sizes.price_sell_off_sd, 1)}σ or "
        f"more and {plural(int(haven.sum()), 'haven failure')} of "
        f"{number(sizes.price_haven_failure_fall_pct, 1)}% or more in {SESSIONS} sessions; S&P "
        f"{signed_pct(float(return_pct(spx)[-1]))}, 10-year {signed(float(change_bp(ust)[-1]))}bp, "
        f"DXY {signed_pct(float(return_pct(dxy)[-1]))} on {day(last)}"
    )
    found = market_day(panel)
    if found is not None and found.session == last:
        words += "" if found.is_quiet else f": {found.name}"
        words += "" if found.havens is None else f". {found.havens.sentence.rstrip('.')}"
    source = "; ".join(panel.source(name, last) for name in MARKET)
    return PricePressure(int((joint | haven).sum()), words, last, source)
