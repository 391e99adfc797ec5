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

# The other maturities than the 10-year, which the rules judge by.
TENORS: Final[Mapping[str, str]] = MappingProxyType(
    {"ust2y": "2-year", "ust5y": "5-year", "ust30y": "30-year"}
)
SHORT: Final[Mapping[str, str]] = MappingProxyType(
    {"ust2y": "2y", "ust5y": "5y", "ust10y": "10y", "ust30y": "30y"}
)
# Each from its shorter to its longer maturity; the first that is known names a move.
SLOPES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {"2s10s": ("ust2y", "ust10y"), "5s30s": ("ust5y", "ust30y"), "2s30s": ("ust2y", "ust30y")}
)
# Yields are published in whole basis points: a slope that changed by less has not changed.
LEAST_SLOPE_BP: Final = 1.0


@dataclass(frozen=True)
class CurveMove:
    """The changes of yields over one span, in basis points, by series; the 10-year is among them,
    the others where they are known."""

    moves: Mapping[str, float]

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
    def _over(
        cls,
        panel: Panel,
        period: date,
        known_by: np.datetime64,
        ust10y_bp: float,
        since: date | None,
    ) -> Self:
        found = {"ust10y": ust10y_bp}
        for series_id in TENORS:
            if series_id not in panel.columns:
                continue
            days, level, known = panel.numbers(series_id)
            there = (days <= np.datetime64(period)) & (known <= known_by)
            days, level = days[there], level[there]
            if not len(days) or to_date(days[-1]) != period:
                continue
            before = level[:-1] if since is None else level[:-1][days[:-1] <= np.datetime64(since)]
            if len(before):
                found[series_id] = round(100.0 * float(level[-1] - before[-1]), 4)
        return cls({name: found[name] for name in SHORT if name in found})

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
        """`Curve: twist steepener; 2s10s +13bp, 5s30s +15bp, 2s30s +21bp.`; empty where no slope is
        known."""
        if not self.slopes:
            return ""
        steeper = ", ".join(f"{name} {signed_bp(by)}" for name, by in self.slopes.items())
        return f"Curve: {self.name}; {steeper}."

    def evidence(self, panel: Panel, period: date) -> tuple[Evidence, ...]:
        """A line for each other maturity and for each slope."""
        sources = {name: panel.source(name, period) for name in self.moves}
        return (
            *(
                Evidence(f"{TENORS[name]} yield", move, "bp", period, sources[name])
                for name, move in self.moves.items()
                if name in TENORS
            ),
            *(
                Evidence(f"{name} slope", by, "bp", period, sources[SLOPES[name][0]])
                for name, by in self.slopes.items()
            ),
        )


def _direction(slope_bp: float) -> int:
    """1 where a slope is steeper, -1 where it is flatter, 0 where it has not changed."""
    return 0 if abs(slope_bp) < LEAST_SLOPE_BP else int(np.sign(slope_bp))
