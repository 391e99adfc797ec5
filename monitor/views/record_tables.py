"""The track record as tables, one for each early number."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from alerts.message.message import Table
from rules.record.record import Line
from rules.record.score import Score
from rules.wording import capitalized, number, usd_bn

NOTHING: Final = "–"
COLUMNS: Final = ("of", "years", "since", "same sign", "r", "95% of r", "mean error", "n")
WHAT_IT_IS: Final = (
    "Each early number against the later one that it speaks of, over all periods of both that are "
    "stored and were published. r is the correlation; its interval says how little it proves."
)


def record_tables(lines: Sequence[Line]) -> tuple[Table, ...]:
    """A table for each early number and what it speaks of, a row for each holder and span."""
    return tuple(
        Table(capitalized(heading), COLUMNS, "lllrrrrr", tuple(_row(one) for one in mine))
        for heading, mine in groupby(
            lines, key=lambda one: f"{one.early_title}, against {one.measure}"
        )
    )


def _row(line: Line) -> tuple[str, ...]:
    score = line.score
    r, error = score.correlation, score.mean_error
    return (
        line.holder,
        line.span,
        NOTHING if score.first is None else f"{score.first:%Y-%m}",
        f"{number(score.same_sign_pct)}%",
        NOTHING if r is None else number(r, 2),
        _interval(score),
        NOTHING if error is None else _error(error, line.unit),
        f"{score.count:,}",
    )


def _interval(score: Score) -> str:
    low, high = score.correlation_low, score.correlation_high
    return NOTHING if low is None or high is None else f"{number(low, 2)} to {number(high, 2)}"


def _error(value: float, unit: str) -> str:
    return usd_bn(value) if unit == "usd_bn" else f"{number(value, 2)}%"
