"""Cboe: addresses, hours and staleness, which every source shares."""

from __future__ import annotations

from datetime import date

from monitor.sources.cboe import Cboe
from monitor.sources.ecb import Ecb
from monitor.sources.treasury_tic import TreasuryTic
from tests.support import new_york, utc

EVENING = new_york("2025-04-08 18:30")


def test_a_base_url_with_a_path_prefix_and_a_slash_is_kept() -> None:
    (request,) = Cboe(base_url="http://mirror:8080/cboe/").requests(None, EVENING)
    assert request.url == (
        "http://mirror:8080/cboe/api/global/us_indices/daily_prices/SPX_History.csv"
    )


def test_polls_keep_new_yorks_clock_over_the_change_of_the_clocks() -> None:
    cboe = Cboe(poll_at=("18:30",))
    assert cboe.next_poll(utc("2025-03-08 12:00"), None) == utc("2025-03-08 23:30")
    assert cboe.next_poll(utc("2025-03-09 12:00"), None) == utc("2025-03-09 22:30")


def test_a_source_is_stale_when_the_next_period_is_overdue_and_not_on_holidays() -> None:
    # Thursday before Good Friday: the next S&P 500 session is Monday.
    assert Cboe().stale_at(date(2025, 4, 17)) == new_york("2025-04-22 18:35")
    # Easter Monday is a TARGET holiday.
    assert Ecb().stale_at(date(2025, 4, 17)) == new_york("2025-04-23 11:20")
    # April's TIC data come on 18 June.
    assert TreasuryTic().stale_at(date(2025, 3, 31)) == new_york("2025-06-21 16:35")
