"""The configurations of a sweep: every combination of the values to try of each rule."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from monitor.errors import HavenwatchError
from monitor.history.tune import Changes, changed_rule, combinations, too_many
from monitor.known_names import did_you_mean
from monitor.sweeps.plan import OF_AREAS, Configuration, area_rule
from rules.evaluation import Rule

# A day of one processor, and as long a table as a spreadsheet takes.
MOST_CONFIGURATIONS: Final = 1_000_000

Vary = Mapping[str, Sequence[float]]


def by_rule(names: Sequence[str], vary: Vary) -> dict[str, dict[str, Sequence[float]]]:
    """What is varied of each rule. A setting is written behind its rule and a dot, or alone where
    there is one rule. Raises HavenwatchError."""
    found: dict[str, dict[str, Sequence[float]]] = {name: {} for name in names}
    for setting, values in vary.items():
        rule, dot, rest = setting.partition(".")
        if dot and rule in found:
            found[rule][rest] = values
        elif len(names) == 1:
            found[names[0]][setting] = values
        else:
            raise HavenwatchError(
                "tune --vary",
                expected="RULE.SETTING=V1,V2 where there are several rules",
                got=setting,
                remedy=f"write it as {names[0]}.{setting}; {did_you_mean(rule, names)}",
            )
    return found


def of_rules(rules: Mapping[str, Rule], vary: Vary) -> list[Configuration]:
    """The configurations of some rules, rule by rule: of each every combination of its values. With
    no values at all, one threshold after another at half to twice its size; a rule without values
    beside others with some, once as it is set. Raises HavenwatchError."""
    each = by_rule(list(rules), vary)
    found = [
        Configuration(name, changes)
        for name, rule in rules.items()
        for changes in _changes(rule, each[name], is_default=not vary)
    ]
    if len(found) > MOST_CONFIGURATIONS:
        raise too_many(len(found), MOST_CONFIGURATIONS)
    return found


def of_areas(areas: Sequence[str], vary: Vary) -> list[Configuration]:
    """The configurations of `foreign_net_sales` for each of some areas of TIC: every combination of
    the values, or once at the usual sizes. Raises HavenwatchError."""
    if not areas:
        raise HavenwatchError(
            "tune --areas",
            expected="transactions by area in the database",
            got="none",
            remedy="load them with: havenwatch backfill --source treasury_tic",
        )
    mine = by_rule([OF_AREAS], vary)[OF_AREAS]
    # What is checked for one area holds for all.
    changes = list(_changes(area_rule(areas[0]), mine, is_default=False))
    if len(changes) * len(areas) > MOST_CONFIGURATIONS:
        raise too_many(len(changes) * len(areas), MOST_CONFIGURATIONS)
    return [Configuration(OF_AREAS, one, area) for area in areas for one in changes]


def _changes(rule: Rule, vary: Vary, *, is_default: bool) -> Iterator[Changes]:
    """Those with which the rule is one. Raises HavenwatchError for a value that was asked for and
    is out of bounds."""
    if not vary and not is_default:
        yield {}
        return
    for changes in combinations(rule, vary, most=MOST_CONFIGURATIONS):
        if changed_rule(rule, changes, skip_invalid=is_default) is not None:
            yield changes
