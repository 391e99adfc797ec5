"""A rule's alerts per year at alternative thresholds: the noise a desk would choose."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from monitor.config.blocks import checker
from monitor.config.load import Config
from monitor.errors import HavenwatchError
from monitor.history.alert_rates import AlertRate, alert_rates
from monitor.history.replay import Replayed, decide_span, load_history
from monitor.known_names import did_you_mean
from rules.declared.rule import ConditionsRule
from rules.evaluation import Rule
from rules.terms import Kind

# Without values of its own each threshold is tried at these multiples of what it is set to.
FACTORS: Final = (0.5, 0.75, 1.0, 1.5, 2.0)
MOST_RUNS: Final = 400

# The settings of a declared rule that no answer of it turns on.
UNUSED_BY_EVENT: Final = ("close_below_pct_of_notice",)
UNUSED_BY_CONDITION: Final = ("cooldown_periods",)

Changes = dict[str, float]


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
    for changes in _grid(in_force, vary, names):
        changed = changed_rule(rule, changes, skip_invalid=not vary)
        if changed is None:
            continue
        found = decide_span(history, [changed], start, end)
        (line,) = alert_rates(Replayed(config, start, end, tuple(found)))
        yield Tuned(changes, line, all(in_force[name] == one for name, one in changes.items()))


def runs(rule: Rule, vary: Mapping[str, Sequence[float]]) -> int:
    """How many combinations `tune` tries. Raises HavenwatchError as it does."""
    return len(_grid(thresholds(rule), vary, ()))


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


def _grid(
    in_force: Mapping[str, float], vary: Mapping[str, Sequence[float]], names: Sequence[str]
) -> list[Changes]:
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
            for name, value in in_force.items()
            if not names or name in names
            for factor in FACTORS
        ]
    combinations = [dict(zip(vary, values, strict=True)) for values in product(*vary.values())]
    if len(combinations) > MOST_RUNS:
        raise HavenwatchError(
            "tune",
            expected=f"at most {MOST_RUNS} combinations",
            got=f"{len(combinations)}",
            remedy="vary fewer thresholds at once, or at fewer values",
        )
    return [{n: type(in_force[n])(v) for n, v in one.items()} for one in combinations]


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
