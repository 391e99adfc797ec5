"""Weeks as calendar months."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from rules.record.monthly import spread_over_days


def weeks(first: str, *flows: float) -> pd.Series[float]:
    ends = np.datetime64(first) + np.arange(len(flows)) * np.timedelta64(7, "D")
    return spread_over_days(ends, np.array(flows))


def by_month(found: pd.Series[float]) -> dict[str, float]:
    months = pd.DatetimeIndex(found.index).strftime("%Y-%m-%d")
    return dict(zip(months, found.tolist(), strict=True))


def test_a_week_in_two_months_is_shared_by_its_days() -> None:
    # The weeks to 1 February and 1 March 2025 have one day each in the month they end in.
    found = weeks("2025-02-01", 70.0, 7.0, 7.0, 7.0, 70.0)
    assert by_month(found) == pytest.approx({"2025-02-28": 10.0 + 21.0 + 60.0})


def test_a_month_with_a_day_that_no_week_covers_is_left_out() -> None:
    assert by_month(weeks("2025-02-08", 7.0, 7.0, 7.0, 7.0)) == {}
    assert by_month(weeks("2025-02-01", 7.0, 7.0, np.nan, 7.0, 7.0)) == {}
    assert by_month(weeks("2025-02-01")) == {}


def test_a_week_given_again_counts_once() -> None:
    again = [1.0, 1.0, 1.0, 7.0, 7.0]
    ends = np.array(["2025-02-01", "2025-02-08", "2025-02-15", "2025-02-22", "2025-03-01"])
    twice = np.concatenate((ends, ends)).astype("datetime64[D]")
    found = spread_over_days(twice, np.array([*again, *[7.0] * 5]))
    assert by_month(found) == pytest.approx({"2025-02-28": 28.0})
