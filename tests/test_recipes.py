"""The recipes of the docs are right, and each is judged."""

from __future__ import annotations

import pytest

from rules.declared.made_series import with_inputs
from rules.declared.making import with_made
from rules.declared.rule import ConditionsRule
from tests.case_rows import positive_rows
from tests.recipes import Recipe, recipes
from tests.support import history_of, new_york

FEWEST = 10


def test_there_are_ten() -> None:
    assert len(recipes()) >= FEWEST


@pytest.mark.parametrize("recipe", recipes(), ids=lambda one: one.name)
def test_a_recipe_is_a_right_configuration_and_its_rule_is_judged(recipe: Recipe) -> None:
    rule = recipe.config.rules[recipe.name]
    assert isinstance(rule, ConditionsRule)
    inputs = with_inputs(rule.series, recipe.config.series)
    closes = positive_rows(recipe.config.rules["joint_selloff"])
    rows = [row for row in closes if row[0] in inputs]
    known = with_made(history_of(rows, inputs), rule.series, recipe.config.series)
    (answers,) = rule.judge(known.as_of(new_york("2025-05-24 12:00")))
    assert len(answers.severity) == len(answers.period_end)
