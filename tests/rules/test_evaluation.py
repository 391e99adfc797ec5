"""The answers of a rule: their severities, by period and by row, and how near they came."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from monitor.config.plugins import rule_types
from rules.evaluation import Evaluations, all_of, any_of, severity_codes
from rules.model import AlertText
from rules.terms import Answer
from tests.case_rows import positive_rows
from tests.support import judge, new_york

NAN = float("nan")
ANSWERS = Evaluations(
    rule_id="r",
    subject="us",
    period_end=np.array(["2025-04-08", "2025-04-10", "2025-04-10"], dtype="datetime64[D]"),
    known_at=np.array(["2025-04-08", "2025-04-10", "2025-04-11"], dtype="datetime64[s]"),
    severity=np.array([0, 1, 3], dtype=np.int8),
    provisional=np.zeros(3, dtype=bool),
    keeps_open=np.zeros(3, dtype=bool),
    measure=np.zeros(3),
    measure_unit="sd",
    ratios=np.zeros((3, 1)),
    explain=lambda _: AlertText(""),
    nearness=np.array([0.5, NAN, 1.5]),
)


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (date(2025, 4, 7), None),
        (date(2025, 4, 8), 0),
        (date(2025, 4, 9), None),
        (date(2025, 4, 10), 3),  # of two versions the last
        (date(2025, 4, 11), None),
    ],
)
def test_the_severity_of_a_period_is_that_of_its_last_version(day: date, code: int | None) -> None:
    assert ANSWERS.severity_of(day) == code


def test_a_row_is_as_near_as_it_is_known_to_be() -> None:
    assert [ANSWERS.near(row) for row in range(3)] == [0.5, None, 1.5]
    assert [ANSWERS.answer(row) for row in range(3)] == [
        Answer.QUIET, Answer.FIRING, Answer.FIRING]  # fmt: skip


def test_of_several_ratios_any_or_all_have_to_reach_one() -> None:
    ratios = np.array([[0.5, 0.9], [NAN, 0.9], [NAN, NAN], [-2.0, -1.0]])
    np.testing.assert_array_equal(any_of(ratios), [0.9, 0.9, NAN, -1.0])
    np.testing.assert_array_equal(all_of(ratios), [0.5, NAN, NAN, -2.0])


def test_the_worst_severity_holds_and_unknown_hides_none() -> None:
    notice = np.array([True, True, True, False, False, True])
    warning = np.array([False, True, True, False, False, False])
    critical = np.array([False, False, True, False, False, False])
    unknown = np.array([False, True, True, True, False, True])
    assert severity_codes(notice, warning, critical, unknown).tolist() == [1, 2, 3, -1, 0, 1]


@pytest.mark.parametrize(
    ("rule_id", "unit"),
    [
        ("aggregate_net_sales", "pct"),
        ("correlation_regime", "correlation"),
        ("custody_outflow", "x notice size"),
        ("foreign_net_sales", "usd_bn"),
        ("foreign_share", "pp"),
        ("haven_failure", "pct"),
        ("joint_selloff", "sd"),
        ("joint_selloff_monthly", "sd"),
        ("joint_selloff_weekly", "sd"),
        ("leveraged_shorts", "sd"),
        ("rates_up_dollar_down", "x notice size"),
        ("selloff_cluster", "count"),
        ("term_premium_day", "bp"),
        ("term_premium_jump", "x notice size"),
        ("weak_auction", "sd"),
    ],
)
def test_every_rule_is_measured_in_its_unit(rule_id: str, unit: str) -> None:
    rule = rule_types()[rule_id]()
    judged = judge(rule, positive_rows(rule), new_york("2025-06-30 23:00"))
    assert {one.measure_unit for one in judged.values()} == {unit}
