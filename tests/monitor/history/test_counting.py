"""What is only counted is what a replay finds: every rule, every kind of correction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor.config.load import build
from monitor.evaluate.known import Known
from monitor.history.alert_rates import AlertRate, alert_rates, counted_rate
from monitor.history.counting import count_alerts
from monitor.history.replay import Replayed, decide_span, load_history
from monitor.history.tune import FACTORS, changed_rule, thresholds
from rules.evaluation import Rule
from rules.terms import Kind
from tests.case_rows import positive_rows
from tests.fifty_years import span
from tests.support import Row, history_of, new_york

CONFIG = build({}, {}, Path())
RULES = dict(CONFIG.rules)
SPANS = (
    (new_york("2025-04-01 12:00"), new_york("2025-06-20 12:00")),
    (new_york("2025-04-11 12:00"), new_york("2025-05-02 12:00")),
)
MADE = ("spx",)


def recorded(known: Known, rule: Rule, start: datetime, end: datetime) -> AlertRate:
    (line,) = alert_rates(
        Replayed(CONFIG, start, end, tuple(decide_span(known, [rule], start, end)))
    )
    return line


def counted(known: Known, rules: list[Rule], start: datetime, end: datetime) -> list[AlertRate]:
    found = count_alerts(known, rules, start, end)
    return [counted_rate(one, start, end, CONFIG.desk.zone) for one in found]


def with_corrections(rows: list[Row], seed: int) -> list[Row]:
    """The rows with some of their numbers corrected, once or twice, some back to what they were."""
    random = np.random.default_rng(seed)
    found = list(rows)
    for place in random.choice(len(rows), min(len(rows), 12), replace=False).tolist():
        name, day, known, vintage, value = rows[place]
        for later in range(1, 1 + int(random.integers(1, 3))):
            moved = value * (1.0 + random.normal(0.0, 0.03)) if random.random() < 0.7 else value
            found.append((name, day, known + timedelta(days=2 * later), vintage + later, moved))
    return found


def varied(rule: Rule) -> Iterator[Rule]:
    yield rule
    for name, value in thresholds(rule).items():
        for factor in FACTORS:
            changed = changed_rule(rule, {name: type(value)(value * factor)}, skip_invalid=True)
            if changed is not None:
                yield changed


@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_counted_as_it_is_replayed(name: str) -> None:
    rule = RULES[name]
    rows = with_corrections(positive_rows(rule), 7)
    known = Known.whole(history_of(rows, tuple(rule.series)))
    rules = list(varied(rule))[:2]
    for start, end in SPANS:
        assert counted(known, rules, start, end) == [
            recorded(known, one, start, end) for one in rules
        ]


def made_rows(seed: int) -> list[Row]:
    """A series that often moves far, of which every third number is corrected, some twice."""
    random = np.random.default_rng(seed)
    rows: list[Row] = []
    level, first = 100.0, new_york("2024-01-02 18:00")
    for number in range(160):
        known = first + timedelta(days=number)
        level *= 1.0 + random.normal(0.0, 0.02)
        rows.append(("spx", known.date(), known, 1, level))
        for again in range(int(random.integers(0, 3)) if number % 3 == 0 else 0):
            later = known + timedelta(days=int(random.integers(1, 9)), hours=again)
            rows.append(("spx", known.date(), later, 2 + again, level * random.normal(1.0, 0.02)))
    return rows


@pytest.mark.parametrize("kind", [Kind.EVENT, Kind.CONDITION])
@pytest.mark.parametrize("seed", range(6))
def test_alerts_that_are_withdrawn_worsened_and_opened_again_are_counted_alike(
    kind: Kind, seed: int
) -> None:
    sizes = {"notice": -1.0, "warning": -2.0, "critical": -4.0}
    found = build(
        {
            "rules": {
                "own": {
                    "type": "conditions",
                    "title": "Own",
                    "kind": kind.value,
                    "all": [{"series": "spx", "change_pct": 1, "below_pct": sizes}],
                }
            }
        },
        {},
        Path(),
    ).rules["own"]
    known = Known.whole(history_of(made_rows(seed), MADE))
    start, end = new_york("2024-02-15 12:00"), new_york("2024-06-20 12:00")
    rules = [
        one
        for size in (-0.5, -1.0, -1.5)
        if (one := changed_rule(found, {"all.0.below_pct.notice": size})) is not None
    ]
    lines = counted(known, rules, start, end)
    assert lines == [recorded(known, one, start, end) for one in rules]
    assert sum(lines[0].by_severity.values()) > 10


@pytest.mark.slow
@pytest.mark.parametrize("name", RULES)
def test_every_rule_is_counted_as_it_is_replayed_over_fifty_years(
    name: str, fifty_years: Path
) -> None:
    rule = RULES[name]
    start, end = span()
    known = load_history(CONFIG, fifty_years, [rule], end)
    rules = list(varied(rule))[:6]
    assert counted(known, rules, start, end) == [recorded(known, one, start, end) for one in rules]
