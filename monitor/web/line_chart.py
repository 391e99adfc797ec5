"""A series as one line to draw, small enough to stand in the page itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

WIDTH: Final = 640
HEIGHT: Final = 160
PAD: Final = 6


@dataclass(frozen=True)
class Chart:
    """The points of a line in a box of WIDTH by HEIGHT, and where zero is if it is inside."""

    points: str
    zero: float | None
    first: date
    last: date
    lowest: float
    highest: float
    width: int = WIDTH
    height: int = HEIGHT


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
        return round(HEIGHT - PAD - share * (HEIGHT - 2 * PAD), 1)

    def across(day: date) -> float:
        return round(PAD + (day - days[0]).days / span_days * (WIDTH - 2 * PAD), 1)

    points = " ".join(f"{across(day):g},{down(value):g}" for day, value in known)
    zero = down(0.0) if low < 0.0 < high else None
    return Chart(points, zero, days[0], days[-1], low, high)
