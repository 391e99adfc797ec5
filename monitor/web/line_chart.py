"""A series as lines to draw, small enough to stand in the page itself, with levels and dates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np

from rules.figure import parts_of

WIDTH: Final = 640
HEIGHT: Final = 190
# Room for the levels left of the lines, and for the dates below them.
LEFT: Final = 64
RIGHT: Final = 10
TOP: Final = 10
FOOT: Final = 24
MOST_LEVELS: Final = 4
STEPS: Final = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Mark:
    """A level or a date, and where it stands in the box."""

    place: float
    value: float | date


@dataclass(frozen=True)
class Chart:
    """The lines in a box of WIDTH by HEIGHT, one for each stretch without missing data; the levels
    and dates at their edges, and where zero is if it is inside."""

    lines: tuple[str, ...]
    levels: tuple[Mark, ...]
    dates: tuple[Mark, ...]
    zero: float | None
    first: date
    last: date
    lowest: float
    highest: float
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - FOOT


def line_chart(known: Sequence[tuple[date, float]]) -> Chart | None:
    """The numbers of some periods, oldest first, placed by day; None for fewer than two."""
    if len(known) < 2:
        return None
    days = [day for day, _ in known]
    values = [value for _, value in known]
    low, high = min(values), max(values)
    span_days = (days[-1] - days[0]).days

    def down(value: float) -> float:
        share = 0.5 if high == low else (value - low) / (high - low)
        return round(HEIGHT - FOOT - share * (HEIGHT - FOOT - TOP), 1)

    def across(day: date) -> float:
        return round(LEFT + (day - days[0]).days / span_days * (WIDTH - RIGHT - LEFT), 1)

    points = [f"{across(day):g},{down(value):g}" for day, value in known]
    parts = parts_of(np.array(days, dtype="datetime64[D]"))
    return Chart(
        lines=tuple(" ".join(points[part]) for part in parts),
        levels=tuple(Mark(down(level), level) for level in _levels(low, high)),
        dates=tuple(Mark(across(day), day) for day in (days[0], days[len(days) // 2], days[-1])),
        zero=down(0.0) if low < 0.0 < high else None,
        first=days[0],
        last=days[-1],
        lowest=low,
        highest=high,
    )


def _levels(low: float, high: float) -> list[float]:
    """Round numbers inside a span, at most MOST_LEVELS; its one level where it has no width."""
    if low == high:
        return [low]
    rough = (high - low) / MOST_LEVELS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(one * power for one in STEPS if one * power >= rough)
    first = math.ceil(low / step)
    return [round(place * step, 10) for place in range(first, math.floor(high / step) + 1)]
