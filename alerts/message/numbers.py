"""The numbers of an alert as parts of its page: bars, evidence, and the last episodes like it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from alerts.message.sections import Bar, Bars, Table
from alerts.message.values import show
from rules.model import AlertText, Analogue, Evidence
from rules.wording import signed

LONGEST_BAR_RATIO: Final = 3.0
# What is known after an earlier episode: the column, the moves, and their digits.
AFTER: Final[tuple[tuple[str, Callable[[Analogue], tuple[float | None, ...]], int], ...]] = (
    ("S&P 500 %", lambda one: one.spx_pct, 1),
    ("10-year bp", lambda one: one.ust10y_bp, 0),
    ("DXY %", lambda one: one.dxy_pct, 1),
)


def bars_of(said: AlertText) -> Bars:
    """Each number that has a threshold, against it."""
    of = "" if said.against is None else f"{said.against.label} "
    return Bars(
        f"Against the {of}thresholds",
        tuple(
            Bar(
                line.label,
                show(line.value, line.unit),
                show(line.threshold, line.unit),
                min(max(line.value / line.threshold, 0.0), LONGEST_BAR_RATIO),
            )
            for line in said.evidence
            if line.value is not None and line.threshold
        ),
    )


def analogues_table(analogues: Sequence[Analogue]) -> Table:
    """The last episodes alike: the period, the value, and what stocks, the 10-year yield and the
    dollar did 1, 5 and 21 sessions after each, of those of which anything is known; for the mean of
    all sessions how many there were, and since when."""
    shown = [
        (column, moves, digits)
        for column, moves, digits in AFTER
        if any(value is not None for one in analogues for value in moves(one))
    ]
    rows = tuple(
        (*_episode(one), *(_after(moves(one), digits) for _, moves, digits in shown))
        for one in analogues
    )
    columns = ("period", "value", *(column for column, _, _ in shown))
    episodes = sum(one.mean_of == 1 for one in analogues)
    count = f"{episodes} comparable episodes" if episodes > 1 else "comparable episode"
    following = ": next 1d / 5d / 21d" if shown else ""
    return Table(f"Last {count}{following}", columns, "l" + "r" * (len(columns) - 1), rows)


def _episode(one: Analogue) -> tuple[str, str]:
    if one.mean_of == 1:
        return one.period_end.isoformat(), show(one.value, one.unit)
    return "all sessions, mean", f"{one.mean_of:,} since {one.period_end.year}"


def moves_after(one: Analogue) -> list[str]:
    """What each market did after an earlier episode, whatever is known of it."""
    return [_after(moves(one), digits) for _, moves, digits in AFTER]


def _after(changes: Sequence[float | None], digits: int) -> str:
    return " / ".join("?" if one is None else signed(one, digits) for one in changes)


def evidence_table(evidence: Sequence[Evidence]) -> Table:
    """Every number with its threshold, day and source."""
    return Table(
        "Evidence",
        ("input", "value", "threshold", "period", "source"),
        "lrrll",
        tuple(
            (
                line.label,
                show(line.value, line.unit),
                "" if line.threshold is None else show(line.threshold, line.unit),
                line.period_end.isoformat(),
                line.source,
            )
            for line in evidence
        ),
        detail=True,
    )
