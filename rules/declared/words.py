"""How a declared rule's conditions are said."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rules.case import Case
from rules.declared.condition import Condition
from rules.declared.condition_values import ConditionValues
from rules.markets.market import desk_name
from rules.model import Evidence, Panel
from rules.wording import (
    MOST_DIGITS,
    day,
    jpy_bn,
    moves_line,
    number,
    period_name,
    plural,
    signed,
    usd_bn,
    with_article,
)

# What stands behind the length of a yardstick: `63d`.
LETTERS: Final[Mapping[str, str]] = {"session": "d", "week": "w", "month": "m"}
MOVES = ("change", "change_pct")


def label(panel: Panel, condition: Condition) -> str:
    """`10-year yield, change over 5 sessions`."""
    said = statistic(panel, condition)
    return f"{_title(panel, condition.series)}{', ' if said else ''}{said}"


def statistic(panel: Panel, condition: Condition) -> str:
    """`change over 5 sessions`; empty for the number itself."""
    known = panel.series.get(condition.series)
    noun = known.frequency if known is not None else "session"
    if condition.to:
        span = plural(condition.window, noun)
        return f"correlation with {_title(panel, condition.to)} over {span}"
    return _statistic(condition, noun)


def at_size(condition: Condition, size: float, unit: str) -> str:
    """`at or below 20.00`."""
    return f"at or {'above' if condition.is_above else 'below'} {written_size(size, unit)}"


def headline(case: Case[ConditionValues], what: str, conditions: Sequence[Condition]) -> str:
    """`Bear steepener on Thu 10 Apr 2025: 2s10s +16bp (5 sessions), 10-year yield +12bp (5
    sessions).`."""
    said = ", ".join(_move(case, one) for one in conditions)
    named = period_name(case.on.frequency, case.period)
    when = f"in {with_article(named)}" if named else f"on {day(case.period)}"
    return f"{what} {when}: {said}."


def levels(case: Case[ConditionValues], conditions: Sequence[Condition]) -> list[Evidence]:
    """The number itself of each series that conditions take a statistic of, once."""
    names = dict.fromkeys(name for one in conditions for name in one.series_ids)
    market, panel = case.on.market, case.panel
    return [
        case.line(_title(panel, name), market.level[name][case.row], one.unit, case.source(name))
        for name in names
        if name in market.level and (one := panel.series.get(name)) is not None
    ]


def moves(case: Case[ConditionValues], conditions: Sequence[Condition]) -> str:
    """`2s10s +16bp (5 sessions) · 10-year yield +12bp (5 sessions)`."""
    return moves_line(*(_move(case, one) for one in conditions))


def _title(panel: Panel, series_id: str) -> str:
    known = panel.series.get(series_id)
    return desk_name(series_id, {} if known is None else {series_id: known.title})


def _move(case: Case[ConditionValues], condition: Condition) -> str:
    title, shown = _title(case.panel, condition.series), _shown(case, condition)
    if condition.window <= 1 and condition.against_usual is None:
        return f"{title} {shown}"
    noun = case.on.frequencies[condition]
    span = plural(condition.window, noun)
    if condition.against_usual is not None:
        usual = f"{condition.against_usual}{LETTERS.get(noun, '')}"
        return f"{title} {shown} ({usual if condition.window == 1 else f'{span}, {usual}'})"
    is_move = condition.statistic in MOVES
    return f"{title} {shown} ({span if is_move else statistic(case.panel, condition)})"


def _statistic(condition: Condition, noun: str) -> str:
    said = condition.transform.said.format(window=plural(condition.window, noun))
    if condition.against_usual is None:
        return said
    return f"{said} against the usual of {plural(condition.against_usual, noun)}"


def _shown(case: Case[ConditionValues], condition: Condition) -> str:
    value, unit = float(case.on.values[condition][case.row]), case.on.units[condition]
    if math.isnan(value):
        return "not known"
    is_signed = condition.statistic in (*MOVES, "sum", "zscore", "drawdown", "from_mean")
    text = written(value, unit)
    return f"+{text}" if is_signed and value > 0 and not text.startswith("+") else text


def written(value: float, unit: str, digits: int | None = None) -> str:
    """`−5.00%`, `10bp`, `$20.0bn`; with so many digits where that is said."""
    write, usual = WRITTEN.get(unit, (number, 2))
    return write(value, usual if digits is None else digits)


def written_size(value: float, unit: str) -> str:
    """The same with the digits that it has: `2.5bp`, `−5%`."""
    digits = next((one for one in range(MOST_DIGITS) if round(value, one) == value), MOST_DIGITS)
    return written(value, unit, digits)


WRITTEN: Final[Mapping[str, tuple[Callable[[float, int], str], int]]] = {
    "bp": (lambda value, digits: f"{number(value, digits)}bp", 0),
    "pct": (lambda value, digits: f"{number(value, digits)}%", 2),
    "sd": (lambda value, digits: f"{number(value, digits)}\N{GREEK SMALL LETTER SIGMA}", 2),
    "usd_bn": (usd_bn, 1),
    "usd_mn": (lambda value, digits: usd_bn(value / 1000.0, digits), 1),
    "jpy_bn": (jpy_bn, 0),
    "count": (number, 0),
    "contracts": (number, 0),
    "correlation": (signed, 2),
}
