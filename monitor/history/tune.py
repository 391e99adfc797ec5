"""A rule's alerts per year at alternative thresholds: the noise a desk would choose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from math import prod
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from monitor.config.blocks import checker
from monitor.config.load import Config
from monitor.errors import HavenwatchError
from monitor.history.alert_rates import AlertRate, counted_rate
from monitor.history.counting import count_alerts
from monitor.history.replay import load_history
from monitor.known_names import did_you_mean
from rules.declared.rule import ConditionsRule
from rules.evaluation import Rule
from rules.terms import Kind

# Without values of its own each threshold is tried at these multiples of what it is set to.
FACTORS: Final = (0.5, 0.75, 1.0, 1.5, 2.0)
MOST_RUNS: Final = 400
# So many sets of thresholds are counted side by side, panel by panel.
TOGETHER: Final = 20

# The settings of a declared rule that no answer of it turns on.
UNUSED_BY_EVENT: Final = ("close_below_pct_of_notice",)
UNUSED_BY_CONDITION: Final = ("cooldown_periods",)

Changes = dict[str, float]
Item = TypeVar("Item")


@dataclass(frozen=True)
class Tuned:
    """The alerts of a rule with some thresholds changed; `is_set` where they are those in force."""

    changes: Changes
    alert_rates: AlertRate
    is_set: bool


def tune(
    config: Config,
    database: Path,
    rule: Rule,
    start: datetime,
    end: datetime,
    vary: Mapping[str, Sequence[float]],
    names: Sequence[str] = (),
) -> Iterator[Tuned]:
    """The rule over (start, end] at every combination of the values given, or, where none is, with
    one threshold after another, all or those of `names`, at half to twice its size. Raises
    HavenwatchError for a name or a value that is none."""
    history = load_history(config, database, [rule], end)
    in_force = thresholds(rule)
    zone = config.desk.zone
    for batch in in_batches(combinations(rule, vary, names), TOGETHER):
        tried = [(one, changed_rule(rule, one, skip_invalid=not vary)) for one in batch]
        rules = [(changes, changed) for changes, changed in tried if changed is not None]
        counted = count_alerts(history, [changed for _, changed in rules], start, end)
        for (changes, _), one in zip(rules, counted, strict=True):
            is_set = all(in_force.get(name) == value for name, value in changes.items())
            yield Tuned(changes, counted_rate(one, start, end, zone), is_set)


def runs(rule: Rule, vary: Mapping[str, Sequence[float]]) -> int:
    """How many combinations `tune` tries. Raises HavenwatchError as it does."""
    return len(combinations(rule, vary))


def main_thresholds(rule: Rule) -> list[str]:
    """The thresholds by which a desk is told at once, those of a warning; all where a rule has none
    of these."""
    names = list(thresholds(rule))
    return [one for one in names if one.rpartition(".")[2].startswith("warning")] or names


def thresholds(rule: Rule) -> dict[str, float]:
    """A rule's numeric settings by name, those of a table with dots between."""
    found = dict(_numbers(checker(type(rule)).dump_python(rule), ""))
    found.pop("on_time_within_days", None)
    if isinstance(rule, ConditionsRule):
        unused = {*(UNUSED_BY_EVENT if rule.kind is Kind.EVENT else UNUSED_BY_CONDITION)}
        unused |= {"close_below_pct_of_notice"} if rule.close_when is not None else set()
        return {name: value for name, value in found.items() if name not in unused}
    return found


def _numbers(settings: Mapping[str, Any], before: str) -> Iterator[tuple[str, float]]:
    for name, value in settings.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{before}{name}.")
        elif isinstance(value, list | tuple):
            yield from _numbers(dict(zip(map(str, range(len(value))), value, strict=True)),
                                f"{before}{name}.")  # fmt: skip
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield f"{before}{name}", value


def contradicts_itself(rule: Rule) -> bool:
    """Whether the sizes of a declared rule contradict each other."""
    return isinstance(rule, ConditionsRule) and any(True for _ in rule.problems())


def in_batches(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    """Some items in order, so many at a time."""
    return (items[at : at + size] for at in range(0, len(items), size))


def combinations(
    rule: Rule,
    vary: Mapping[str, Sequence[float]],
    names: Sequence[str] = (),
    most: int = MOST_RUNS,
) -> list[Changes]:
    """The sets of thresholds that `tune` tries of a rule. Raises HavenwatchError as it does, and
    for more than `most`."""
    in_force = settings_by_name(rule)
    unknown = [name for name in vary if name not in in_force]
    if unknown:
        raise HavenwatchError(
            "tune",
            expected="thresholds of the rule",
            got=", ".join(unknown),
            remedy=did_you_mean(unknown[0], in_force),
        )
    if not vary:
        return [
            {name: type(value)(value * factor)}
            for name, value in thresholds(rule).items()
            if not names or name in names
            for factor in FACTORS
        ]
    count = prod(len(values) for values in vary.values())
    if count > most:
        raise too_many(count, most)
    return [
        {name: _typed(in_force[name], value) for name, value in zip(vary, values, strict=True)}
        for values in product(*vary.values())
    ]


def too_many(count: int, most: int) -> HavenwatchError:
    """The error of a grid of more than `most` combinations."""
    return HavenwatchError(
        "tune",
        expected=f"at most {most:,} combinations",
        got=f"{count:,}",
        remedy="vary fewer thresholds at once, or at fewer values",
    )


def settings_by_name(rule: Rule) -> dict[str, float | None]:
    """What may be varied: the thresholds in force, and those that are off, which are None."""
    return {**_off(checker(type(rule)).dump_python(rule)), **thresholds(rule)}


def _off(settings: Mapping[str, Any]) -> dict[str, float | None]:
    return {name: None for name, value in settings.items() if value is None}


def _typed(in_force: float | None, value: float) -> float:
    """A value as the setting is written: a count stays whole."""
    return int(value) if isinstance(in_force, int) else float(value)


def changed_rule(rule: Rule, changes: Changes, *, skip_invalid: bool = False) -> Rule | None:
    """A rule with some thresholds changed, or None for a value out of its bounds. Raises
    HavenwatchError for one unless that is skipped."""
    adapter = checker(type(rule))
    settings = adapter.dump_python(rule, mode="json")
    for name, value in changes.items():
        *tables, last = name.split(".")
        place = settings
        for table in tables:
            place = place[int(table) if isinstance(place, list) else table]
        place[int(last) if isinstance(place, list) else last] = value
    try:
        changed: Rule = adapter.validate_json(json.dumps(settings))
        return None if skip_invalid and contradicts_itself(changed) else changed
    except ValidationError as error:
        if skip_invalid:
            return None
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise HavenwatchError(
            f"tune {where}", expected=first["msg"], got=str(first["input"]), remedy="vary it inside"
        ) from None
