"""A month's net sales against the area's own months: its percentile and its z-score."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd
import pytest

from rules.shared.country_sales import Country, own_zscore
from rules.tic.series_ids import LONG

# 24 months, in USD mn, before the last; by either source.
BEFORE: Final = tuple(float(-n) for n in range(24))


def own(*last: float, form_s: tuple[bool, ...] = ()) -> pd.DataFrame:
    """The months of an area, the last ones as given."""
    values = (*BEFORE, *last)
    months = pd.date_range("2023-03-31", periods=len(values), freq="ME")
    by_form_s = (*(form_s or (False,) * len(values)),)
    return pd.DataFrame({LONG: values, "form_s": by_form_s}, index=months)


def is_lowest(months: pd.DataFrame, pct: float) -> bool:
    """Whether the last month is among the lowest so many percent."""
    area = Country(name="Japan", code="42609", warning_lowest_pct_of_own_history=pct)
    return bool(area.is_lowest(months)[-1])


@pytest.mark.parametrize(
    ("last", "pct", "expected"),
    [
        # The lowest of 25, the second lowest, and one in their middle.
        (-99.0, 4.0, True),
        (-99.0, 3.9, False),
        (-22.5, 8.0, True),
        (-22.5, 7.9, False),
        (-10.5, 40.0, False),
        # Purchases never are, however rare so few of them.
        (-0.5, 100.0, True),
        (0.0, 100.0, False),
        (0.5, 100.0, False),
    ],
)
def test_a_month_is_among_the_lowest_of_its_own(last: float, pct: float, expected: bool) -> None:
    assert is_lowest(own(last), pct) is expected


def test_it_needs_24_months_before_it_by_the_same_source() -> None:
    assert not is_lowest(own(-99.0).iloc[1:], 100.0)
    assert is_lowest(own(-99.0), 100.0)
    assert not is_lowest(own(-99.0, form_s=(True, *(False,) * 24)), 100.0)


def test_without_the_size_no_month_is() -> None:
    assert not Country(name="Japan", code="42609").is_lowest(own(-99.0)).any()


def test_a_zscore_is_of_the_36_months_before_by_the_same_source() -> None:
    found = own_zscore(own(-99.0, 7.0))
    months = np.array([*BEFORE, -99.0])
    assert np.isnan(found[:24]).all()
    expected = [(-99.0 + 11.5) / np.std(BEFORE, ddof=1), (7.0 - months.mean()) / months.std(ddof=1)]
    assert found[24:] == pytest.approx(expected)
    assert np.isnan(own_zscore(own(-99.0, form_s=(True, *(False,) * 24)))).all()
    long = own(*(float(n) for n in range(30)))
    mine = long[LONG].to_numpy()[17:53]
    assert own_zscore(long)[53] == pytest.approx((29.0 - mine.mean()) / mine.std(ddof=1))
