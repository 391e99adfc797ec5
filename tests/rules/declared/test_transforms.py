"""Each statistic of a condition, by numbers worked out by hand."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import numpy as np
import pytest

from monitor.config.load import build
from rules.declared.rule import ConditionsRule
from rules.declared.transforms import TRANSFORMS
from rules.model import Panel
from tests.support import Row, history_of, new_york

MONDAY: Final = date(2025, 3, 3)
AT: Final = new_york("2025-06-30 12:00")
LEVELS: Final = (100.0, 102.0, 101.0, 98.0, 99.0)

# The statistic, its setting, the numbers, and what it is of the last.
TABLE: Final = (
    ("level", {"above": 1}, LEVELS, 99.0),
    ("change", {"change": 1, "above": 1}, LEVELS, 1.0),
    ("change", {"change": 4, "above": 1}, LEVELS, -1.0),
    ("change", {"change": 1, "above": 1}, (4.43, 4.48), 0.05),
    ("change_pct", {"change_pct": 4, "above_pct": 1}, LEVELS, -1.0),
    ("change_pct", {"change_pct": 1, "above_pct": 1}, (0.0, 98.0), np.nan),
    # 100, 102, 101 and 98: mean 100.25, deviation 1.7078.
    ("zscore", {"zscore": 4, "above_sd": 1}, LEVELS, -1.25 / 1.707825),
    ("zscore", {"zscore": 3, "above_sd": 1}, (5.0, 5.0, 5.0, 6.0), np.nan),
    ("percentile", {"percentile": 4, "above_pct": 1}, LEVELS, 25.0),
    ("percentile", {"percentile": 3, "above_pct": 1}, (1.0, 2.0, 3.0, 4.0), 100.0),
    ("drawdown", {"drawdown": 5, "below_pct": -1}, LEVELS, 100 * (99 / 102 - 1)),
    ("drawdown", {"drawdown": 2, "below_pct": -1}, LEVELS, 0.0),
    ("from_mean", {"from_mean": 5, "below_pct": -1}, LEVELS, -1.0),
    ("sum", {"sum": 3, "above": 1}, LEVELS, 298.0),
    ("days_since_high", {"days_since_high": 5, "above": 1}, LEVELS, 3.0),
    ("days_since_high", {"days_since_high": 3, "above": 1}, (1.0, 7.0, 7.0), 0.0),
    ("days_since_low", {"days_since_low": 5, "above": 1}, LEVELS, 1.0),
    ("zscore", {"zscore": 5, "above_sd": 1}, LEVELS, np.nan),
    ("sum", {"sum": 6, "above": 1}, LEVELS, np.nan),
)


def rule_of(**settings: Any) -> ConditionsRule:
    block = {"type": "conditions", "title": "Mine", **settings}
    rule = build({"rules": {"mine": block}}, {}, Path()).rules["mine"]
    assert isinstance(rule, ConditionsRule)
    return rule


def panel(rule: ConditionsRule, **levels: tuple[float, ...]) -> Panel:
    rows: list[Row] = []
    for name, values in levels.items():
        for number, value in enumerate(values):
            day = MONDAY + timedelta(days=number)
            rows.append((name, day, new_york(f"{day} 18:30"), 1, value))
    return history_of(rows, rule.series).as_of(AT)


@pytest.mark.parametrize(("name", "settings", "levels", "expected"), TABLE)
def test_a_statistic_is_what_it_says(
    name: str, settings: dict[str, Any], levels: tuple[float, ...], expected: float
) -> None:
    rule = rule_of(all=[{"series": "spx", **settings}])
    assert rule.all[0].statistic == name
    (answers,) = rule.judge(panel(rule, spx=levels))
    assert answers.measure[-1] == pytest.approx(expected, nan_ok=True)


def test_every_statistic_is_in_the_table() -> None:
    assert {name for name, *_ in TABLE} == set(TRANSFORMS)


def test_a_correlation_is_of_moves() -> None:
    up, down = (100.0, 101.0, 100.0, 102.0) * 4, (50.0, 49.5, 50.0, 49.0) * 4
    condition = {"series": "spx", "correlation": 12, "to": "dxy", "below": -0.9}
    rule = rule_of(all=[condition])
    (answers,) = rule.judge(panel(rule, spx=up, dxy=down))
    assert answers.measure[-1] == pytest.approx(-1.0, abs=0.001)
    assert answers.severity[-1] == 1


@pytest.mark.parametrize(("size", "fires"), [(-1.0, True), (-1.01, False)])
def test_a_number_counts_at_its_size(size: float, fires: bool) -> None:
    rule = rule_of(all=[{"series": "spx", "change_pct": 4, "below_pct": size}])
    (answers,) = rule.judge(panel(rule, spx=LEVELS))
    assert bool(answers.severity[-1] > 0) is fires
