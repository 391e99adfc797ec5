"""A line of numbers as a small drawing, and in words for who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from rules.wording import number, plural

WIDTH, HEIGHT, MARGIN = 96.0, 22.0, 2.0
DIGITS: Final = 2


def sparkline_svg(values: Sequence[float]) -> Markup:
    """The course as an SVG element, from the lowest to the highest; nothing of fewer than two."""
    if len(values) < 2:
        return Markup("")
    points = [(_x(i, len(values)), _y(value, values)) for i, value in enumerate(values)]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    return Markup(
        '<svg class="spark" role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}">'
        '<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2"/></svg>'
    ).format(
        described(values), int(WIDTH), int(HEIGHT), int(WIDTH), int(HEIGHT), Markup(line), x, y
    )


def described(values: Sequence[float]) -> str:
    """`21 sessions … ` in words: from where to where, and how low and high between."""
    first, last, low, high = (
        number(one, DIGITS) for one in (values[0], values[-1], min(values), max(values))
    )
    return f"{plural(len(values), 'number')} from {first} to {last}, between {low} and {high}"


def _x(place: int, count: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * place / (count - 1)


def _y(value: float, values: Sequence[float]) -> float:
    low, high = min(values), max(values)
    share = 0.5 if high == low else (value - low) / (high - low)
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * share
