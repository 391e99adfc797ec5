"""How often each recipe fires is what the docs say."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from monitor.history.rule_trial import try_rule
from monitor.history.rule_trial_tables import trial_sentence
from tests.real.stated import END, START
from tests.recipes import Recipe, recipes, store_what_recipes_read

# No history of it is at hand.
NOT_MEASURED = ("gold_and_dollar",)


@pytest.fixture(scope="module")
def stored(database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recipes") / "havenwatch.db"
    shutil.copy(database, path)
    store_what_recipes_read(path)
    return path


@pytest.mark.parametrize("recipe", recipes(), ids=lambda one: one.name)
def test_the_rate_of_a_recipe_is_the_one_written(recipe: Recipe, stored: Path) -> None:
    if recipe.name in NOT_MEASURED:
        assert "Not measured here" in recipe.words
        return
    rule = recipe.config.rules[recipe.name]
    trial = try_rule(recipe.config, stored, rule, START, END)
    assert trial_sentence(trial) in recipe.words
