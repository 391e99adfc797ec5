"""What a close that two sources do not agree on does to the sessions around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pytest

from rules.markets.market import MARKET, Market, sessions_of
from rules.model import SourceMismatch
from rules.point_in_time.panel import NEVER, to_second
from tests.support import Row, history_of, utc

NAN = np.nan
# Tuesday to the Tuesday after; bonds are closed on Friday the 11th.
DAYS = [date(2025, 4, day) for day in (8, 9, 10, 11, 14, 15)]
CLOSES = {
    "spx": (100.0, 110.0, 99.0, 100.0, 102.0, 103.0),
    "ust10y": (4.0, 4.1, 4.05, NAN, 4.2, 4.25),
    "dxy": (100.0, 101.0, 102.0, 103.0, 104.0, 105.0),
}
END = utc("2025-04-30 00:00")


def market(*disputes: tuple[str, int, datetime, datetime | None], at: datetime = END) -> Market:
    """The five sessions; each dispute is of a series, a day of April, from when and until when."""
    rows: list[Row] = [
        (name, day, utc(f"{day} 22:00"), 1, close)
        for name, closes in CLOSES.items()
        for day, close in zip(DAYS, closes, strict=True)
        if not np.isnan(close)
    ]
    found = [
        SourceMismatch(
            name,
            np.datetime64(f"2025-04-{day:02}"),
            to_second(since),
            NEVER if until is None else to_second(until),
            (1.0, 2.0),
            ("Cboe", "Yahoo"),
            "index",
        )
        for name, day, since, until in disputes
    ]
    history = replace(history_of(rows, (*MARKET, "vix")), disputes=tuple(found))
    return sessions_of(history.as_of(at), MARKET)


def known(found: Market) -> list[str]:
    return [str(one)[5:16] for one in found.known]


def test_the_sessions_are_the_days_on_which_all_have_a_close() -> None:
    found = market()
    assert [str(one)[-2:] for one in found.session] == ["08", "09", "10", "14", "15"]
    assert known(found) == [
        "04-08T22:00",
        "04-09T22:00",
        "04-10T22:00",
        "04-14T22:00",
        "04-15T22:00",
    ]
    assert found.leg["spx"].move == pytest.approx([NAN, 10.0, -10.0, 2.0, 100 / 102], nan_ok=True)
    assert found.leg["ust10y"].move == pytest.approx([NAN, 10.0, -5.0, 15.0, 5.0], nan_ok=True)
    assert found.leg["ust10y"].span.tolist() == [1, 1, 1, 2, 1]
    assert [found.since_words("ust10y", row) for row in (2, 3, 4)] == ["", " since Thu 10 Apr", ""]
    assert not found.disputed.any()
    assert not found.disputed_move.any()


@pytest.mark.parametrize(
    ("series_id", "day", "disputed", "moves"),
    [
        ("spx", 9, [1], [1, 2]),
        ("ust10y", 10, [2], [2, 3]),
        # A close of its own between two sessions: only the move from it cannot be told.
        ("spx", 11, [], [3]),
        ("dxy", 15, [4], [4]),
        ("vix", 9, [], []),
    ],
)
def test_a_dispute_touches_its_session_and_the_move_from_it(
    series_id: str, day: int, disputed: list[int], moves: list[int]
) -> None:
    found = market((series_id, day, utc("2025-04-16 12:00"), None))
    assert np.flatnonzero(found.disputed).tolist() == disputed
    assert np.flatnonzero(found.disputed_move).tolist() == moves
    assert [str(one) for one in found.disputed_days] == ([f"2025-04-{day:02}"] if moves else [])
    late = ["04-16T12:00" if row in moves else one for row, one in enumerate(known(market()))]
    assert known(found) == late


def test_a_dispute_that_was_settled_makes_its_sessions_known_later() -> None:
    settled = ("spx", 9, utc("2025-04-09 23:00"), utc("2025-04-12 12:00"))
    found = market(settled)
    assert not found.disputed_move.any()
    assert known(found) == [
        "04-08T22:00",
        "04-12T12:00",
        "04-12T12:00",
        "04-14T22:00",
        "04-15T22:00",
    ]
    # Before it was settled it stands.
    assert np.flatnonzero(market(settled, at=utc("2025-04-11 12:00")).disputed).tolist() == [1]


def test_a_dispute_before_its_number_was_known_delays_nothing() -> None:
    found = market(("spx", 9, utc("2025-04-09 21:00"), None))
    assert known(found) == known(market())


def test_a_move_over_sessions_needs_both_of_its_ends() -> None:
    plain = market()
    assert plain.moved("spx", 2) == pytest.approx(
        [NAN, NAN, -1.0, -100 * 8 / 110, 100 * 4 / 99], nan_ok=True
    )
    assert plain.moved("ust10y", 2) == pytest.approx([NAN, NAN, 5.0, 10.0, 20.0], nan_ok=True)
    found = market(("dxy", 9, utc("2025-04-16 12:00"), None))
    known_moves = ~np.isnan(found.moved("spx", 2))
    assert known_moves.tolist() == [False, False, True, False, True]
    assert (~np.isnan(found.moved("spx", 1))).tolist() == [False, False, False, True, True]


def test_why_a_span_cannot_be_told_is_said_of_its_first_dispute() -> None:
    found = market(("spx", 9, END, None), ("dxy", 15, END, None))
    ninth, fifteenth = (
        f"two sources disagree on {day}: 1.00 (Cboe) and 2.00 (Yahoo)"
        for day in ("Wed 9 Apr 2025", "Tue 15 Apr 2025")
    )
    assert [found.why_disputed(row, 0) for row in range(5)] == ["", ninth, ninth, "", fifteenth]
    assert [found.why_disputed(row, 2) for row in range(5)] == ["", ninth, ninth, ninth, fifteenth]
    assert found.why_disputed(4, 3) == ninth
