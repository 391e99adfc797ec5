"""What a verdict is: a line, and under it the horizons and indicators that it is weighed from."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.terms import Severity

QUESTION: Final = "Are foreigners dumping Treasuries?"


class Stance(enum.StrEnum):
    """What one indicator says of "foreigners are dumping Treasuries"."""

    SUPPORTS = "supports"
    NEUTRAL = "neutral"
    CONTRADICTS = "contradicts"
    NOT_ENOUGH = "not enough data"

    @property
    def words(self) -> str:
        """What a person reads."""
        return {
            Stance.SUPPORTS: "points to selling",
            Stance.NEUTRAL: "neutral",
            Stance.CONTRADICTS: "points to buying",
            Stance.NOT_ENOUGH: "no data",
        }[self]


class Weight(enum.StrEnum):
    """What an indicator is good for."""

    DECIDES = "decides"
    GRADES = "grades the confidence"
    CONTEXT = "context only"


class Confidence(enum.StrEnum):
    """How far a horizon's answer can be relied on."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NOTHING = "no data"


@dataclass(frozen=True)
class Gauge:
    """A number beside the sizes that it is read by, all in one unit: at `sold_at` or below it
    points to selling, above `bought_above`, where it has one, to buying."""

    value: float
    sold_at: float
    bought_above: float | None = None


@dataclass(frozen=True)
class Indicator:
    """One indicator: its reading, the number behind it in words, its rule, as of when, and what it
    is good for, with its measured record where there is one; `gauge` is the number to draw, None
    where it is not known or too old."""

    name: str
    reading: Stance
    number: str
    rule: str
    period_end: date | None
    source: str
    weight: Weight
    record: str = ""
    gauge: Gauge | None = None


@dataclass(frozen=True)
class Horizon:
    """The answer for one horizon in a word, its number, date and source, and how far it can be
    relied on, and why; `gauge` is the number to draw, of transactions alone."""

    name: str
    answer: str
    number: str
    period_end: date | None
    confidence: Confidence
    reason: str
    source: str = ""
    gauge: Gauge | None = None


@dataclass(frozen=True)
class OwnAlert:
    """An alert of the product at the instant of a verdict.

    `episode` the period of an event, or the one at which a condition opened; `told` the day on
    which it opened; `closed` the day on which a condition ended, None while it is open.
    """

    rule_id: str
    subject: str
    title: str
    severity: Severity
    is_condition: bool
    episode: date
    told: date
    closed: date | None = None


@dataclass(frozen=True)
class Verdict:
    """The line to read, then in this order what is shown under it.

    `beside`: each open or recent warning and critical of the product, and how both are true.
    `notes`: who sold, as far as TIC tells, and the order of assets sold. `horizons`: today, the
    last published month, three and twelve months, structure. `headings`: the indicators.
    """

    line: str
    beside: tuple[str, ...]
    notes: tuple[str, ...]
    horizons: tuple[Horizon, ...]
    headings: tuple[Indicator, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of its numbers."""
        return (*(one.source for one in self.horizons), *(one.source for one in self.headings))
