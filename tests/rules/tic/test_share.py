"""Whose the debt is: which numbers make a month's share, and from which it fell."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from rules.tic.share import HELD, OUTSTANDING, Shares, foreign_shares, share_plot
from tests.support import Row, history_of, utc

HOLDINGS, OLDER = HELD
AT = utc("2025-07-01 00:00")


def row(series_id: str, day: str, value: float, known: str) -> Row:
    return (series_id, date.fromisoformat(day), utc(known), 1, value)


ROWS = [
    # USD bn in the older file, USD mn in the newer one, which wins.
    row(OLDER, "2024-02-29", 2500.0, "2024-04-30 20:00"),
    row(OLDER, "2024-03-31", 9999.0, "2024-05-31 20:00"),
    row(HOLDINGS, "2024-03-31", 3e6, "2024-05-15 20:00"),
    row(HOLDINGS, "2024-05-31", 2e6, "2024-07-15 20:00"),
    row(HOLDINGS, "2025-03-31", 2.4e6, "2025-05-15 20:00"),
    # The debt of Friday is that of a month that ends on a Sunday; that of ten days before too.
    row(OUTSTANDING, "2024-02-29", 1e7, "2024-03-01 20:00"),
    row(OUTSTANDING, "2024-03-28", 1e7, "2024-03-29 20:00"),
    row(OUTSTANDING, "2024-05-21", 1e7, "2024-08-01 20:00"),
    row(OUTSTANDING, "2025-03-31", 1.2e7, "2025-04-01 20:00"),
]


def shares_of(rows: list[Row]) -> Shares:
    return foreign_shares(history_of(rows, (*HELD, OUTSTANDING)).as_of(AT))


def test_a_months_share_is_of_the_newer_file_over_the_debt_of_its_end() -> None:
    found = shares_of(ROWS)
    assert [str(one) for one in found.month] == [
        "2024-02-29",
        "2024-03-31",
        "2024-05-31",
        "2025-03-31",
    ]
    assert found.pct.tolist() == [25.0, 30.0, 20.0, 20.0]
    assert found.holdings_usd_bn.tolist() == [2500.0, 3000.0, 2000.0, 2400.0]
    assert found.debt_usd_bn.tolist() == [10000.0, 10000.0, 10000.0, 12000.0]
    assert [str(one)[:10] for one in found.known] == [
        "2024-04-30",
        "2024-05-15",
        "2024-08-01",
        "2025-05-15",
    ]
    assert found.source.tolist() == [
        f"source of {OLDER}; source of {OUTSTANDING}",
        *[f"source of {HOLDINGS}; source of {OUTSTANDING}"] * 3,
    ]


def test_a_month_whose_debt_is_older_than_ten_days_has_no_share() -> None:
    rows = [
        (*one[:1], date(2024, 5, 20), *one[2:]) if one[1] == date(2024, 5, 21) else one
        for one in ROWS
    ]
    assert len(shares_of(rows).pct) == 3


def test_the_fall_is_from_the_same_month_a_year_before_or_not_known() -> None:
    found = shares_of(ROWS)
    fall, known = found.fall_pp(12)
    assert fall == pytest.approx([np.nan, np.nan, np.nan, 10.0], nan_ok=True)
    assert str(known[-1]) == "2025-05-15T20:00:00"
    assert found.row_before(2, 2) == 1
    assert found.row_before(2, 1) is None  # no April
    assert found.row_before(0, 1) is None
    assert found.row_before(3, 0) is None


def test_of_nothing_there_is_no_share() -> None:
    for rows in ([], ROWS[:5], ROWS[5:]):
        found = shares_of(rows)
        assert len(found.month) == len(found.pct) == len(found.known) == len(found.source) == 0
        assert len(found.fall_pp(12)[0]) == 0


def test_the_share_is_drawn_in_percent_by_month() -> None:
    plot = share_plot(history_of(ROWS, (*HELD, OUTSTANDING)).as_of(AT), 12)
    assert (plot.title, plot.unit, plot.frequency, plot.over) == (
        "Foreign share of debt held by the public", "pct", "month", 12)  # fmt: skip
    assert plot.lines[0].values.tolist() == [25.0, 30.0, 20.0, 20.0]
    assert [str(one) for one in plot.lines[0].days[-1:]] == ["2025-03-31"]
