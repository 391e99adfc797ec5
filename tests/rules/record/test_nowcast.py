"""The estimate of the months that TIC has not published: what it knows, and when it is shown."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from rules.record.nowcast import FEWEST_ESTIMATES, FEWEST_MONTHS, MISSING, nowcast
from rules.record.record import SERIES
from tests.support import Row, history_of, utc

AT = utc("2026-01-20 12:00")
CHANGES = np.random.default_rng(2025).normal(0.0, 20.0, 60)
# The last Wednesday of each month; the first has nothing before it.
ENDS = pd.date_range(end="2025-12-31", periods=len(CHANGES) + 1, freq="ME")


def custody() -> list[Row]:
    levels = 3e6 + 1e3 * np.cumsum([0.0, *CHANGES])
    days = [(end - pd.offsets.Week(0, weekday=2) if end.weekday() == 2 else
             end - pd.offsets.Week(1, weekday=2)).date() for end in ENDS]  # fmt: skip
    return [
        ("custody_treasuries", day, utc(f"{day} 21:00"), 1, float(level))
        for day, level in zip(days, levels, strict=True)
    ]


def net(values: np.ndarray) -> pd.Series[float]:
    """Months to October 2025: two less than custody has."""
    published = ENDS[1:-MISSING]
    return pd.Series(values[: len(published)], index=published)


PANEL = history_of(custody(), SERIES).as_of(AT)


def test_where_custody_tells_all_the_months_missing_come_out() -> None:
    found = nowcast(PANEL, net(2.0 * CHANGES + 3.0))
    assert found is not None
    assert found.record.mean_error == pytest.approx(0.0, abs=1e-9)
    assert found.record.count == 58 - FEWEST_MONTHS - MISSING + 1
    assert found.record.first == date(2022, 2, 28)
    assert [one.month for one in found.estimates] == [date(2025, 11, 30), date(2025, 12, 31)]
    expected = 2.0 * CHANGES[-MISSING:] + 3.0
    assert [one.usd_bn for one in found.estimates] == pytest.approx(expected.tolist())
    assert all(one.low_usd_bn <= one.usd_bn <= one.high_usd_bn for one in found.estimates)


def test_what_is_no_better_than_a_simple_guess_is_not_shown() -> None:
    noise = np.random.default_rng(7).normal(0.0, 20.0, 60)
    found = nowcast(PANEL, net(noise))
    assert found is not None
    assert found.estimates == ()
    assert found.record.mean_error > min(found.record.as_zero, found.record.as_mean)


def test_a_short_record_is_not_shown_however_good() -> None:
    months = FEWEST_MONTHS + MISSING - 1 + FEWEST_ESTIMATES
    whole, short = (nowcast(PANEL, net(CHANGES)[-count:]) for count in (months, months - 1))
    assert whole is not None
    assert len(whole.estimates) == MISSING
    assert short is not None
    assert short.estimates == ()
    assert nowcast(PANEL, net(CHANGES)[: FEWEST_MONTHS + MISSING - 1]) is None


def test_an_estimate_is_made_with_the_months_published_by_then() -> None:
    """Changing the two months before it, which were not out, changes no earlier error; changing the
    third does."""
    values = 2.0 * CHANGES + np.random.default_rng(3).normal(0.0, 5.0, 60)
    first = FEWEST_MONTHS + MISSING  # the first with an estimate is the 14th
    one = net(values)[:first]

    def first_error(series: pd.Series[float]) -> float:
        found = nowcast(PANEL, series)
        assert found is not None
        assert found.record.count == 1
        return found.record.mean_error

    for back, is_known in ((2, False), (3, True)):
        changed = one.copy()
        changed.iloc[-back] += 50.0
        assert (first_error(changed) != first_error(one)) is is_known


def test_the_interval_holds_eight_months_in_ten() -> None:
    noise = np.random.default_rng(5).normal(0.0, 5.0, 60)
    found = nowcast(PANEL, net(2.0 * CHANGES + noise))
    assert found is not None
    half = found.estimates[0].high_usd_bn - found.estimates[0].usd_bn
    assert half > found.record.mean_error  # of normal errors the 80th percentile is 1.6 means
