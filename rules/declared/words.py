"""How a declared rule's conditions are said."""

from __future__ import annotations

from collections.abc import Sequence

from rules.case import Case
from rules.declared.condition import Condition
from rules.declared.condition_values import ConditionValues
from rules.model import Panel
from rules.wording import (
    day,
    moves_line,
    number,
    plural,
    signed,
    signed_bp,
    signed_jpy_bn,
    signed_pct,
    signed_usd_bn,
    usd_bn,
)

MOVES = ("change", "change_pct")


def label(panel: Panel, condition: Condition) -> str:
    """`10-year par yield, change over 5 sessions`."""
    known = panel.series.get(condition.series)
    title = known.title if known is not None else condition.series
    noun = known.frequency if known is not None else "session"
    said = _statistic(condition, noun)
    if condition.to:
        other = panel.series.get(condition.to)
        with_other = other.title if other is not None else condition.to
        said = f"correlation with {with_other} over {plural(condition.window, noun)}"
    return f"{title}, {said}" if said else title


def headline(case: Case[ConditionValues], what: str, conditions: Sequence[Condition]) -> str:
    """`Bear steepener on Thu 10 Apr 2025: 2s10s, change over 5 sessions +16bp; ...`."""
    said = (f"{label(case.panel, one)} {_shown(case, one)}" for one in conditions)
    return f"{what} on {day(case.period)}: {'; '.join(said)}."


def moves(case: Case[ConditionValues], conditions: Sequence[Condition]) -> str:
    """`2s10s +16bp (5 sessions) · 10-year par yield +12bp (5 sessions)`."""
    return moves_line(*(_move(case, one) for one in conditions))


def _move(case: Case[ConditionValues], condition: Condition) -> str:
    known = case.panel.series.get(condition.series)
    title = known.title if known is not None else condition.series
    shown = _shown(case, condition)
    if condition.window <= 1 and condition.against_usual is None:
        return f"{title} {shown}"
    noun = known.frequency if known is not None else "session"
    span = plural(condition.window, noun)
    is_move = condition.statistic in MOVES and condition.against_usual is None
    return f"{title} {shown} ({span if is_move else _statistic(condition, noun)})"


def _statistic(condition: Condition, noun: str) -> str:
    said = condition.transform.said.format(window=plural(condition.window, noun))
    if condition.against_usual is None:
        return said
    return f"{said} against the usual of {plural(condition.against_usual, noun)}"


def _shown(case: Case[ConditionValues], condition: Condition) -> str:
    value, unit = float(case.on.values[condition][case.row]), case.on.units[condition]
    if value != value:
        return "not known"
    is_signed = condition.statistic in (*MOVES, "sum", "zscore", "drawdown", "from_mean")
    written = {
        "bp": signed_bp if is_signed else lambda one: f"{number(one)}bp",
        "pct": lambda one: signed_pct(one) if is_signed else f"{number(one, 2)}%",
        "sd": lambda one: f"{signed(one, 2)}σ",
        "usd_bn": signed_usd_bn if is_signed else usd_bn,
        "usd_mn": lambda one: (signed_usd_bn if is_signed else usd_bn)(one / 1000.0),
        "jpy_bn": signed_jpy_bn,
        "count": lambda one: number(one),
        "correlation": lambda one: signed(one, 2),
    }
    return written.get(unit, lambda one: (signed if is_signed else number)(one, 2))(value)
