"""Alerts by year and severity as stacked bars, small enough to stand in the page itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from rules.terms import Severity
from rules.wording import plural

HEIGHT: Final = 120
FOOT: Final = 18
WIDE: Final = 14
GAP: Final = 3
LABEL_EACH: Final = 10
# By which a label is wider than its bar.
LABEL_ROOM: Final = 12
# Of fewer years a label stands below every second.
FEW_YEARS: Final = 20


@dataclass(frozen=True)
class Part:
    """A severity of a year: where it stands and how high."""

    severity: str
    y: float
    height: float


@dataclass(frozen=True)
class Year:
    """A year's bar, what a reader of it is told, and the year where it is written below."""

    x: float
    parts: tuple[Part, ...]
    said: str
    label: str


@dataclass(frozen=True)
class YearBars:
    """The bars in a box, and how many alerts the highest has."""

    years: tuple[Year, ...]
    most: int
    width: int
    height: int = HEIGHT + FOOT
    wide: int = WIDE


def year_bars(by_year: Mapping[int, Mapping[Severity, int]]) -> YearBars:
    """A bar a year, the worst at the bottom."""
    most = max((sum(counts.values()) for counts in by_year.values()), default=0)
    years = tuple(
        Year(
            place * (WIDE + GAP),
            _parts(counts, max(most, 1)),
            _said(year, counts),
            str(year) if _is_labelled(year, place, len(by_year)) else "",
        )
        for place, (year, counts) in enumerate(by_year.items())
    )
    return YearBars(years, most, len(years) * (WIDE + GAP) + LABEL_ROOM)


def _parts(counts: Mapping[Severity, int], most: int) -> tuple[Part, ...]:
    found, top = [], float(HEIGHT)
    for severity in sorted(Severity, reverse=True):
        height = HEIGHT * counts[severity] / most
        top -= height
        if height:
            found.append(Part(severity.label, round(top, 2), round(height, 2)))
    return tuple(found)


def _said(year: int, counts: Mapping[Severity, int]) -> str:
    parts = [f"{count} {one.label}" for one, count in sorted(counts.items(), reverse=True) if count]
    total = sum(counts.values())
    return f"{year}: {plural(total, 'alert')}{' (' + ', '.join(parts) + ')' if parts else ''}"


def _is_labelled(year: int, place: int, count: int) -> bool:
    return place % 2 == 0 if count <= FEW_YEARS else year % LABEL_EACH == 0
