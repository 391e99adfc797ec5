"""Views of the past where two sources differed, a close was far out, or another source stood in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import numpy as np
import pytest

from rules.model import SourceMismatch, Unchecked
from rules.point_in_time.panel import to_second
from tests.support import Row, history_of, utc

DAY = date(2025, 4, 8)


def at(hour: int) -> datetime:
    return utc(f"2025-04-08 {hour:02d}:00")


def mismatch(
    since: datetime, until: datetime, day: date = DAY, name: str = "spx"
) -> SourceMismatch:
    return SourceMismatch(
        name,
        np.datetime64(day),
        to_second(since),
        to_second(until),
        (1.0, 2.0),
        ("a", "b"),
        "index",
    )


def test_a_dispute_is_in_a_view_from_its_beginning_until_it_is_settled() -> None:
    plain = history_of([("spx", DAY, at(8), 1, 5.0)], ("spx",))
    history = replace(plain, disputes=(mismatch(at(10), at(12)),))
    seen = [
        (bool(view.disputes), list(view.settled))
        for view in map(history.as_of, (at(9), at(10), at(12)))
    ]
    assert seen == [(False, []), (True, []), (False, [("spx", DAY)])]
    assert history.as_of(at(12)).settled["spx", DAY] == to_second(at(12))
    # Of two disputes about one number the later settling counts.
    twice = replace(plain, disputes=(mismatch(at(13), at(14)), mismatch(at(10), at(12))))
    assert twice.as_of(at(15)).settled["spx", DAY] == to_second(at(14))


def test_a_far_move_is_in_a_view_from_when_it_was_known() -> None:
    moves = [
        Unchecked(
            "spx", np.datetime64(DAY), to_second(at(hour)), to_second(at(20)), 5.0, is_relative=True
        )
        for hour in (12, 10)
    ]
    history = replace(history_of([("spx", DAY, at(8), 1, 5.0)], ("spx",)), unchecked=tuple(moves))
    assert [len(history.as_of(at(hour)).unchecked) for hour in (9, 10, 11, 12)] == [0, 1, 1, 2]
    assert history.as_of(at(12)).unchecked[0].since == to_second(at(10))


@pytest.mark.parametrize(
    ("known", "turns"),
    [
        # A number that was known before turns when the dispute begins and when it ends.
        (at(9), (at(10) - timedelta(seconds=1), at(12) - timedelta(seconds=1), at(23))),
        # One that came with the dispute turns when it ends.
        (at(10), (at(12) - timedelta(seconds=1), at(23))),
    ],
)
def test_history_turns_where_a_dispute_changes_what_was_known(
    known: datetime, turns: tuple[datetime, ...]
) -> None:
    # Another day and another series were known long before.
    rows: list[Row] = [
        ("spx", date(2025, 4, 7), at(6), 1, 4.0),
        ("dxy", DAY, at(6), 1, 99.0),
        ("spx", DAY, known, 1, 5.0),
    ]
    history = replace(history_of(rows, ("dxy", "spx")), disputes=(mismatch(at(10), at(12)),))
    assert history.revision_instants(None, at(23)) == turns


def test_a_dispute_and_its_end_are_news_and_so_is_a_far_move() -> None:
    plain = history_of([("spx", DAY, at(8), 1, 5.0)], ("spx",))
    move = Unchecked(
        "spx", np.datetime64(DAY), to_second(at(15)), to_second(at(17)), 5.0, is_relative=True
    )
    history = replace(plain, disputes=(mismatch(at(10), at(12)),), unchecked=(move,))
    spans = [(at(hour), at(hour + 1)) for hour in range(8, 18)]
    assert [history.has_news_between(*span) for span in spans] == [
        False, True, False, True, False, False, True, False, True, False]  # fmt: skip


def test_a_number_of_another_source_is_named_until_the_usual_one_comes() -> None:
    rows: list[Row] = [
        ("spx", date(2025, 4, 7), at(6), 1, 4.0),
        ("spx", DAY, at(8), 1, 5.0),
        ("dxy", DAY, at(9), 1, 99.0),
        ("spx", DAY, at(10), 2, 5.1),
    ]
    origin = np.array(["source of spx", "Yahoo", "source of dxy", "source of spx"], dtype=object)
    history = replace(history_of(rows, ("spx", "dxy")), origin=origin)
    assert history.as_of(at(9)).stood_in == {("spx", DAY): "Yahoo"}
    assert history.as_of(at(9)).source("spx", DAY) == "Yahoo"
    assert history.as_of(at(9)).source("spx", date(2025, 4, 7)) == "source of spx"
    assert history.as_of(at(10)).stood_in == {}
