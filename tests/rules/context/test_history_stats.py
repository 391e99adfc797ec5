"""Context: where a number stands and how often a rule fired, each in two samples."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from rules.context.base_rates import BaseRate
from rules.context.history_stats import (
    Frequency,
    Rank,
    Recent,
    apply_cooldown,
    first_of_each,
    openings,
)
from rules.markets.change import known_over
from rules.markets.market import MARKET, sessions_of
from rules.model import type_time
from tests.rules.context.test_aftermath import rising_market, without
from tests.support import history_of, utc

AT = utc("2026-01-01 00:00")


def days(*texts: str) -> type_time:
    return np.array(texts, dtype="datetime64[D]")


HERE = "here"
WEEK = days("2025-04-07", "2025-04-08", "2025-04-09", "2025-04-10", "2025-04-11")


def test_the_largest_of_a_sample_is_first_and_at_its_top() -> None:
    place = Rank.of(np.array([1.0, 2.0, 3.0, 9.0, 50.0]), WEEK, 3, low=False, sample=HERE)
    assert (place.rank, place.count, place.percentile) == (1, 4, 100.0)
    assert place.z == pytest.approx((9.0 - 2.0) / 1.0)
    assert place.first == date(2025, 4, 7)
    assert place.said("largest rise") == (
        "largest rise of 4 since Mon 7 Apr 2025 (under ten years of data)"
    )


def test_where_low_is_extreme_the_lowest_is_first() -> None:
    values = np.array([-3.0, np.nan, 1.0, -2.0, -9.0])
    place = Rank.of(values, WEEK, 3, low=True, sample=HERE)
    assert (place.rank, place.count) == (2, 3)
    assert place.percentile == pytest.approx(50.0)
    assert place.z < 0
    assert place.said("lowest month").startswith("2nd-lowest month of 3 since Mon 7 Apr 2025")


def test_equal_numbers_share_the_lower_place() -> None:
    place = Rank.of(np.array([5.0, 5.0, 5.0]), WEEK[:3], 2, low=False, sample=HERE)
    assert (place.rank, place.percentile) == (3, 0.0)
    assert np.isnan(place.z)


def test_the_first_of_a_sample_has_nothing_to_stand_among() -> None:
    place = Rank.of(np.array([5.0, 6.0]), WEEK[:2], 0, low=False, sample=HERE)
    assert (place.rank, place.count) == (1, 1)
    assert np.isnan(place.z)
    assert np.isnan(place.percentile)
    found = {line.label: line.value for line in place.evidence("Rise", date(2025, 4, 7))}
    assert found == {
        "Rise, z-score": None,
        "Rise, percentile": None,
        "Rise, rank": 1.0,
        "Rise, sample": 1.0,
    }
    (first, *_) = place.evidence("Rise", date(2025, 4, 7))
    assert first.source == "here; sample since 2025-04-07"


LONG = np.arange("1973-01-31", "2025-04-11", 7, dtype="datetime64[D]")


def test_a_place_is_given_in_the_whole_and_since_1999() -> None:
    values = np.zeros(len(LONG))
    values[np.datetime64("1999-01-01") > LONG] = 2.0
    values[-1] = 1.0
    place = Rank.of(values, LONG, len(LONG) - 1, low=False, sample=HERE)
    old = int((np.datetime64("1999-01-01") > LONG).sum())
    assert (place.rank, place.count) == (old + 1, len(LONG))
    assert place.recent is not None
    assert (place.recent.rank, place.recent.count) == (1, len(LONG) - old)
    assert place.said("largest") == (
        "top 50% of 2,724 (largest) since Wed 31 Jan 1973, 1st of 1,371 since 1999"
    )
    found = {line.label: line.source for line in place.evidence("Size", date(2025, 4, 9))}
    assert found["Size, rank"] == "here; sample since 1973-01-31"
    assert found["Size, rank since 1999"] == "here; sample since 1999"


@pytest.mark.parametrize(
    ("rank", "said"),
    [
        (100, "100th-largest of 1,371 since 1999 (under ten years of data)"),
        (101, "top 7.4% of 1,371 (largest) since 1999 (under ten years of data)"),
        (137, "top 10.0% of 1,371 (largest) since 1999 (under ten years of data)"),
        (138, "top 10% of 1,371 (largest) since 1999 (under ten years of data)"),
        (144, "top 11% of 1,371 (largest) since 1999 (under ten years of data)"),
    ],
)
def test_beyond_the_hundredth_a_share_says_more_than_a_place(rank: int, said: str) -> None:
    place = Rank(HERE, 0.0, 0.0, rank, 1371, date(1999, 1, 4), "since 1999")
    assert place.said("largest") == said


@pytest.mark.parametrize(
    ("first", "period", "name"),
    [
        ("1973-01-31", "2025-04-10", "since 1999"),
        ("1973-01-31", "2003-04-10", "in the last ten years"),
        ("2007-07-04", "2025-04-10", "in the last ten years"),
        ("2016-01-04", "2025-04-10", ""),
    ],
)
def test_the_second_sample_is_since_1999_or_ten_years_or_none(
    first: str, period: str, name: str
) -> None:
    recent = Recent.of(np.datetime64(first), np.datetime64(period))
    assert ("" if recent is None else recent.name) == name


def test_months_are_named_as_months() -> None:
    months = days("2023-02-28", "2023-03-31", "2023-04-30")
    place = Rank.of(np.array([1.0, 2.0, -3.0]), months, 2, low=True, sample=HERE)
    assert place.said("lowest month").startswith("lowest month of 3 since February 2023")


def test_how_often_is_counted_by_month_year_and_on_average_in_both_samples() -> None:
    fired = days("1980-04-03", "2025-01-02", "2025-04-08", "2025-04-10", "2025-05-01")
    often = Frequency.of(fired, np.datetime64("2025-04-10"), np.datetime64("1975-04-10"))
    assert (often.this_month, often.this_year) == (2, 3)
    assert often.a_year == pytest.approx(4 / 50.0, abs=0.001)
    assert often.recent_a_year == pytest.approx(3 / 26.27, abs=0.001)
    assert often.last == date(2025, 4, 8)
    assert often.said("such day") == (
        "3rd such day this year, 2nd this month (average 0.11 a year since 1999, 0.1 since Thu 10 "
        "Apr 1975); last on Tue 8 Apr 2025"
    )
    found = often.evidence("Such days", date(2025, 4, 10))
    own = "this rule's own answers since 1975-04-10"
    assert [(line.label, line.value, line.source) for line in found] == [
        ("Such days this month", 2.0, own),
        ("Such days this year", 3.0, own),
        ("Such days a year", often.a_year, own),
        ("Such days a year since 1999", often.recent_a_year, "this rule's own answers since 1999"),
    ]
    assert {(line.unit, line.period_end) for line in found} == {("count", date(2025, 4, 10))}


def test_the_last_time_is_never_the_alerts_own_opening() -> None:
    opened = days("2025-01-02", "2025-03-26")
    later = Frequency.of(opened, np.datetime64("2025-04-28"), np.datetime64("2023-04-10"))
    assert (later.this_month, later.this_year) == (0, 2)
    assert later.last == date(2025, 1, 2)


def test_fewer_than_ten_years_give_no_rate_but_the_shipped_one() -> None:
    base = BaseRate("1999-01", "2026-08", 1.7, 0.9, 0.07)
    often = Frequency.of(WEEK[:1], WEEK[0], np.datetime64("2023-12-01"), base)
    assert often.a_year is None
    assert often.last is None
    assert often.said("day") == (
        "First day this year (base rate from the shipped 1999-01 to 2026-08 sample: 1.7 a year, "
        "0.9 at warning or worse, 0.07 critical; only 1.3 years of data can be evaluated); none "
        "before it"
    )
    (*_, stored, shipped) = often.evidence("Days", date(2025, 4, 7))
    assert (stored.label, stored.unit) == ("Data to count in", "years")
    assert (shipped.label, shipped.value) == ("Days a year, shipped", 1.7)
    assert shipped.source == "shipped sample: 1999-01 to 2026-08"
    alone = Frequency.of(WEEK[:1], WEEK[0], WEEK[0])
    few = "(only 0.0 years of data can be evaluated, too few for an average); none before it"
    assert few in alone.said("day")


def test_a_condition_opens_again_only_after_it_closed() -> None:
    severity = np.array([0, 1, 0, 1, 0, 2, -1, 2, 0, 1], dtype=np.int8)
    keeps = np.array([0, 1, 1, 1, 0, 1, 0, 1, 0, 1], dtype=bool)
    assert openings(severity, keeps).tolist() == [1, 5, 9]


def test_sessions_are_the_days_on_which_all_are_known_by_then() -> None:
    panel = without(rising_market(5), "dxy", "2025-01-02")
    assert len(sessions_of(panel, MARKET).session) == 4
    assert len(sessions_of(panel, ("spx", "ust10y")).session) == 5
    by = np.datetime64("2025-01-03T12:00:00")
    assert sessions_of(panel, ("spx",), by).session.tolist() == [
        date(2025, 1, 1), date(2025, 1, 2),
    ]  # fmt: skip
    found = sessions_of(panel, ("spx",))
    assert found.known_over(2)[-1] == np.datetime64("2025-01-07T22:00:00")
    assert len(sessions_of(panel, ("spx",), np.datetime64("2024-01-01")).known_over(3)) == 0


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 4, 5, 8, 40])
def test_known_over_is_the_latest_of_each_row_and_those_before_it(rows: int) -> None:
    random = np.random.default_rng(7)
    known = random.integers(0, 10**9, 20).astype("datetime64[s]")
    known[[0, 3, 4, 5, 19]] = np.datetime64("NaT")
    windows = [known[max(0, row - rows) : row + 1] for row in range(len(known))]
    expected = [np.fmax.reduce(one) for one in windows]
    np.testing.assert_array_equal(known_over(known, rows), np.array(expected))
    assert known_over(known[:0], rows).tolist() == []


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


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        # Closed at the third row: within three rows nothing opens it that is no worse.
        ("1 1 0 1 1 1 1 1", "1 1 0 0 0 0 1 1"),
        ("1 1 0 2 1 1 0 2", "1 1 0 2 1 1 0 0"),
        ("2 1 0 1 2 3 1 0", "2 1 0 0 0 3 1 0"),
        ("1 0 0 0 0 1 0 1", "1 0 0 0 0 1 0 0"),
        ("0 0 0", "0 0 0"),
        # What cannot be judged closes nothing.
        ("1 -1 1 0 -1 1", "1 -1 1 0 -1 0"),
    ],
)
def test_a_condition_does_not_open_again_at_once_unless_it_is_worse(raw: str, told: str) -> None:
    severity = np.array(raw.split(), dtype=np.int8)
    found = apply_cooldown(severity, severity > 0, 3)
    assert found.tolist() == [int(one) for one in told.split()]


def test_the_first_row_of_each_earlier_episode() -> None:
    rows, opened = np.array([0, 3, 4, 7, 9]), np.array([2, 6])
    assert first_of_each(rows, opened, np.array([8])).tolist() == [3, 7]
    assert first_of_each(rows, opened, np.array([7])).tolist() == [3]
    assert first_of_each(rows, opened, np.array([], dtype=np.intp)).tolist() == [3, 7]
