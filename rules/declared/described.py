"""A declared rule in sentences, for whoever asks what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from rules.declared.condition import UNITS, Condition
from rules.declared.group import Group
from rules.declared.rule import EVERY, ConditionsRule
from rules.declared.words import written_size
from rules.markets.market import desk_name
from rules.terms import Kind, Severity
from rules.wording import listed, plural


def described(rule: ConditionsRule, titles: Mapping[str, str]) -> str:
    """`A condition of the desk's own: all of: 2s10s, change 5, at or above 10bp (notice), ...`;
    `titles` of the series."""
    return " ".join(_sentences(rule, titles))


def _sentences(rule: ConditionsRule, titles: Mapping[str, str]) -> Iterator[str]:
    what = "dated event" if rule.kind is Kind.EVENT else "condition"
    usual = Group(all=rule.all, any=rule.any, of=rule.of, at_least=rule.at_least)
    said = f": {_group(usual, titles)}" if usual.conditions else ""
    yield f"A {what} of the desk's own{said}."
    if rule.over != "sessions":
        yield f"Evaluated by {EVERY[rule.over]}, on the last number of each that is over."
    for severity in Severity:
        for group in getattr(rule, severity.label):
            yield f"{severity.label.capitalize()} also by {_group(group, titles)}."
    if rule.close_when is not None:
        yield f"It closes when {_condition(rule.close_when, titles)}."
    elif rule.kind is Kind.CONDITION:
        share, lowest = rule.close_below_pct_of_notice, rule.lowest.label
        yield f"It closes with less than {share:g}% of the way to a {lowest} left."
    if rule.cooldown_periods:
        span = plural(rule.cooldown_periods, "period")
        yield f"After one, no other as severe is sent for {span}."
    if rule.subjects:
        yield f"Evaluated for {listed([*rule.subjects.values()])}."


def _group(group: Group, titles: Mapping[str, str]) -> str:
    each = "; ".join(_condition(one, titles) for one in group.conditions)
    if len(group.conditions) == 1:
        return each
    if group.of:
        return f"at least {group.at_least} of: {each}"
    return f"{'all' if group.all else 'any'} of: {each}"


def _condition(one: Condition, titles: Mapping[str, str]) -> str:
    """`S&P 500, change over 5 periods, at or below −5% (notice), −8% (warning)`."""
    parts = [desk_name(one.series, titles)]
    span = plural(one.window, "period")
    if one.to:
        parts.append(f"correlation with {desk_name(one.to, titles)} over {span}")
    elif one.window:
        parts.append(one.transform.said.format(window=span))
    if one.against_usual is not None:
        parts[-1] += f" against the usual of {plural(one.against_usual, 'period')}"
    way = "above" if one.is_above else "below"
    return f"{', '.join(parts)}, at or {way} {_sizes(one)}"


def _sizes(one: Condition) -> str:
    unit = UNITS[one.size_unit][0] or one.natural_unit("")
    if not one.has_severities:
        size = one.size(Severity.NOTICE)
        return "" if size is None else written_size(size, unit)
    return ", ".join(
        f"{written_size(size, unit)} ({severity.label})"
        for severity in Severity
        if (size := one.size(severity)) is not None
    )
