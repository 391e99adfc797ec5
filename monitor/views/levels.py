"""The levels that a status shows: in words, and the numbers behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from alerts.digest.level_table import Level


@dataclass(frozen=True)
class LevelChange:
    """The change of a level over some of its own periods, in `pct`, `usd_bn` or `bp`."""

    periods: int
    change: float
    unit: str


@dataclass(frozen=True)
class LevelNumber:
    """The newest number of a series, in its own unit, with its changes."""

    series: str
    title: str
    unit: str
    frequency: str
    period_end: date
    value: float
    changes: tuple[LevelChange, ...]


@dataclass(frozen=True)
class Levels:
    """Those of the same series, in words and as numbers, each in the order in which it is shown."""

    in_words: tuple[Level, ...]
    numbers: tuple[LevelNumber, ...]
