"""What markets did on one session, in the words of a desk: a name for it, the moves, the curve and
the havens. A digest's title, a verdict and a message say it from here, so that none can contradict
another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date
from types import MappingProxyType
from typing import Final, Self

import numpy as np
import pandas as pd

from rules.markets.curve import CURVE, CurveMove
from rules.markets.havens import CURRENCIES, Havens
from rules.markets.legs import AVERAGE, FIX
from rules.model import Panel, to_date
from rules.wording import capitalized, listed, signed_bp, signed_pct

# What a desk asks for first, and the words it asks with.
LEGS: Final[Mapping[str, str]] = MappingProxyType({"spx": "S&P", "ust10y": "10y", "dxy": "DXY"})
# What stands in for DXY, the best first.
BASKETS: Final = (AVERAGE, FIX)
BASKET_NAME: Final = "USD basket"
SERIES: Final = (*LEGS, *CURVE, *BASKETS, *CURRENCIES)
# The moves from which a day is not a quiet one: those at which a joint selloff is critical.
SPX_PCT, UST10Y_BP, DOLLAR_PCT = 1.0, 5.0, 0.5
# A yield that rose by less is a rounding unit.
LEAST_BP: Final = 1.0
QUIET: Final = "Quiet"


@dataclass(frozen=True)
class MarketDay:
    """The moves of one session, each from its own market's close before: `moves` by series, those
    that are known, percent or basis points; `curve` where the 10-year is known, `havens` where the
    ECB's rates are."""

    session: date
    moves: Mapping[str, float]
    curve: CurveMove | None = None
    dollar_name: str = LEGS["dxy"]
    havens: Havens | None = None

    @property
    def name(self) -> str:
        """`Treasuries hedged`, `Dollar and Treasuries fell`, `Stocks up` or `Quiet`."""
        spx, ust, dollar = (self.moves.get(name) for name in LEGS)
        if spx is not None and spx <= -SPX_PCT and ust is not None:
            return _hedge(ust)
        if ust is not None and ust >= UST10Y_BP and dollar is not None and dollar <= -DOLLAR_PCT:
            return "Dollar and Treasuries fell"
        sizes = zip(
            ("stocks", "yields", "dollar"),
            (spx, ust, dollar),
            (SPX_PCT, UST10Y_BP, DOLLAR_PCT),
            strict=True,
        )
        large = [
            (name, move) for name, move, size in sizes if move is not None and abs(move) >= size
        ]
        said = [
            f"{listed(found)} {word}"
            for word, found in (
                ("up", [name for name, move in large if move > 0]),
                ("down", [name for name, move in large if move < 0]),
            )
            if found
        ]
        named = ", ".join(said)
        return capitalized(named) or QUIET

    @property
    def is_quiet(self) -> bool:
        """Whether no market moved by much."""
        return self.name == QUIET

    @property
    def line(self) -> str:
        """`S&P −6.0%, 10y −5bp (bull steepener), DXY +0.9%`, and what has no close."""
        said, without = [], []
        for name, short in LEGS.items():
            shown = self.dollar_name if name == "dxy" else short
            if name in self.moves:
                said.append(f"{shown} {self._moved(name)}")
            else:
                without.append(shown)
        missing = f"; no {' or '.join(without)} close" if without and said else ""
        return f"{', '.join(said)}{missing}"

    def _moved(self, name: str) -> str:
        move = self.moves[name]
        if name != "ust10y":
            return signed_pct(move)
        named = self.curve.name if self.curve is not None else ""
        return f"{signed_bp(move)}{f' ({named})' if named else ''}"

    def said(self, name: str = "") -> str:
        """`Treasuries hedged: S&P −6.0%, 10y −5bp (bull steepener), DXY +0.9%`, or by another name;
        a currency that rose is named where Treasuries or the dollar did not hold."""
        return f"{name or self.name}{self.refuge}: {self.line}"

    @property
    def without_curve(self) -> Self:
        """The same without the name of what the curve did."""
        return replace(self, curve=None)

    @property
    def refuge(self) -> str:
        """`, franc +2.9% at the ECB fix` of the same day where the dollar fell: the one that rose
        most."""
        if self.moves.get("dxy", 0.0) > -DOLLAR_PCT or self.havens is None:
            return ""
        best = self.havens.best if self.havens.fix == self.session else ""
        return f", {best}" if best else ""


def _hedge(ust10y_bp: float) -> str:
    """What Treasuries did when stocks fell by so much that a hedge was wanted."""
    if ust10y_bp <= -LEAST_BP:
        return "Treasuries hedged"
    return "Treasuries did not hedge" if ust10y_bp >= LEAST_BP else "Stocks down, Treasuries flat"


def market_day(panel: Panel) -> MarketDay | None:
    """The newest session of stocks, Treasuries or the dollar that is known; None where none is.

    Only closes of that very session are among its moves: a market that was closed, or whose close
    is not known, has none.
    """
    known = {name: _known(panel, name) for name in SERIES}
    newest = [to_date(known[name].index.to_numpy()[-1]) for name in LEGS if len(known[name])]
    if not newest:
        return None
    session = max(newest)
    moves = {name: move for name in LEGS if (move := _move(name, known[name], session)) is not None}
    dollar_name = LEGS["dxy"]
    if not len(known["dxy"]):
        baskets = (_move("dxy", known[name], session) for name in BASKETS)
        basket = next((move for move in baskets if move is not None), None)
        if basket is not None:
            moves["dxy"], dollar_name = basket, BASKET_NAME
    by = np.datetime64(panel.as_of.astimezone(UTC).replace(tzinfo=None), "s")
    curve = None
    if "ust10y" in moves:
        curve = CurveMove.over(panel, session, by, moves["ust10y"])
    return MarketDay(session, moves, curve, dollar_name, Havens.at(panel, session, by))


def _known(panel: Panel, name: str) -> pd.Series[float]:
    return panel.frame[name].dropna() if name in panel.frame else pd.Series(dtype=float)


def _move(name: str, known: pd.Series[float], session: date) -> float | None:
    """Percent of an index, basis points of a yield; None without a close of the session."""
    if len(known) < 2 or to_date(known.index.to_numpy()[-1]) != session:
        return None
    before, now = known.iloc[-2], known.iloc[-1]
    if name == "ust10y":
        return float(np.round(100.0 * (now - before), 4))
    return float(100.0 * (now / before - 1.0))
