"""What the Treasury curve did: each maturity, the slopes between them, and the name of the move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, Self

import numpy as np

from rules.model import Evidence, Panel, to_date
from rules.wording import signed, signed_bp

TEN: Final = "ust10y"
# The real yield of the 10-year, of TIPS; the nominal one less it is the breakeven inflation rate.
REAL: Final = "ust10y_real"
# The other maturities than the 10-year, which the rules judge by.
TENORS: Final[Mapping[str, str]] = MappingProxyType(
    {"ust2y": "2-year", "ust5y": "5-year", "ust30y": "30-year"}
)
SHORT: Final[Mapping[str, str]] = MappingProxyType(
    {"ust2y": "2y", "ust5y": "5y", "ust10y": "10y", "ust30y": "30y"}
)
# What the words of a message about the curve are read from besides the 10-year.
CURVE: Final = (*TENORS, REAL)
# Each from its shorter to its longer maturity; the first that is known names a move.
SLOPES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"2s10s": ("ust2y", "ust10y"), "5s30s": ("ust5y", "ust30y"), "2s30s": ("ust2y", "ust30y")}
)
# Yields are published in whole basis points: a slope that changed by less has not changed.
LEAST_SLOPE_BP: Final = 1.0


@dataclass(frozen=True)
class CurveMove:
    """The changes of yields over one span, in basis points, by series; the 10-year is among them,
    the others where they are known. `real_bp` is that of the 10-year real yield over the same days,
    None where it is not known."""

    moves: Mapping[str, float]
    real_bp: float | None = None

    @classmethod
    def over(
        cls,
        panel: Panel,
        period: date,
        known_by: np.datetime64,
        ust10y_bp: float,
        since: date | None = None,
    ) -> Self:
        """The moves to the close of a day from the last close by `since`, or from each maturity's
        own close before; only what was known by an instant. Found once for a panel: a message says
        it in its head and in its words."""
        key = ("curve", period, known_by, ust10y_bp, since)
        return panel.once(key, lambda: cls._over(panel, period, known_by, ust10y_bp, since))

    @classmethod
    def of_day(cls, panel: Panel, period: date, known_by: np.datetime64) -> Self | None:
        """The moves to the close of a day, where the 10-year's is known."""
        ten = _moved(panel, TEN, period, known_by, None)
        return None if ten is None else cls.over(panel, period, known_by, ten[1])

    @classmethod
    def _over(
        cls,
        panel: Panel,
        period: date,
        known_by: np.datetime64,
        ust10y_bp: float,
        since: date | None,
    ) -> Self:
        moved = {
            name: one
            for name in (TEN, *CURVE)
            if (one := _moved(panel, name, period, known_by, since)) is not None
        }
        found = {TEN: ust10y_bp, **{name: moved[name][1] for name in TENORS if name in moved}}
        # From another day than the 10-year's, a real move would leave no breakeven.
        is_alike = REAL in moved and TEN in moved and moved[REAL][0] == moved[TEN][0]
        real_bp = moved[REAL][1] if is_alike else None
        return cls({name: found[name] for name in SHORT if name in found}, real_bp)

    @property
    def breakeven_bp(self) -> float | None:
        """The change of the 10-year breakeven inflation rate."""
        return None if self.real_bp is None else self.moves[TEN] - self.real_bp

    @property
    def slopes(self) -> dict[str, float]:
        """How much steeper each slope is, in basis points."""
        return {
            name: self.moves[long] - self.moves[short]
            for name, (short, long) in SLOPES.items()
            if short in self.moves and long in self.moves
        }

    @property
    def name(self) -> str:
        """`bear steepener`, `bull flattener`, `twist steepener` or `parallel`; empty where no slope
        is known. Bear: yields rose; twist: the two ends moved in opposite directions."""
        slopes = self.slopes
        if not slopes:
            return ""
        slope = next(iter(slopes))
        if not _direction(slopes[slope]):
            return "parallel"
        short, long = (self.moves[name] for name in SLOPES[slope])
        side = "twist" if short * long < 0 else "bear" if short + long > 0 else "bull"
        return f"{side} {'steepener' if slopes[slope] > 0 else 'flattener'}"

    @property
    def short(self) -> str:
        """`10y +6bp (2y −7, 30y +14: twist steepener)`, with what is known."""
        shown = [name for name in ("ust2y", "ust30y") if name in self.moves]
        ends = [f"{SHORT[name]} {signed(self.moves[name])}" for name in shown]
        inside = ": ".join(one for one in (", ".join(ends), self._name_beside_the_ends) if one)
        return f"10y {signed_bp(self.moves['ust10y'])}{f' ({inside})' if inside else ''}"

    @property
    def _name_beside_the_ends(self) -> str:
        """The name, and whose slope it is of where the ends shown beside it did otherwise."""
        slopes, named = self.slopes, self.name
        if "2s30s" not in slopes:
            return named
        first, ends = (_direction(one) for one in (next(iter(slopes.values())), slopes["2s30s"]))
        return named if first == ends else f"{next(iter(slopes))} {named}"

    @property
    def sentence(self) -> str:
        """`Curve: twist steepener; 2s10s +13bp, 5s30s +15bp, 2s30s +21bp.` and where it is known
        `10-year +6bp: real yield +4bp, breakeven +2bp.`; empty where neither is known."""
        said = []
        if self.slopes:
            steeper = ", ".join(f"{name} {signed_bp(by)}" for name, by in self.slopes.items())
            said.append(f"Curve: {self.name}; {steeper}.")
        if self.real_bp is not None and self.breakeven_bp is not None:
            parts = (
                f"real yield {signed_bp(self.real_bp)}, breakeven {signed_bp(self.breakeven_bp)}"
            )
            said.append(f"10-year {signed_bp(self.moves[TEN])}: {parts}.")
        return " ".join(said)

    def evidence(self, panel: Panel, period: date) -> tuple[Evidence, ...]:
        """A line for each other maturity and for each slope, and for the 10-year real yield and
        breakeven."""
        sources = {name: panel.source(name, period) for name in (*self.moves, REAL)}
        lines = [
            *((f"{TENORS[name]} yield", self.moves[name], name) for name in TENORS
              if name in self.moves),
            *((f"{name} slope", by, SLOPES[name][0]) for name, by in self.slopes.items()),
        ]  # fmt: skip
        found = [Evidence(label, by, "bp", period, sources[name]) for label, by, name in lines]
        if self.real_bp is not None:
            both = f"{sources[TEN]}; {sources[REAL]}"
            found += [
                Evidence("10-year real yield", self.real_bp, "bp", period, sources[REAL]),
                Evidence("10-year breakeven", self.breakeven_bp, "bp", period, both),
            ]
        return tuple(found)


def _moved(
    panel: Panel, series_id: str, period: date, known_by: np.datetime64, since: date | None
) -> tuple[date, float] | None:
    """The day from which a yield moved to the close of a period, and by how many basis points;
    None where one of the two is not known."""
    if series_id not in panel.columns:
        return None
    days, level, known = panel.numbers(series_id)
    there = (days <= np.datetime64(period)) & (known <= known_by)
    days, level = days[there], level[there]
    if not len(days) or to_date(days[-1]) != period:
        return None
    earlier = len(days) - 1
    if since is not None:
        earlier = int((days[:-1] <= np.datetime64(since)).sum())
    if not earlier:
        return None
    change = round(100.0 * float(level[-1] - level[earlier - 1]), 4)
    return to_date(days[earlier - 1]), change


def _direction(slope_bp: float) -> int:
    """1 where a slope is steeper, -1 where it is flatter, 0 where it has not changed."""
    return 0 if abs(slope_bp) < LEAST_SLOPE_BP else int(np.sign(slope_bp))
