"""Context: where a number stands, how often a rule fired, and what followed."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from rules.context import Frequency, Place, analogues, openings
from rules.market import MARKET, sessions_of
from rules.model import Panel, type_time
from tests.support import history_of, utc

AT = utc("2026-01-01 00:00")


def days(*texts: str) -> type_time:
    return np.array(texts, dtype="datetime64[D]")


WEEK = days("2025-04-07", "2025-04-08", "2025-04-09", "2025-04-10", "2025-04-11")


def test_the_largest_of_a_sample_is_first_and_at_its_top() -> None:
    place = Place.of(np.array([1.0, 2.0, 3.0, 9.0, 50.0]), WEEK, 3, low=False)
    assert (place.rank, place.count, place.percentile) == (1, 4, 100.0)
    assert place.z == pytest.approx((9.0 - 2.0) / 1.0)
    assert place.first == date(2025, 4, 7)
    assert place.said("largest rise") == "largest rise of 4 since Mon 7 Apr 2025"


def test_where_low_is_extreme_the_lowest_is_first() -> None:
    values = np.array([-3.0, np.nan, 1.0, -2.0, -9.0])
    place = Place.of(values, WEEK, 3, low=True)
    assert (place.rank, place.count) == (2, 3)
    assert place.percentile == pytest.approx(50.0)
    assert place.z < 0
    assert place.said("lowest month") == "2nd lowest month of 3 since Mon 7 Apr 2025"


def test_equal_numbers_share_the_lower_place() -> None:
    place = Place.of(np.array([5.0, 5.0, 5.0]), WEEK[:3], 2, low=False)
    assert (place.rank, place.percentile) == (3, 0.0)
    assert np.isnan(place.z)


def test_the_first_of_a_sample_has_nothing_to_stand_among() -> None:
    place = Place.of(np.array([5.0, 6.0]), WEEK[:2], 0, low=False)
    assert (place.rank, place.count) == (1, 1)
    assert np.isnan(place.z)
    assert np.isnan(place.percentile)
    found = {line.label: line.value for line in place.evidence("Rise", date(2025, 4, 7), "here")}
    assert found == {
        "Rise, z-score": None,
        "Rise, percentile": None,
        "Rise, rank": 1.0,
        "Rise, sample": 1.0,
    }
    (first, *_) = place.evidence("Rise", date(2025, 4, 7), "here")
    assert first.source == "here; sample since 2025-04-07"


def test_how_often_is_counted_by_month_year_and_on_average() -> None:
    fired = days("2023-04-03", "2025-01-02", "2025-04-08", "2025-04-10", "2025-05-01")
    often = Frequency.of(fired, np.datetime64("2025-04-10"), np.datetime64("2023-04-10"))
    assert (often.this_month, often.this_year) == (2, 3)
    assert often.a_year == pytest.approx(4 / 2.0, abs=0.01)
    assert often.last == date(2025, 4, 8)
    assert often.said("such day") == (
        "2 such days this month and 3 this year, against 2.0 a year since Mon 10 Apr 2023; "
        "last on Tue 8 Apr 2025"
    )
    labels = [line.label for line in often.evidence("Such days", date(2025, 4, 10))]
    assert labels == ["Such days this month", "Such days this year", "Such days a year"]


def test_less_than_a_year_is_not_blown_up_to_one() -> None:
    often = Frequency.of(WEEK[:1], WEEK[0], WEEK[0])
    assert often.a_year == 1.0
    assert often.last is None
    assert often.said("day").endswith("none before it")


def test_a_condition_opens_again_only_after_it_closed() -> None:
    severity = np.array([0, 1, 0, 1, 0, 2, -1, 2, 0, 1], dtype=np.int8)
    keeps = np.array([0, 1, 1, 1, 0, 1, 0, 1, 0, 1], dtype=bool)
    assert openings(severity, keeps).tolist() == [1, 5, 9]


def market(count: int = 40) -> Panel:
    sessions = [stamp.date() for stamp in pd.bdate_range("2025-01-01", periods=count)]
    lines = {
        "spx": [100.0 * 1.01**place for place in range(count)],
        "ust10y": [4.0 + 0.02 * place for place in range(count)],
        "dxy": [100.0 - place for place in range(count)],
    }
    rows = [
        (name, day, utc(f"{day} 22:00"), 1, value)
        for name, line in lines.items()
        for day, value in zip(sessions, line, strict=True)
    ]
    return history_of(rows, MARKET).as_of(AT)


def test_what_followed_is_counted_in_sessions_and_only_what_is_over() -> None:
    panel = market()
    known = np.datetime64("2025-02-10T23:00:00")  # the 29th session
    found = analogues(panel, known, days("2025-01-01", "2025-02-03"), np.array([1.5, 2.5]), "sd")
    newest, oldest = found
    assert (oldest.period_end, oldest.value, oldest.unit) == (date(2025, 1, 1), 1.5, "sd")
    assert oldest.spx_pct == (1.0, 5.1, 23.24)
    assert oldest.ust10y_bp == (2.0, 10.0, 42.0)
    assert oldest.dxy_pct == (-1.0, -5.0, -21.0)
    assert newest.spx_pct == (1.0, 5.1, None)


def test_the_aftermath_begins_at_the_last_close_of_a_period_that_is_no_session() -> None:
    (one,) = analogues(
        market(),
        np.datetime64(AT.replace(tzinfo=None)),
        days("2025-01-05"),
        np.array([np.nan]),
        "x",
    )
    assert one.value is None
    assert one.spx_pct[0] == 1.0  # from Friday the 3rd to Monday the 6th
    assert len(analogues(market(), np.datetime64("2025-03-01"), WEEK, np.arange(5.0), "x")) == 5
    (early,) = analogues(
        market(), np.datetime64("2025-03-01"), days("2024-12-01"), np.array([1.0]), "x"
    )
    assert early.spx_pct == (None, None, None)


def test_only_the_last_five_are_shown_the_newest_first() -> None:
    many = days(*(f"2025-01-{day:02d}" for day in range(1, 9)))
    found = analogues(market(), np.datetime64("2025-03-01"), many, np.arange(8.0), "x")
    assert [one.value for one in found] == [7.0, 6.0, 5.0, 4.0, 3.0]


def test_sessions_are_the_days_on_which_all_are_known_by_then() -> None:
    panel = market(5)
    panel.frame.loc[pd.Timestamp("2025-01-02"), "dxy"] = np.nan
    assert len(sessions_of(panel, MARKET).session) == 4
    assert len(sessions_of(panel, ("spx", "ust10y")).session) == 5
    by = np.datetime64("2025-01-03T12:00:00")
    assert sessions_of(panel, ("spx",), by).session.tolist() == [
        date(2025, 1, 1), date(2025, 1, 2),
    ]  # fmt: skip
    found = sessions_of(panel, ("spx",))
    assert found.known_over(2)[-1] == np.datetime64("2025-01-07T22:00:00")
    assert len(sessions_of(panel, ("spx",), np.datetime64("2024-01-01")).known_over(3)) == 0


def test_a_history_of_some_series_is_that_of_only_those() -> None:
    rows = [
        (name, date(2025, 4, 7) + timedelta(days=place), AT, place, float(place))
        for place, name in enumerate(("a", "b", "a"))
    ]
    whole = history_of(rows, ("a", "b", "c"))
    some = whole.only(("b", "a"))
    assert some.series_ids == ("b", "a")
    assert some.value.tolist() == whole.value.tolist()
    panel = whole.only(("a",)).as_of(AT)
    assert list(panel.frame.columns) == ["a"]
    assert panel.frame["a"].tolist() == [0.0, 2.0]
