"""The blocks by which a desk makes series and rules of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from alerts.titles import OWN_TITLES
from monitor.config.blocks import block_of, blocks, table, unknown_name
from monitor.config.series_catalog import SeriesCatalog
from monitor.errors import Problem
from monitor.ingest.source import Source
from rules.declared.condition import Condition
from rules.declared.made_series import MadeSeries, in_order, sampled
from rules.declared.rule import EVERY, ConditionsRule
from rules.evaluation import Rule
from rules.shared.own_rule import OwnRule

# The type of a declared rule.
CONDITIONS: Final = "conditions"
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")
# A subject or a tag.
WORD: Final = re.compile(r"[A-Za-z0-9_.-]{1,40}")
# Within how many days of its period an alert is on time, by how often the series come; of months,
# those of TIC, six weeks later and a holiday.
ON_TIME_WITHIN_DAYS: Final = {"session": 2, "auction": 2, "week": 6, "month": 56}
# A week before a holiday is known to be over with the next session's closes.
ON_TIME_SAMPLED: Final = 5
# What is stored of a series that is re-estimated whole at each release reaches so far back.
MOST_RE_ESTIMATED: Final = 60


def made_series(
    found: Mapping[str, Any],
    sources: Mapping[str, Source],
    chains: Iterable[str],
    problems: list[Problem],
) -> tuple[dict[str, MadeSeries], SeriesCatalog]:
    """The series a desk makes, and all that there are; `problems` has those of the sources."""
    broken = {one.path.split(".")[1] for one in problems if one.path.startswith("sources.")}
    written = table("series", found.get("series", {}), problems)
    read = {
        name: one
        for name, block in written.items()
        if (one := block_of(f"series.{name}", MadeSeries, block, problems)) is not None
    }
    given = SeriesCatalog(sources.values(), chains, {})
    made = {}
    for name, one in read.items():
        path = f"series.{name}"
        own = [Problem(_at(path, setting), what, fix) for setting, what, fix in one.problems()]
        own += name_problems(path, name, given.names)
        problems += own
        if not own:
            made[name] = one
    broken |= written.keys() - made.keys()
    catalog = SeriesCatalog(sources.values(), chains, made, broken)
    try:
        in_order(made, made)
    except ValueError as error:
        problems.append(Problem("series", f"goes round in a circle: {error}", "break it"))
        return {}, given
    for name, one in made.items():
        wrong = [catalog.problem(f"series.{name}", each) for each in one.inputs]
        wrong += [_mixed(f"series.{name}", one, catalog)]
        problems += [each for each in wrong if each is not None]
    return made, catalog


def rule_blocks(
    types: Mapping[str, type],
    instance_types: Mapping[str, type],
    found: Mapping[str, Any],
    catalog: SeriesCatalog,
    problems: list[Problem],
) -> dict[str, Rule]:
    """The built-in rules, and those that the desk declares: of conditions, and built-in ones over
    other series."""
    written = table("rules", found.get("rules", {}), problems)
    own = {
        name: block
        for name, block in written.items()
        if isinstance(block, Mapping) and "type" in block and name not in types
    }
    own_types = {CONDITIONS: ConditionsRule, **instance_types}
    taken = (*types, *OWN_TITLES)
    rest = {name: block for name, block in written.items() if name not in own}
    for name, block in rest.items():
        if isinstance(block, Mapping) and "type" in block:
            what = f"{name!r} is a built-in rule"
            problems.append(Problem(f"rules.{name}.type", what, "declare it by another name"))
            rest[name] = {key: one for key, one in block.items() if key != "type"}
    made: dict[str, Rule] = blocks("rules", types, {"rules": rest}, problems)
    for name, block in own.items():
        rule = _declared(name, block, own_types, catalog, problems)
        wrong = name_problems(f"rules.{name}", name, taken)
        problems += wrong
        if rule is not None and not wrong:
            made[name] = rule
    for name in own:
        rule = made.get(name)
        louder: tuple[str, ...] = rule.inhibited_by if isinstance(rule, OwnRule) else ()
        path = f"rules.{name}.inhibited_by"
        known = {*made, *own}
        problems += [unknown_name(path, one, known) for one in louder if one not in known]
    return made


def made_for(rule: Rule, catalog: SeriesCatalog) -> Mapping[str, MadeSeries]:
    """The series that are made for a rule: the sums of some areas, and what is sampled by week or
    month."""
    if not isinstance(rule, ConditionsRule):
        found: Mapping[str, MadeSeries] = getattr(rule, "made", {})
        return found
    return {
        name: sampled(of, EVERY[rule.over], catalog.title(of), catalog.unit(of))
        for name, of in rule.sampled.items()
    }


def _declared(
    name: str,
    block: Mapping[str, Any],
    types: Mapping[str, type],
    catalog: SeriesCatalog,
    problems: list[Problem],
) -> Rule | None:
    path, settings = f"rules.{name}", dict(block)
    kind = settings.pop("type")
    if kind not in types:
        problems.append(unknown_name(f"{path}.type", str(kind), types))
        return None
    if "rule_id" in settings:
        problems.append(Problem(f"{path}.rule_id", "is the block's name", "leave it out"))
    rule: Any = block_of(path, types[kind], {**settings, "rule_id": name}, problems)
    if rule is None:
        return None
    wrong = [Problem(_at(path, setting), what, fix) for setting, what, fix in rule.problems()]
    if isinstance(rule, ConditionsRule):
        wrong = wrong or _conditions_problems(path, rule, catalog)
        rule = rule if wrong or "on_time_within_days" in settings else _on_time(rule, catalog)
    else:
        wrong = wrong or _leg_problems(path, rule, catalog)
    problems += wrong
    return None if wrong else rule


def _conditions_problems(path: str, rule: ConditionsRule, catalog: SeriesCatalog) -> list[Problem]:
    wrong = [
        Problem(f"{path}.subjects.{one}", "is no name for an address", "use letters, digits, _ . -")
        for one in rule.subjects
        if not WORD.fullmatch(one)
    ]
    return wrong or _series_problems(path, rule, catalog)


def _series_problems(path: str, rule: ConditionsRule, catalog: SeriesCatalog) -> list[Problem]:
    """Names that are no series, and sizes and windows that a series cannot have."""
    problems: list[Problem] = []
    for place, written in rule.located:
        for one in rule.about(written):
            problems += condition_problems(f"{path}.{place}", one, catalog)
    whole = (
        of for of in rule.sampled.values()
        if any(each.one_vintage for each in catalog.described(of))
    )  # fmt: skip
    remedy = "leave over out"
    problems += [Problem(f"{path}.over", f"{of} is re-estimated at each release", remedy)
                 for of in whole]  # fmt: skip
    return list(dict.fromkeys(problems))


def _leg_problems(path: str, rule: Any, catalog: SeriesCatalog) -> list[Problem]:
    """Series of an instance that are none, or that move in another unit than their leg."""
    problems = []
    for setting, name, units in rule.legs_by_setting:
        where, unit = f"{path}.{setting}", catalog.unit(name)
        unknown = catalog.problem(where, name)
        if unknown is not None:
            problems.append(unknown)
        elif unit not in units:
            what = f"{name} is in {unit or 'no unit'}"
            problems.append(Problem(where, what, f"name a series in {' or '.join(units)}"))
        elif any(one.one_vintage for one in catalog.described(name)):
            what = f"{name} is re-estimated at each release"
            problems.append(Problem(where, what, "name a series of closes"))
    return problems


def condition_problems(path: str, one: Condition, catalog: SeriesCatalog) -> list[Problem]:
    """Names of a condition that are no series, and sizes and windows its series cannot have."""
    named = {"series": one.series, "to": one.to} if one.to else {"series": one.series}
    unknown = [catalog.problem(f"{path}.{setting}", name) for setting, name in named.items()]
    found = [problem for problem in unknown if problem is not None]
    if found:
        return found
    unit = catalog.unit(one.series)
    if unit and one.scale(unit) is None:
        way, natural = "above" if one.is_above else "below", one.natural_unit(unit)
        of = f"{one.statistic} of {one.series}" if one.window else one.series
        what = f"is no size of {of}, which is in {natural}"
        fits = " or ".join(f"{way}{end}" for end in one.size_settings(unit))
        found.append(Problem(f"{path}.{one.size_setting}", what, f"use {fits}"))
    is_whole = any(each.one_vintage for each in catalog.described(one.series))
    if is_whole and one.rows > MOST_RE_ESTIMATED:
        what = f"is over {one.rows} periods of {one.series}, which is re-estimated at each release"
        fix = f"use {MOST_RE_ESTIMATED} or fewer: its older numbers are not comparable"
        found.append(Problem(f"{path}.{one.statistic}", what, fix))
    return found


def _mixed(path: str, one: MadeSeries, catalog: SeriesCatalog) -> Problem | None:
    described = [each for name in one.inputs for each in catalog.described(name)]
    whole = {each.one_vintage for each in described}
    if len(whole) > 1:
        what = "mixes series that are re-estimated at each release with others"
        return Problem(path, what, "make it of one kind")
    if one.of and True in whole:
        what = f"takes {one.statistic} of a series that is re-estimated at each release"
        return Problem(path, what, "use it in a rule's condition")
    lags = one.ratio is not None and one.ratio.lag > 0
    if lags and not all(each.frequency in ("week", "month") for each in described):
        return Problem(f"{path}.ratio.lag", "is of weeks or months only", "leave it out")
    return None


def _on_time(rule: ConditionsRule, catalog: SeriesCatalog) -> ConditionsRule:
    if rule.over != "sessions":
        return replace(rule, on_time_within_days=ON_TIME_SAMPLED)
    often = {one.frequency for name in rule.decided_by for one in catalog.described(name)}
    days = next((ON_TIME_WITHIN_DAYS[one] for one in ON_TIME_WITHIN_DAYS if one in often), None)
    return rule if days is None else replace(rule, on_time_within_days=days)


def name_problems(path: str, name: str, taken: Iterable[str]) -> list[Problem]:
    """What is wrong with the name of a series or a rule; nothing where it may be taken."""
    if not NAME.fullmatch(name):
        return [Problem(path, f"{name!r} is no name", "use a-z, 0-9 and _, a letter first")]
    if name in taken:
        return [Problem(path, f"{name!r} is taken", "choose another name")]
    return []


def _at(path: str, setting: str) -> str:
    return f"{path}.{setting}" if setting else path
