"""How much of the way to firing an answer has gone."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from rules.catalog.weak_auction import WeakAuction
from rules.evaluation import all_of, any_of
from tests.support import judge, utc

RATIOS = np.array([[0.2, 0.9], [1.5, 0.1], [np.nan, 0.4], [np.nan, np.nan]])


def test_where_any_number_is_enough_the_largest_counts() -> None:
    np.testing.assert_array_equal(any_of(RATIOS), [0.9, 1.5, 0.4, np.nan])


def test_where_all_are_needed_the_smallest_counts_and_one_unknown_leaves_it_unknown() -> None:
    np.testing.assert_array_equal(all_of(RATIOS), [0.2, 0.1, np.nan, np.nan])


def test_without_rows_there_is_none() -> None:
    assert len(any_of(np.empty((0, 2)))) == len(all_of(np.empty((0, 2)))) == 0


def test_an_auction_a_little_below_a_narrow_mean_is_near_to_nothing() -> None:
    shares = [70.0 + 0.1 * (place % 3) for place in range(12)]
    for last, near in ((69.0, False), (60.0, True)):
        rows = [
            ("auction.note_10y.indirect_share", day, utc(f"{day} 18:00"), 1, share)
            for day, share in zip(
                (date(2024, 1, 10) + timedelta(days=30 * place) for place in range(13)),
                (*shares, last),
                strict=True,
            )
        ]
        judged = judge(WeakAuction(), rows, utc("2026-01-01 00:00"))["note_10y"]
        assert judged.measure[-1] > 1.5
        assert (judged.near(12) is not None) == near
