"""What the other maturities did on a session: the 10-year alone is not the curve."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import numpy as np

from rules.model import Evidence, Panel
from rules.wording import signed_bp

TENORS: Final[Mapping[str, str]] = MappingProxyType(
    {"ust2y": "2-year", "ust5y": "5-year", "ust30y": "30-year"}
)


def tenor_moves(panel: Panel, period: date, known_by: np.datetime64) -> dict[str, float]:
    """The change of each other stored maturity on a session, in basis points, from its own close
    before; only what was known by an instant."""
    found = {}
    for series_id in TENORS:
        known = panel.known_at[series_id].to_numpy() <= known_by
        until = panel.frame.index.to_numpy() <= np.datetime64(period)
        levels = panel.frame[series_id][known & until].dropna()
        if len(levels) > 1 and levels.index[-1].date() == period:
            change = 100.0 * float(levels.iloc[-1] - levels.iloc[-2])
            found[series_id] = round(change, 4)
    return found


def curve_said(moves: Mapping[str, float], ust10y_bp: float) -> str:
    """The other maturities where one of them did not move as the 10-year did; else nothing."""
    if all(move * ust10y_bp > 0 for move in moves.values()):
        return ""
    listed = ", ".join(f"{TENORS[name]} {signed_bp(move)}" for name, move in moves.items())
    return f"Other maturities: {listed}. "


def curve_evidence(panel: Panel, moves: Mapping[str, float], period: date) -> tuple[Evidence, ...]:
    """A line for each of them."""
    return tuple(
        Evidence(f"{TENORS[name]} yield", move, "bp", period, panel.source(name, period))
        for name, move in moves.items()
    )
