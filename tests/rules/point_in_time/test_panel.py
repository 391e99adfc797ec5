"""Views of the past: what was known when."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from rules.model import SourceMismatch, Unchecked
from tests.support import Row, history_of, utc

DAY = date(2025, 4, 8)


def at(hour: int, day: int = 8) -> datetime:
    return utc(f"2025-04-{day:02d} {hour:02d}:00")


def test_a_value_is_there_from_the_instant_it_was_known() -> None:
    history = history_of([("spx", DAY, at(22), 1, 5.0)], ("spx",))
    assert history.as_of(at(22) - timedelta(seconds=1)).frame.empty
    panel = history.as_of(at(22))
    assert panel.frame.loc["2025-04-08", "spx"] == 5.0
    assert panel.known_at.loc["2025-04-08", "spx"] == np.datetime64("2025-04-08T22:00:00")


def test_a_revision_replaces_the_value_only_from_when_it_was_known() -> None:
    rows: list[Row] = [("spx", DAY, at(22), 1, 5.0), ("spx", DAY, at(12, 9), 2, 6.0)]
    history = history_of(rows, ("spx",))
    assert history.as_of(at(11, 9)).frame.iloc[0, 0] == 5.0
    assert history.as_of(at(12, 9)).frame.iloc[0, 0] == 6.0


def test_a_series_without_a_value_is_missing_not_zero() -> None:
    panel = history_of([("spx", DAY, at(22), 1, 5.0)], ("spx", "dxy")).as_of(at(23))
    assert bool(panel.frame["dxy"].isna().all())


def test_a_reestimated_series_shows_its_newest_vintage_alone() -> None:
    rows: list[Row] = [
        ("acm_tp10y", date(2025, 4, 7), at(9), 1, 0.40),
        ("acm_tp10y", DAY, at(9), 1, 0.41),
        ("acm_tp10y", DAY, at(9, 9), 2, 0.71),
    ]
    history = history_of(rows, ("acm_tp10y",))
    assert list(history.as_of(at(10)).frame["acm_tp10y"]) == [0.40, 0.41]
    later = history.as_of(at(9, 9))
    assert list(later.frame["acm_tp10y"]) == [0.71]
    assert list(later.longest["acm_tp10y"]) == [0.40, 0.41]


def test_a_history_is_freed_as_soon_as_nobody_holds_it() -> None:
    history = history_of([("spx", DAY, at(22), 1, 1.0)], ("spx",))
    history.only(("spx",)).as_of(at(23))
    assert history.as_of(at(23)) is history.as_of(at(23))
    held = weakref.ref(history)
    gc.disable()
    try:
        del history
        assert held() is None
    finally:
        gc.enable()


def test_without_revisions_there_is_one_turning_point() -> None:
    rows: list[Row] = [("spx", date(2025, 4, day), at(22, day), 1, 5.0) for day in (7, 8, 9)]
    assert history_of(rows, ("spx",)).revision_instants(None, at(23, 9)) == (at(23, 9),)


@pytest.mark.parametrize(
    "late",
    [
        ("spx", date(2025, 4, 7), at(12, 10), 2, 6.0),  # a revision
        ("spx", date(2025, 4, 6), at(12, 10), 2, 6.0),  # a gap filled behind newer values
    ],
)
def test_history_turns_just_before_a_revision_or_a_late_value(late: Row) -> None:
    rows: list[Row] = [("spx", date(2025, 4, day), at(22, day), 1, 5.0) for day in (7, 8, 9)]
    points = history_of([*rows, late], ("spx",)).revision_instants(at(0, 7), at(23, 10))
    assert points == (at(12, 10) - timedelta(seconds=1), at(23, 10))


def test_every_release_of_a_reestimated_series_is_a_turn() -> None:
    rows: list[Row] = [
        ("acm_tp10y", date(2025, 4, day), at(9, day + 1), day, 0.4) for day in (7, 8, 9)
    ]
    points = history_of(rows, ("acm_tp10y",)).revision_instants(None, at(23, 10))
    assert points == (
        at(9, 9) - timedelta(seconds=1),
        at(9, 10) - timedelta(seconds=1),
        at(23, 10),
    )


def test_the_history_of_some_series_keeps_all_that_is_known_of_them() -> None:
    rows: list[Row] = [
        ("vix", DAY, at(21), 7, 30.0),
        ("spx", DAY, at(22), 1, 5.0),
        ("dxy", DAY, at(22), 2, 99.0),
    ]
    far = [
        Unchecked(name, np.datetime64(DAY), at_second, at_second, 5.0, is_relative=True)
        for name in ("spx", "vix")
        for at_second in [np.datetime64("2025-04-08T22:00:00")]
    ]
    apart = [
        SourceMismatch(
            name, np.datetime64(DAY), one.since, one.until, (1.0, 2.0), ("a", "b"), "index"
        )
        for name, one in zip(("dxy", "vix"), far, strict=True)
    ]
    whole = replace(
        history_of(rows, ("spx", "dxy", "vix")),
        origin=np.array(["Cboe", "Cboe", "Yahoo"], dtype=object),
        disputes=tuple(apart),
        unchecked=tuple(far),
    )
    part = whole.only(("dxy", "spx"))
    by_series = {part.series_ids[column]: row for row, column in enumerate(part.column)}
    assert set(by_series) == {"dxy", "spx"}
    assert part.value[by_series["dxy"]] == 99.0
    assert part.vintage[by_series["dxy"]] == 2
    assert part.vintage.tolist() == [1, 2]
    assert [str(one) for one in part.known_at] == ["2025-04-08T22:00:00"] * 2
    assert part.as_of(at(22)).frame.loc["2025-04-08"].to_dict() == {"dxy": 99.0, "spx": 5.0}
    assert part.origin is not None
    assert part.origin[by_series["dxy"]] == "Yahoo"
    assert [one.series_id for one in part.disputes] == ["dxy"]
    assert [one.series_id for one in part.unchecked] == ["spx"]
    assert history_of(rows, ("spx", "dxy", "vix")).only(("spx",)).origin is None


@pytest.mark.parametrize(
    ("after", "until", "is_news"),
    [
        (None, at(22), True),
        (None, at(21), False),
        (at(21), at(22), True),
        (at(22), at(23), False),
        (at(23), at(22, 9), True),
        (at(22, 9), at(23, 9), False),
    ],
)
def test_there_is_news_after_an_instant_up_to_another(
    after: datetime | None, until: datetime, is_news: bool
) -> None:
    rows: list[Row] = [("spx", DAY, at(22), 1, 5.0), ("spx", date(2025, 4, 9), at(22, 9), 1, 6.0)]
    assert history_of(rows, ("spx",)).has_news_between(after, until) == is_news


def test_the_longest_vintage_is_that_of_each_instant_and_the_newest_of_two_as_long() -> None:
    days = [date(2025, 4, day) for day in (1, 2, 3, 4)]
    vintages = {
        1: (1, days[:2], 0.1),
        2: (2, days[:2], 0.2),
        3: (3, days[:4], 0.3),
        4: (5, days[3:], 0.4),
    }
    rows: list[Row] = [
        ("acm_tp10y", day, at(9, came), vintage, level + place)
        for vintage, (came, of, level) in vintages.items()
        for place, day in enumerate(of)
    ]
    history = history_of(rows, ("acm_tp10y",))

    def longest(day: int) -> list[float]:
        return history.as_of(at(10, day)).longest["acm_tp10y"].round(1).tolist()

    assert longest(1) == [0.1, 1.1]
    assert longest(2) == [0.2, 1.2]
    assert longest(4) == [0.3, 1.3, 2.3, 3.3]
    assert longest(5) == [0.3, 1.3, 2.3, 3.3]
    assert history.as_of(at(10, 5)).frame["acm_tp10y"].round(1).tolist() == [0.4]


def test_before_its_first_number_a_reestimated_series_is_missing() -> None:
    rows: list[Row] = [("acm_tp10y", DAY, at(9), 1, 0.4), ("spx", DAY, at(8), 1, 5.0)]
    panel = history_of(rows, ("acm_tp10y", "spx")).as_of(at(8))
    assert panel.frame["acm_tp10y"].isna().all()
    assert "acm_tp10y" not in panel.longest


def test_a_vintage_that_is_half_known_is_shown_as_far_as_it_is() -> None:
    rows: list[Row] = [
        ("acm_tp10y", date(2025, 4, 7), at(9), 1, 0.40),
        ("acm_tp10y", DAY, at(9), 1, 0.41),
        ("acm_tp10y", DAY, at(10), 2, 0.71),
        ("acm_tp10y", date(2025, 4, 7), at(12), 2, 0.70),
        ("acm_tp10y", date(2025, 4, 9), at(12), 2, 0.72),
    ]
    history = history_of(rows, ("acm_tp10y",))
    halfway = history.as_of(at(11))
    assert halfway.frame["acm_tp10y"].tolist() == [0.71]
    assert halfway.longest["acm_tp10y"].tolist() == [0.40, 0.41]
    whole = history.as_of(at(12))
    assert (
        whole.frame["acm_tp10y"].tolist()
        == whole.longest["acm_tp10y"].tolist()
        == [0.70, 0.71, 0.72]
    )


def test_a_view_cannot_be_written_to_and_the_last_few_are_kept() -> None:
    history = history_of([("spx", DAY, at(8), 1, 5.0)], ("spx",))
    views = [history.as_of(at(hour)) for hour in (8, 9, 10, 11)]
    assert not views[0].value.flags.writeable
    assert not views[0].known.flags.writeable
    assert [
        history.as_of(at(hour)) is view for hour, view in zip((8, 9, 10, 11), views, strict=True)
    ] == [True] * 4
    history.as_of(at(12))
    assert history.as_of(at(9)) is views[1]
    assert history.as_of(at(8)) is not views[0]
