"""A market's moves in a session as a line to draw, with the sizes that it may reach."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from monitor.ingest.market_hours import MarketSession
from monitor.views.session_so_far import LegSoFar
from rules.intraday.so_far import clock
from rules.terms import Severity
from rules.wording import signed_bp, signed_pct

WIDTH: Final = 640
HEIGHT: Final = 150
LEFT: Final = 56
RIGHT: Final = 74
TOP: Final = 12
FOOT: Final = 22
NAME_HEIGHT: Final = 12.0
HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Label:
    """Words at a place of the box."""

    place: float
    said: str


@dataclass(frozen=True)
class SessionChart:
    """A box of WIDTH by HEIGHT: the line of the moves, zero, the sizes from the mildest on, their
    names, which do not overlap, and the hours."""

    line: str
    zero: float
    sizes: tuple[tuple[str, float], ...]
    names: tuple[Label, ...]
    hours: tuple[Label, ...]
    levels: tuple[Label, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    foot: int = HEIGHT - FOOT


def session_chart(leg: LegSoFar) -> SessionChart | None:
    """The chart of a market; None for fewer than two quotes of the session."""
    session = leg.session
    path = [(at, move) for at, move in leg.path if at >= session.opens_at]
    if len(path) < 2:
        return None
    low, high = _span([move for _, move in path], leg.sizes)
    span = session.closes_at - session.opens_at

    def across(at: datetime) -> float:
        share = min(1.0, (at - session.opens_at) / span)
        return round(LEFT + share * (WIDTH - RIGHT - LEFT), 1)

    def down(move: float) -> float:
        return round(HEIGHT - FOOT - (move - low) / (high - low) * (HEIGHT - FOOT - TOP), 1)

    sizes = [(one.label, down(size)) for one, size in leg.sizes.items()]
    unit = "bp" if leg.unit == "bp" else "%"
    return SessionChart(
        line=" ".join(f"{across(at):g},{down(move):g}" for at, move in path),
        zero=down(0.0),
        sizes=tuple(sizes),
        names=tuple(_apart(sizes)),
        hours=tuple(Label(across(at), clock(at)) for at in _hours(session)),
        levels=(Label(down(0.0), f"0{unit}"), Label(down(path[-1][1]), _shown(path[-1][1], unit))),
    )


def _apart(sizes: Sequence[tuple[str, float]]) -> Iterator[Label]:
    """The names of the sizes beside their lines, from the top down, each a line below the last."""
    lowest = float("-inf")
    for said, place in sorted(sizes, key=lambda one: one[1]):
        lowest = max(place, lowest + NAME_HEIGHT)
        yield Label(lowest, said)


def _shown(move: float, unit: str) -> str:
    return signed_bp(move) if unit == "bp" else signed_pct(move)


def _span(moves: Sequence[float], sizes: Mapping[Severity, float]) -> tuple[float, float]:
    """The lowest and the highest move that the box has: those of the day, zero and the sizes."""
    every = [*moves, 0.0, *sizes.values()]
    room = 0.06 * (max(every) - min(every)) or 1.0
    return min(every) - room, max(every) + room


def _hours(session: MarketSession) -> list[datetime]:
    """The opening, each second full hour after it, and the close."""
    full = session.opens_at.replace(minute=0) + 2 * HOUR
    inside = []
    while full < session.closes_at - HOUR / 2:
        inside.append(full)
        full += 2 * HOUR
    return [session.opens_at, *inside, session.closes_at]
