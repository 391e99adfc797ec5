"""What a rule is, in words: a built-in one by its own description, a desk's by its settings."""

from __future__ import annotations

import inspect
from collections.abc import Mapping

from rules.declared.described import described
from rules.declared.rule import ConditionsRule
from rules.evaluation import Rule
from rules.shared.own_rule import OwnRule


def is_own(rule: Rule) -> bool:
    """Whether a rule is the desk's own."""
    return isinstance(rule, OwnRule)


def about(rule: Rule, titles: Mapping[str, str]) -> list[str]:
    """Its paragraphs, what it is first; `titles` of the series."""
    if isinstance(rule, ConditionsRule):
        return [described(rule, titles)]
    if is_own(rule):
        return [rule.about(titles)]  # type: ignore[attr-defined]
    paragraphs = inspect.cleandoc(type(rule).__doc__ or "").split("\n\n")
    return [" ".join(one.split()).replace("`", "") for one in paragraphs]
