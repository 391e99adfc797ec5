"""What markets did on one session, in the words of a desk: a name for it, the moves, the curve and
the havens. A digest's title, a verdict and a message say it from here, so that none can contradict
another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta
from types import MappingProxyType
from typing import Final

import numpy as np
import pandas as pd

from rules.markets.curve import TENORS, CurveMove
from rules.model import Panel, to_date
from rules.wording import day, listed, signed_bp, signed_pct

# What a desk asks for first, and the words it asks with.
LEGS: Final[Mapping[str, str]] = MappingProxyType({"spx": "S&P", "ust10y": "10y", "dxy": "DXY"})
BASKET: Final = "usd_basket"
BASKET_NAME: Final = "USD basket"
# Dollars per euro, yen and francs per dollar; 1 where it rises with the currency, else -1.
CURRENCIES: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {"eurusd": ("euro", 1), "usdjpy": ("yen", -1), "usdchf": ("franc", -1)}
)
SERIES: Final = (*LEGS, *TENORS, BASKET, *CURRENCIES)
# The moves from which a day is not a quiet one: those at which a joint selloff is critical.
SPX_PCT, UST10Y_BP, DOLLAR_PCT = 1.0, 5.0, 0.5
# A currency that rose by so much against the dollar is named with it.
CURRENCY_PCT: Final = 0.5
# A yield that rose by less is a rounding unit.
LEAST_BP: Final = 1.0
# A fix of longer ago than a weekend with a holiday says nothing of a session.
OLDEST_FIX: Final = timedelta(days=4)
QUIET: Final = "Quiet"


@dataclass(frozen=True)
class MarketDay:
    """The moves of one session, each from its own market's close before: `moves` by series, those
    that are known, percent or basis points; `curve` where the 10-year is known; `currencies` what
    each rose against the dollar, percent, to the ECB fix of the day `fix`."""

    session: date
    moves: Mapping[str, float]
    curve: CurveMove | None = None
    dollar_name: str = LEGS["dxy"]
    currencies: Mapping[str, float] = field(default_factory=dict)
    fix: date | None = None

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
        return f"{named[0].upper()}{named[1:]}" if named else QUIET

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

    @property
    def said(self) -> str:
        """`Treasuries hedged: S&P −6.0%, 10y −5bp (bull steepener), DXY +0.9%`; a currency that
        rose is named where Treasuries or the dollar did not hold."""
        return f"{self.name}{self.refuge}: {self.line}"

    @property
    def refuge(self) -> str:
        """`, franc +2.9% at the ECB fix` where the dollar fell, of the one that rose most."""
        if self.moves.get("dxy", 0.0) > -DOLLAR_PCT or not self.currencies:
            return ""
        best = max(self.currencies, key=lambda name: self.currencies[name])
        rose = self.currencies[best]
        if rose < CURRENCY_PCT:
            return ""
        return f", {CURRENCIES[best][0]} {signed_pct(rose)} at the ECB fix"

    @property
    def havens(self) -> str:
        """`Against the dollar at the ECB fix (14:15 CET, Thu 10 Apr 2025): euro +0.3%, yen −0.7%,
        franc +0.1%.`; empty where no fix is known."""
        if self.fix is None or not self.currencies:
            return ""
        moved = ", ".join(
            f"{CURRENCIES[name][0]} {signed_pct(move)}" for name, move in self.currencies.items()
        )
        return f"Against the dollar at the ECB fix (14:15 CET, {day(self.fix)}): {moved}."


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
    if not len(known["dxy"]) and (basket := _move("dxy", known[BASKET], session)) is not None:
        moves["dxy"], dollar_name = basket, BASKET_NAME
    curve = None
    if "ust10y" in moves:
        by = np.datetime64(panel.as_of.astimezone(UTC).replace(tzinfo=None), "s")
        curve = CurveMove.over(panel, session, by, moves["ust10y"])
    fix = _fix(known, session)
    return MarketDay(
        session, moves, curve, dollar_name, {} if fix is None else _currencies(known, fix), fix
    )


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


def _fix(known: Mapping[str, pd.Series[float]], session: date) -> date | None:
    """The newest fix at which all the currencies are known."""
    days: Sequence[date] = [
        to_date(known[name].index.to_numpy()[-1]) for name in CURRENCIES if len(known[name]) > 1
    ]
    if len(days) < len(CURRENCIES) or len(set(days)) > 1 or session - days[0] > OLDEST_FIX:
        return None
    return days[0]


def _currencies(known: Mapping[str, pd.Series[float]], fix: date) -> dict[str, float]:
    found = {}
    for name, (_, sign) in CURRENCIES.items():
        rates = known[name][known[name].index <= pd.Timestamp(fix)]
        before, now = float(rates.iloc[-2]), float(rates.iloc[-1])
        found[name] = 100.0 * ((now / before) ** sign - 1.0)
    return found
