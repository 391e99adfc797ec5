"""Sizes proposed for a new rule are reached as often as they are said to be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.history.proposed_sizes import (
    NOTHING_STORED,
    TIMES_A_YEAR,
    proposed_sizes,
    years_needed,
)
from monitor.history.proposed_sizes_said import proposal_said
from rules.model import type_float, type_time
from rules.terms import Severity


def days(count: int) -> type_time:
    return np.datetime64("2000-01-03") + np.arange(count)


def moves(count: int) -> type_float:
    return np.random.default_rng(7).standard_t(4, count)


@pytest.mark.parametrize("is_above", [True, False])
def test_each_is_reached_about_as_often_as_it_should_be(is_above: bool) -> None:
    values = moves(20 * 365)
    found = proposed_sizes(days(len(values)), values, is_above=is_above)
    for severity, wanted in TIMES_A_YEAR.items():
        one = found.by_severity[severity]
        beyond = values >= one.size if is_above else values <= one.size
        crossed = np.count_nonzero(np.diff(np.concatenate(([False], beyond)).astype(int)) == 1)
        assert one.a_year == pytest.approx(crossed / found.years)
        assert one.a_year == pytest.approx(wanted, rel=0.25)


@pytest.mark.parametrize(
    ("years", "proposed"),
    [
        (0.2, []),
        (0.9, [Severity.NOTICE]),
        (3.0, [Severity.NOTICE, Severity.WARNING]),
        (5.0, [*Severity]),
    ],
)
def test_too_little_history_for_a_severity_is_said(years: float, proposed: list[Severity]) -> None:
    values = moves(int(years * 365.25))
    found = proposed_sizes(days(len(values)), values, is_above=True)
    assert list(found.by_severity) == proposed
    said = proposal_said(found, "pct")
    for severity in Severity:
        gone = f"Too little history for a {severity.label} size"
        assert (gone in said) == (severity not in proposed)
        assert (gone in said) == (years < years_needed(severity))


@pytest.mark.parametrize(
    "values", [np.array([]), np.full(9, np.nan), np.ones(4000), np.ones(1)], ids=str
)
def test_without_numbers_that_vary_nothing_is_proposed(values: type_float) -> None:
    found = proposed_sizes(days(len(values)), values, is_above=True)
    assert found.by_severity == {}
    assert proposal_said(found, "pct")
    assert (found is NOTHING_STORED) == (not np.isfinite(values).any())


@pytest.mark.parametrize(
    ("every_days", "gone"), [(91, "notice and warning"), (30, "notice"), (1, "")]
)
def test_where_no_size_is_reached_so_often_none_is_proposed(every_days: int, gone: str) -> None:
    periods = days(20 * 365)[::every_days]
    found = proposed_sizes(periods, moves(len(periods)), is_above=True)
    for severity, one in found.by_severity.items():
        assert TIMES_A_YEAR[severity] / 2 <= one.a_year <= TIMES_A_YEAR[severity] * 2
    said = f"No size was reached about as often as a {gone} should be."
    assert (said in proposal_said(found, "pct")) == bool(gone)
    assert len(found.by_severity) == len(Severity) - len(gone.split(" and ") if gone else [])


@given(st.lists(st.floats(-1e9, 1e9) | st.just(float("nan")), max_size=400), st.booleans())
def test_worse_severities_have_sizes_further_out(listed: list[float], is_above: bool) -> None:
    spread = days(len(listed) * 30)[::30]
    found = proposed_sizes(spread, np.array(listed, dtype=np.float64), is_above=is_above)
    sizes = [one.size if is_above else -one.size for one in found.by_severity.values()]
    assert sizes == sorted(set(sizes))
    assert [*found.by_severity] == sorted(found.by_severity)
