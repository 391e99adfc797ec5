"""The mark of a rule's definition: another one where it means something else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from monitor.config.definitions import DIGITS, definitions
from monitor.config.load import build

RULE: dict[str, Any] = {
    "type": "conditions",
    "title": "Mine",
    "all": [{"series": "twice", "change_pct": 1, "above_pct": {"notice": 2}}],
}
SERIES: dict[str, Any] = {
    "once": {"title": "Once", "unit": "index", "sum": {"spx": 1}},
    "twice": {"title": "Twice", "unit": "index", "sum": {"once": 2}},
}


def marks(rule: dict[str, Any], series: dict[str, Any], **rules: Any) -> dict[str, str]:
    return definitions(build({"rules": {"mine": rule, **rules}, "series": series}, {}, Path()))


def test_every_rule_has_one_and_the_same_each_time() -> None:
    found = marks(RULE, SERIES)
    assert {len(one) for one in found.values()} == {DIGITS}
    assert found == marks(RULE, SERIES)


@pytest.mark.parametrize(
    ("rule", "series"),
    [
        (RULE | {"caveat": "Other words."}, SERIES),
        (RULE | {"kind": "event"}, SERIES),
        (RULE, SERIES | {"once": {**SERIES["once"], "times": 3}}),
    ],
)
def test_it_changes_with_the_rule_and_with_what_it_is_made_of(
    rule: dict[str, Any], series: dict[str, Any]
) -> None:
    before, after = marks(RULE, SERIES), marks(rule, series)
    assert {name for name in before if before[name] != after[name]} == {"mine"}


def test_to_switch_it_off_or_tag_it_is_no_other_definition_and_a_threshold_is() -> None:
    before = marks(RULE, SERIES)
    assert marks(RULE | {"enabled": False}, SERIES) == before
    tagged = marks(RULE | {"tags": ["gold"]}, SERIES, joint_selloff={"tags": ["desk"]})
    assert tagged == before
    moved = marks(RULE, SERIES, joint_selloff={"warning_weakest_leg_sd": 0.6})
    assert {name for name in before if before[name] != moved[name]} == {"joint_selloff"}
