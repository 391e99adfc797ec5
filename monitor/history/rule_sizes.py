"""The sizes of a rule that may be moved to see what it would tell, with how far."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from monitor.history.tune import thresholds
from rules.declared.condition import Condition, SizeBySeverity
from rules.declared.rule import ConditionsRule
from rules.evaluation import Rule
from rules.markets.market import desk_name
from rules.wording import capitalized

# A slider goes from this share of a size to this many times it, in so many steps.
LEAST: Final = 0.25
MOST: Final = 3.0
STEPS: Final = 50
UNIT_WORDS: Final[Mapping[str, str]] = {
    "_bp": "bp", "_pct": "%", "_sd": "σ", "_usd_bn": "$bn", "_jpy_bn": "¥bn",
}  # fmt: skip


@dataclass(frozen=True)
class MovableSize:
    """A size by the name of its setting: what it is, its value, and the range of a slider."""

    name: str
    label: str
    value: float
    lowest: float
    highest: float
    step: float


def movable_sizes(rule: Rule, titles: Mapping[str, str]) -> list[MovableSize]:
    """The sizes of a rule, in the order of its settings; `titles` of the series."""
    return [
        _movable(name, _label(rule, name, titles), value)
        for name, value in thresholds(rule).items()
    ]


def _movable(name: str, label: str, value: float) -> MovableSize:
    if isinstance(value, int):
        lowest, highest = max(1, int(value * LEAST)), max(int(value * MOST), value + 1, 2)
        return MovableSize(name, label, value, min(lowest, value), highest, 1)
    low, high = sorted((value * LEAST, value * MOST)) if value else (-1.0, 1.0)
    step = round_step((high - low) / STEPS)
    return MovableSize(name, label, value, on_step(low, step), on_step(high, step), step)


def round_step(step: float) -> float:
    """The largest of 1, 2 and 5 times a power of ten that is no larger."""
    power = 10.0 ** math.floor(math.log10(step))
    return max(one * power for one in (1.0, 2.0, 5.0) if one * power <= step * (1 + 1e-9))


def on_step(value: float, step: float) -> float:
    """The nearest multiple of a step."""
    return round(round(value / step) * step, 9)


def _label(rule: Rule, name: str, titles: Mapping[str, str]) -> str:
    if isinstance(rule, ConditionsRule):
        for path, condition in rule.located:
            if name.startswith(f"{path}."):
                said = _of_condition(name.removeprefix(f"{path}."), condition, titles)
                return f"Closes when: {said}" if path == "close_when" else said
    return capitalized(name.replace("_", " ").replace(".", ", "))


def _of_condition(setting: str, condition: Condition, titles: Mapping[str, str]) -> str:
    """`S&P 500 close, change: at or below, % (notice)`."""
    field, _, severity = setting.partition(".")
    title = desk_name(condition.series, titles)
    said = condition.statistic.replace("_pct", "").replace("_", " ")
    what = f"{title}, {said}" if condition.window else title
    if isinstance(getattr(condition, field), SizeBySeverity) or field == condition.size_setting:
        way = "at or above" if condition.is_above else "at or below"
        unit = UNIT_WORDS.get(condition.size_unit, "")
        of = f" ({severity})" if severity else ""
        return f"{what}: {' '.join(filter(None, [way, unit]))}{of}"
    return f"{what}: {'usual of' if field == 'against_usual' else 'over'} so many periods"


def moved(rule: Rule, asked: Mapping[str, str]) -> tuple[dict[str, float], list[str]]:
    """The sizes asked for that differ from the rule's, and what of them is no number."""
    in_force = thresholds(rule)
    found: dict[str, float] = {}
    wrong: list[str] = []
    for name, text in asked.items():
        if name not in in_force:
            wrong.append(f"{name} is no size of this rule")
            continue
        try:
            value = float(text)
        except ValueError:
            wrong.append(f"{name}: {text!r} is no number")
            continue
        if not math.isfinite(value):
            wrong.append(f"{name}: {text!r} is no number")
        elif value != in_force[name]:
            found[name] = value
    return found, wrong
