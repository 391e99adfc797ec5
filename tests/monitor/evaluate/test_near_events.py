"""An event that came near is listed on its day; a condition as long as it is near."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from monitor.views.report import EVENT_IS_NEAR_FOR, _standing
from rules.catalog.correlation_regime import CorrelationRegime
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.catalog.weak_auction import WeakAuction
from rules.evaluation import Rule
from rules.terms import Answer
from state.alert_rows import Evaluation
from tests.support import new_york

KNOWN = new_york("2025-04-09 13:10")


@pytest.mark.parametrize(
    ("rule", "age", "listed"),
    [
        (WeakAuction(), timedelta(hours=6), True),
        (WeakAuction(), EVENT_IS_NEAR_FOR, True),
        (WeakAuction(), timedelta(days=2), False),
        (ForeignNetSales(), timedelta(days=20), False),
        (CorrelationRegime(), timedelta(days=20), True),
    ],
    ids=lambda one: getattr(one, "rule_id", str(one)),
)
def test_how_long_a_near_miss_is_one(rule: Rule, age: timedelta, listed: bool) -> None:
    one = Evaluation(
        rule_id=rule.rule_id,
        subject="us",
        period_end=date(2025, 4, 9),
        known_at=KNOWN,
        answer=Answer.QUIET,
        severity=None,
        provisional=False,
        measure=1.2,
        measure_unit="sd",
        reason="",
        nearness=0.8,
    )
    assert _standing(rule, one, "", KNOWN + age).nearness == (0.8 if listed else None)
