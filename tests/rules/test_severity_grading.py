"""Which severity a number reaches, how near it is to a notice, and what keeps a condition open."""

from __future__ import annotations

import numpy as np

from rules.evaluation import Evaluations
from rules.severity_grading import SeverityThresholds, graded_by_all, graded_by_any
from rules.terms import Severity

NAN = np.nan
SIZES = SeverityThresholds(2.0, 4.0, 8.0)
VALUES = np.array([NAN, 1.9, 2.0, 3.9, 4.0, 7.9, 8.0])
CODES = [Evaluations.UNKNOWN, Evaluations.QUIET, 1, 1, 2, 2, 3]


def test_a_number_reaches_a_severity_at_its_size() -> None:
    assert SIZES.codes(VALUES).tolist() == CODES
    graded = SIZES.graded(VALUES, "bp")
    assert graded.severity.tolist() == CODES
    assert graded.unit == "bp"
    np.testing.assert_array_equal(graded.measure, VALUES)
    np.testing.assert_array_equal(graded.ratios, VALUES.reshape(-1, 1) / 2.0)
    np.testing.assert_array_equal(graded.nearness, VALUES / 2.0)
    assert [SIZES.of(severity) for severity in Severity] == [2.0, 4.0, 8.0]


def test_what_does_not_count_is_quiet_and_near_to_nothing() -> None:
    counts = np.array([True, True, False, True, False, True, True])
    graded = SIZES.graded(VALUES, "bp", counts=counts)
    assert graded.severity.tolist() == [
        -1 if code < 0 else code * on for code, on in zip(CODES, counts, strict=True)
    ]
    np.testing.assert_array_equal(graded.nearness, np.where(counts, VALUES / 2.0, NAN))


def test_what_nobody_can_judge_is_unknown_unless_it_reaches_a_size_all_the_same() -> None:
    unknown = np.array([False, True, True, False, True, False, False])
    graded = SIZES.graded(VALUES, "bp", unknown)
    assert graded.severity.tolist() == [0, -1, 1, 1, 2, 2, 3]


def test_a_condition_stays_open_from_a_percent_of_its_notice_size_on() -> None:
    graded = SIZES.graded(np.array([NAN, 0.9, 1.0, 3.0]), "bp")
    assert graded.keeps_open(50.0).tolist() == [False, False, True, True]
    assert graded.keeps_open(np.inf).tolist() == [False] * 4


PAIRS = np.array([[1.0, 9.0], [2.0, 9.0], [4.0, 10.0], [9.0, 19.0], [8.0, 40.0], [NAN, 40.0]])
EACH = np.array([[2.0, 5.0], [4.0, 10.0], [8.0, 20.0]])


def test_where_all_must_be_large_the_smallest_decides() -> None:
    graded = graded_by_all(PAIRS, EACH)
    assert graded.severity.tolist() == [0, 1, 2, 2, 3, -1]
    assert graded.unit == "x notice size"
    np.testing.assert_array_equal(graded.measure, [0.5, 1.0, 2.0, 3.8, 4.0, NAN])
    np.testing.assert_array_equal(graded.nearness, graded.measure)
    np.testing.assert_array_equal(graded.ratios, PAIRS / [2.0, 5.0])


def test_where_any_may_be_large_all_that_are_make_it_critical() -> None:
    graded = graded_by_any(PAIRS, EACH)
    # Each beyond its warning size is critical; one alone a warning, or a notice.
    assert graded.severity.tolist() == [1, 1, 3, 3, 3, 2]
    np.testing.assert_array_equal(graded.measure, [1.8, 1.8, 2.0, 4.5, 8.0, 8.0])
    np.testing.assert_array_equal(graded.nearness, graded.measure)
    lone = graded_by_any(np.array([[1.0, 10.0], [1.9, 4.9]]), EACH)
    assert lone.severity.tolist() == [2, 0]
    assert graded_by_any(np.array([[NAN, 4.9]]), EACH).severity.tolist() == [-1]
