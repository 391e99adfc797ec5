"""The Treasury curve of the newest session beside those a day, a week and a month before."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from rules.markets.curve import SHORT, SLOPES, CurveMove
from rules.model import Panel, to_date
from rules.wording import number, signed, signed_bp

# Sessions back, and what a desk calls them.
SPANS: Final = {1: "1d", 5: "1w", 21: "1m"}
SPAN_WORDS: Final = {1: "1 day", 5: "1 week", 21: "1 month"}
YEARS: Final = {"ust2y": 2, "ust5y": 5, "ust10y": 10, "ust30y": 30}
SERIES: Final = tuple(SHORT)
WIDTH: Final = 420
HEIGHT: Final = 170
LEFT: Final = 44
RIGHT: Final = 14
TOP: Final = 12
FOOT: Final = 22
MOST_LEVELS: Final = 4
STEPS: Final = (0.05, 0.1, 0.2, 0.25, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True)
class CurveLine:
    """The curve of one session: what it is called, and its points as a browser draws them."""

    name: str
    day: date
    points: str
    dots: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class CurveRow:
    """A maturity or a slope: its series, empty for a slope, its level and its changes."""

    name: str
    series_id: str
    level: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class CurveView:
    """The curve as a drawing and as a table; `moves` name what it did over each span."""

    day: date
    lines: tuple[CurveLine, ...]
    rows: tuple[CurveRow, ...]
    spans: tuple[str, ...]
    moves: tuple[str, ...]
    levels: tuple[tuple[float, str], ...]
    tenors: tuple[tuple[float, str], ...]
    said: str
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - FOOT


def curve_view(panel: Panel) -> CurveView | None:
    """The newest session on which the 10-year and another maturity are known; None for none."""
    known = [name for name in SERIES if name in panel.frame]
    table = panel.frame[known].dropna(how="all")
    if "ust10y" not in table or table["ust10y"].dropna().empty:
        return None
    table = table[table["ust10y"].notna()]
    levels = table.to_numpy(dtype=np.float64)
    days = [to_date(one) for one in table.index.to_numpy()[-1 - max(SPANS) :]]
    at = {0: len(levels) - 1, **{back: len(levels) - 1 - back for back in SPANS}}
    curves = {
        back: {
            name: float(levels[row, column])
            for column, name in enumerate(known)
            if not np.isnan(levels[row, column])
        }
        for back, row in at.items()
        if row >= 0
    }
    if len(curves[0]) < 2:
        return None
    moves = {back: _changes(curves[0], curves[back]) for back in SPANS if back in curves}
    return _drawn(curves, moves, {back: days[-1 - back] for back in curves})


def _changes(now: Mapping[str, float], then: Mapping[str, float]) -> dict[str, float]:
    return {name: round(100.0 * (now[name] - then[name]), 4) for name in now if name in then}


def _drawn(
    curves: Mapping[int, Mapping[str, float]],
    moves: Mapping[int, Mapping[str, float]],
    days: Mapping[int, date],
) -> CurveView:
    shown = [level for curve in curves.values() for level in curve.values()]
    low, high = min(shown), max(shown)
    names = {back: "today" if back == 0 else f"{SPAN_WORDS[back]} before" for back in curves}
    lines = tuple(
        CurveLine(
            name=names[back],
            day=days[back],
            points=" ".join(
                f"{_across(name)},{_down(level, low, high)}" for name, level in curve.items()
            ),
            dots=tuple(
                (_across(name), _down(level, low, high), f"{SHORT[name]} {number(level, 2)}%")
                for name, level in curve.items()
            )
            if back == 0
            else (),
        )
        for back, curve in sorted(curves.items(), reverse=True)
    )
    slopes = {back: CurveMove(move).slopes for back, move in moves.items()}
    now = curves[0]
    return CurveView(
        day=days[0],
        lines=lines,
        rows=(
            *(
                CurveRow(SHORT[name], name, f"{number(level, 2)}%", _row(moves.values(), name))
                for name, level in now.items()
            ),
            *(
                CurveRow(
                    slope,
                    "",
                    f"{number(100.0 * (now[long] - now[short]))}bp",
                    _row(slopes.values(), slope),
                )
                for slope, (short, long) in SLOPES.items()
                if short in now and long in now
            ),
        ),
        spans=tuple(SPANS[back] for back in moves),
        moves=tuple(CurveMove(move).name for move in moves.values()),
        levels=tuple(
            (_down(level, low, high), f"{number(level, 2)}%") for level in _round(low, high)
        ),
        tenors=tuple((_across(name), SHORT[name]) for name in now),
        said=_said(now, moves),
    )


def _said(now: Mapping[str, float], moves: Mapping[int, Mapping[str, float]]) -> str:
    """The curve in words, for who cannot see it."""
    levels = ", ".join(f"{SHORT[name]} {number(level, 2)}%" for name, level in now.items())
    changes = "; ".join(
        f"{SPAN_WORDS[back]}: "
        + ", ".join(f"{SHORT[name]} {signed_bp(by)}" for name, by in move.items())
        for back, move in moves.items()
    )
    return f"Treasury curve: {levels}. Change over {changes}" if changes else f"Treasury {levels}"


def _row(moves: Iterable[Mapping[str, float]], name: str) -> tuple[str, ...]:
    return tuple(signed(one[name]) if name in one else "–" for one in moves)


def _across(name: str) -> float:
    first, last = math.log(YEARS["ust2y"]), math.log(YEARS["ust30y"])
    share = (math.log(YEARS[name]) - first) / (last - first)
    return round(LEFT + 10 + share * (WIDTH - RIGHT - LEFT - 20), 1)


def _down(level: float, low: float, high: float) -> float:
    share = 0.5 if high == low else (level - low) / (high - low)
    return round(HEIGHT - FOOT - 8 - share * (HEIGHT - FOOT - 8 - TOP), 1)


def _round(low: float, high: float) -> list[float]:
    """Round levels inside a span, at most MOST_LEVELS."""
    step = next((one for one in STEPS if (high - low) / one <= MOST_LEVELS), STEPS[-1])
    first = math.ceil(low / step - 1e-9)
    return [round(place * step, 4) for place in range(first, math.floor(high / step + 1e-9) + 1)]
