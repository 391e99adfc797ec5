"""Checks between a parsed body and the database."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from monitor.errors import BodyRejected
from monitor.gates import check_lost, check_values
from monitor.sources.cboe import SPX
from tests.support import spring

NOTHING_STORED = pd.DataFrame(index=pd.DatetimeIndex([]), dtype="float64")


def closes() -> pd.DataFrame:
    figures = spring(until=date(2025, 4, 8))["spx"]
    return pd.DataFrame({"spx": list(figures.values())}, index=pd.DatetimeIndex(list(figures)))


def check(frame: pd.DataFrame, stored: pd.DataFrame = NOTHING_STORED) -> None:
    check_values(frame, "cboe", {"spx": SPX}.__getitem__, stored)


def with_change(place: int, factor: float) -> pd.DataFrame:
    frame = closes()
    values = frame["spx"].to_numpy().copy()
    values[place] *= factor
    return pd.DataFrame({"spx": values}, index=frame.index)


@pytest.mark.parametrize("factor", [0.8, 1.25])
def test_a_lone_value_far_out_that_is_taken_back_is_a_typo(factor: float) -> None:
    with pytest.raises(BodyRejected, match=r"2025-01-21 between .* \(a typo\?\)") as error:
        check(with_change(closes().index.get_loc(pd.Timestamp("2025-01-21")), factor))  # type: ignore[arg-type]
    assert error.value.state == "IMPLAUSIBLE"


def test_a_crash_that_is_not_taken_back_is_true_until_a_second_source_says_otherwise() -> None:
    check(with_change(-1, 0.8))
    fallen = closes()["spx"].to_numpy().copy()
    fallen[-20:] *= 0.8
    check(pd.DataFrame({"spx": fallen}, index=closes().index))


def test_in_a_short_window_nothing_is_known_of_its_spread() -> None:
    check(with_change(-3, 0.8).iloc[-5:])


def test_numbers_that_are_gone_from_the_middle_are_missed_though_the_file_grew() -> None:
    stored = closes().iloc[:-10]
    holes = closes().drop(closes().index[100:120])
    with pytest.raises(BodyRejected, match="20 of them missing, the first on 2024-05-23"):
        check_lost(holes, "cboe", stored)
    check_lost(closes().drop(closes().index[100:102]), "cboe", stored)
    check_lost(closes().iloc[-30:], "cboe", stored)


def test_a_premium_near_zero_in_another_unit_is_seen_by_its_size() -> None:
    days = pd.bdate_range("2025-01-01", periods=60)
    wave = 0.3 + 0.05 * np.sin(np.arange(60.0))
    stored = pd.DataFrame({"spx": wave}, index=days)
    percent = SPX.__class__("spx", "a premium", "pct", "session", "a source", one_vintage=True)
    check_values(stored, "x", {"spx": percent}.__getitem__, stored)
    for factor in (0.01, 100.0):
        with pytest.raises(BodyRejected, match=r"unit\?"):
            check_values(stored * factor, "x", {"spx": percent}.__getitem__, stored)
