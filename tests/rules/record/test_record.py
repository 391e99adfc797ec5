"""The track record from a history: which months count, as known at an instant."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.record.early import (
    AUCTIONS,
    CUSTODY,
    auction_distance,
    custody_change_bn,
    distances,
)
from rules.record.record import EVER, LATELY, SERIES, Line, track_record
from tests.support import Row, history_of, new_york, utc

END = utc("2026-01-20 12:00")
NOTHING_SAID = pd.Series(0.0, index=pd.DatetimeIndex([]))
MONTHS = [stamp.date() for stamp in pd.date_range("2019-12-31", "2025-12-31", freq="ME")]
WEDNESDAYS = [stamp.date() for stamp in pd.date_range("2019-12-04", "2026-01-14", freq="W-WED")]


def custody(missing: str = "") -> list[Row]:
    """Down by 10 bn on the last Wednesday of each odd month, up by 10 in each even one."""
    return [
        (CUSTODY, day, new_york(f"{day + timedelta(days=1)} 16:30"), 1,
         3e6 - 1e4 * (day.month % 2))
        for day in WEDNESDAYS
        if f"{day:%Y-%m}" != missing
    ]  # fmt: skip


def officials() -> list[Row]:
    """Bought 5 bn in every even month and sold 5 in every odd one, out six weeks later."""
    return [
        ("tic.99990.for_treas_net", month, utc(f"{month + timedelta(days=47)} 20:00"), 1,
         5e3 * (1 - 2 * (month.month % 2)))
        for month in MONTHS[1:]
    ]  # fmt: skip


def record(rows: list[Row], at: object = END) -> dict[tuple[str, str, str], Line]:
    panel = history_of(rows, SERIES).as_of(END if at is END else at)  # type: ignore[arg-type]
    return {
        (one.early, one.later, one.span): one for one in track_record(panel, NOTHING_SAID).lines
    }


def test_custody_of_a_month_is_compared_with_the_transactions_of_that_month() -> None:
    found = record([*custody(), *officials()])
    ever, lately = (found["custody", "officials", span].score for span in (EVER, LATELY))
    assert (ever.count, ever.same_sign) == (71, 71)  # December's are not out on 20 January
    assert ever.mean_error == pytest.approx(5.0)
    assert ever.correlation == pytest.approx(1.0)
    assert (lately.count, lately.first) == (59, date(2021, 1, 31))
    assert ("custody", "foreigners", EVER) not in found


def test_a_month_without_custody_is_left_out_with_the_one_after_it() -> None:
    """Its change would be one of two months."""
    whole, gap = (
        record([*custody(missing), *officials()])["custody", "officials", EVER].score
        for missing in ("", "2024-06")
    )
    assert whole.count - gap.count == 2


def test_the_month_that_is_still_going_on_does_not_count() -> None:
    changes = custody_change_bn(history_of(custody(), SERIES).as_of(END))
    assert changes.index[-1] == pd.Timestamp("2025-12-31")


def test_an_auction_is_measured_by_the_twelve_before_it() -> None:
    days = [stamp.date() for stamp in pd.date_range("2024-01-10", periods=14, freq="MS")]
    shares = [60.0 + (number % 2) for number in range(12)] + [58.0, 60.5]
    rows = [
        (AUCTIONS[0], day, utc(f"{day} 18:00"), 1, share)
        for day, share in zip(days, shares, strict=True)
    ]
    found = auction_distance(history_of(rows, SERIES).as_of(END))
    assert found.index.tolist() == [pd.Timestamp(2025, 2, 28), pd.Timestamp(2025, 3, 31)]
    before = np.array(shares[:12])
    assert found.iloc[0] == pytest.approx((58.0 - before.mean()) / before.std(ddof=1))


def test_twelve_equal_shares_are_no_measure_of_the_next() -> None:
    shares = pd.Series([71.3, 12.9, 64.1, *[60.1] * 12, 61.0])
    assert distances(shares).index.tolist() == [12, 13, 14]


@given(days=st.integers(min_value=0, max_value=2200))
def test_a_record_as_of_an_instant_knows_nothing_later(days: int) -> None:
    at = utc("2020-01-20 12:00") + timedelta(days=days)
    rows = [*custody(), *officials()]
    assert record(rows, at) == record([row for row in rows if row[2] <= at], at)
