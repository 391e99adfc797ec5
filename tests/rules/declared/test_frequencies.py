"""Series by session, week and month: what was so many periods before, what is unbroken, and a
change against the usual, by numbers worked out by hand."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pytest

from rules.declared.track import Track
from rules.markets.market import Leg
from rules.model import type_float
from tests.rules.declared.panels import JAPAN, numbers, panel_of
from tests.rules.declared.test_transforms import rule_of

NAN: Final = float("nan")
LEVELS: Final = (1.0, 2.0, 3.0, 4.0)
# One period is missing between the second and the third.
DAYS: Final = {
    "session": ("2025-04-09", "2025-04-10", "2025-04-14", "2025-04-15"),
    "week": ("2025-04-02", "2025-04-09", "2025-04-23", "2025-04-30"),
    "month": ("2025-01-31", "2025-02-28", "2025-04-30", "2025-05-31"),
}
# How often, over how many periods, the number before each, and where as many are without a gap.
BEFORE: Final[tuple[tuple[str, int, tuple[float, ...], tuple[bool, ...]], ...]] = (
    ("session", 1, (NAN, 1.0, 2.0, 3.0), (True, True, True, True)),
    ("session", 2, (NAN, NAN, 1.0, 2.0), (False, True, True, True)),
    ("session", 5, (NAN, NAN, NAN, NAN), (False, False, False, False)),
    ("week", 1, (NAN, 1.0, NAN, 3.0), (True, True, True, True)),
    ("week", 2, (NAN, NAN, 2.0, NAN), (False, True, False, True)),
    ("week", 3, (NAN, NAN, 1.0, 2.0), (False, False, False, False)),
    ("week", 5, (NAN, NAN, NAN, NAN), (False, False, False, False)),
    ("month", 1, (NAN, 1.0, NAN, 3.0), (True, True, True, True)),
    ("month", 2, (NAN, NAN, 2.0, NAN), (False, True, False, True)),
    ("month", 3, (NAN, NAN, 1.0, 2.0), (False, False, False, False)),
)


def track(frequency: str, disputed: tuple[int, ...] = (), *, is_yield: bool = True) -> Track:
    """Four levels of a series; of some rows two sources do not agree."""
    level, rows = np.array(LEVELS), np.arange(len(LEVELS))
    day = np.array(DAYS[frequency], dtype="datetime64[D]")
    leg = Leg(day, level, number=rows, at=rows, is_yield=is_yield)
    gone = np.isin(rows, disputed)
    return Track(frequency, day, level, leg, gone, gone | np.append([False], gone[:-1]))


def same(found: type_float, expected: tuple[float, ...]) -> bool:
    """Whether two rows agree, NaN with NaN."""
    return bool(np.array_equal(found, np.array(expected), equal_nan=True))


@pytest.mark.parametrize(("frequency", "count", "before", "unbroken"), BEFORE)
def test_so_many_periods_before(
    frequency: str, count: int, before: tuple[float, ...], unbroken: tuple[bool, ...]
) -> None:
    one = track(frequency)
    assert same(one.before(count), before)
    assert one.is_unbroken(count).tolist() == list(unbroken)


@pytest.mark.parametrize("frequency", DAYS)
def test_a_number_in_dispute_is_not_compared_with(frequency: str) -> None:
    assert np.isnan(track(frequency, disputed=(0,)).before(1)[1])
    assert not np.isnan(track(frequency).before(1)[1])


def test_a_move_of_a_yield_is_a_difference_and_of_a_price_a_log() -> None:
    assert same(track("session").move, (NAN, 1.0, 1.0, 1.0))
    price = track("session", is_yield=False).move
    assert price[1:] == pytest.approx(100.0 * np.log([2.0, 3 / 2, 4 / 3]))


def spread(values: list[float]) -> float:
    """Their sample standard deviation."""
    return float(np.std(values, ddof=1))


def last_change(series: str, ends: tuple[float, ...], settings: dict[str, Any]) -> float:
    """What a condition on the change of a series is at its last period."""
    rule = rule_of(all=[{"series": series, "below_sd": -1, **settings}])
    (answers,) = rule.judge(panel_of(rule, {series: ends}))
    return float(answers.measure[-1])


def test_a_change_over_a_session_is_in_deviations_of_the_log_changes_before() -> None:
    levels = np.array(numbers((5000.0, 4900.0)))
    moves = 100.0 * np.diff(np.log(levels))
    # The last period is a Monday: two more days than a usual session count for nothing.
    expected = moves[-1] / spread(moves[-21:-1].tolist())
    found = last_change("spx", (5000.0, 4900.0), {"change_pct": 1, "against_usual": 20})
    assert found == pytest.approx(expected)


@pytest.mark.parametrize(
    ("series", "window", "ends"),
    [
        ("ust10y", 5, (4.0, 3.8)),
        ("custody_treasuries", 1, (2_900_000.0, 2_850_000.0)),
        ("custody_treasuries", 4, (2_900_000.0, 2_850_000.0)),
        (JAPAN, 1, (10_000.0, -20_000.0)),
    ],
)
def test_any_other_change_is_in_deviations_of_those_of_its_length_before(
    series: str, window: int, ends: tuple[float, ...]
) -> None:
    levels = np.array(numbers(ends))
    changes = levels[window:] - levels[:-window]
    expected = changes[-1] / spread(changes[-13:-1].tolist())
    found = last_change(series, ends, {"change": window, "against_usual": 12})
    assert found == pytest.approx(expected)


def test_what_never_moved_has_no_usual_change() -> None:
    steady = (5.0,) * 90
    found = last_change("ust10y", (*steady[:-1], 4.0), {"change": 5, "against_usual": 12})
    assert np.isnan(found)


def test_a_slower_series_without_a_number_is_not_known() -> None:
    slow = {"series": "custody_treasuries", "above_usd_bn": 1.0}
    rule = rule_of(all=[{"series": "spx", "above": 10.0}, slow])
    (answers,) = rule.judge(panel_of(rule, {"spx": (5000.0,)}))
    assert set(answers.severity.tolist()) == {-1}
