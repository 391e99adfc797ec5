"""One mistake is one problem, however often what is mistaken is named elsewhere."""

from __future__ import annotations

import tomllib

import pytest

from tests.monitor.config.test_desk_rules import problems

CONFIG = """
[sources.gold]
type = "table"
publisher = "the desk's terminal"
base_url = "file:///srv/havenwatch"
path = "/gold.csv"
columns.close = { column = "close", title = "Gold", unit = "index", plausible = [100, 20000] }

[series.gold_in_euro]
title = "Gold in euro"
unit = "index"
sum = { "gold.close" = 0.9 }

[rules.gold_jump]
type = "conditions"
title = "Gold jump"
all = [
  { series = "gold.close", change_pct = 1, above_pct = { notice = 2, warning = 3 } },
  { series = "gold_in_euro", correlation = 63, to = "gold.close", above = 0.1 },
]

[rules.gold_slide]
type = "conditions"
title = "Gold slide"
all = [{ series = "gold.close", change_pct = 5, below_pct = -5 }]
inhibited_by = ["gold_jump"]

[channels.desk]
type = "console"

[routing]
warning = ["desk"]

[[routing.routes]]
rules = ["gold_jump"]
channels = ["desk"]

[follow_up]
inhibited_by = { haven_failure = ["gold_slide"] }
"""
# What is written in place of what, and the one problem.
MISTAKES = (
    ('path = "/gold.csv"', "", "sources.gold.path: missing"),
    (
        'unit = "index", plausible',
        'unit = "ounces", plausible',
        "sources.gold.columns.close.unit: ",
    ),
    ('sum = { "gold.close"', 'sume = { "gold.close"', "series.gold_in_euro.sume: unknown name"),
    ("change_pct = 1,", "change_pc = 1,", "rules.gold_jump.all.0.change_pc: unknown name"),
    ("below_pct = -5", "below_pc = -5", "rules.gold_slide.all.0.below_pc: unknown name"),
    ('type = "console"', 'type = "consol"', "channels.desk: unknown name 'consol'"),
    (
        '"gold.close", change_pct = 5',
        '"gold.clos", change_pct = 5',
        "rules.gold_slide.all.0.series",
    ),
)


def test_it_has_no_mistake() -> None:
    assert problems(tomllib.loads(CONFIG)) == []


def test_what_a_feed_that_is_off_would_give_is_no_series() -> None:
    off = CONFIG.replace('type = "table"', 'type = "table"\nenabled = false')
    assert any("unknown name 'gold.close'" in one for one in problems(tomllib.loads(off)))


@pytest.mark.parametrize(("right", "wrong", "expected"), MISTAKES)
def test_a_mistake_is_reported_once(right: str, wrong: str, expected: str) -> None:
    assert CONFIG.count(right) == 1
    (found,) = problems(tomllib.loads(CONFIG.replace(right, wrong)))
    assert expected in found
