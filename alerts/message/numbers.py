"""The numbers of an alert as parts of its page: bars, evidence, and the last episodes like it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from alerts.message.sections import Bar, Bars, Table
from alerts.message.values import show
from rules.model import AlertText, Analogue, Evidence
from rules.wording import signed

LONGEST_BAR_RATIO: Final = 3.0
ANALOGUE_COLUMNS: Final = ("period", "value", "S&P 500 %", "10-year bp", "DXY %")


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
    """What stocks, the 10-year yield and the dollar did 1, 5 and 21 sessions after each."""
    return Table(analogues_heading(analogues), ANALOGUE_COLUMNS, "lrrrr", analogue_rows(analogues))


def analogues_heading(analogues: Sequence[Analogue]) -> str:
    """`Last 5 comparable episodes: next 1d / 5d / 21d`."""
    episodes = sum(one.mean_of == 1 for one in analogues)
    count = f"{episodes} comparable episodes" if episodes > 1 else "comparable episode"
    return f"Last {count}: next 1d / 5d / 21d"


def analogue_rows(analogues: Sequence[Analogue]) -> tuple[tuple[str, ...], ...]:
    """The period, the value, and what stocks, yield and dollar did after each; for the mean of all
    sessions how many there were, and since when."""
    return tuple(
        (
            one.period_end.isoformat() if one.mean_of == 1 else "all sessions, mean",
            show(one.value, one.unit)
            if one.mean_of == 1
            else f"{one.mean_of:,} since {one.period_end.year}",
            _after(one.spx_pct, 1),
            _after(one.ust10y_bp, 0),
            _after(one.dxy_pct, 1),
        )
        for one in analogues
    )


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
