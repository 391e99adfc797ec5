"""What markets did on one session, as a desk says it: a name, the moves, the havens."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from rules.markets.curve import CurveMove
from rules.markets.day import SERIES, MarketDay, market_day
from rules.markets.havens import Havens
from tests.support import Row, history_of, utc

NINTH, DAY = date(2025, 4, 9), date(2025, 4, 10)


def moved(
    spx: float | None = None, ust10y: float | None = None, dxy: float | None = None
) -> MarketDay:
    moves = {"spx": spx, "ust10y": ust10y, "dxy": dxy}
    return MarketDay(DAY, {name: move for name, move in moves.items() if move is not None})


@pytest.mark.parametrize(
    ("day", "name"),
    [
        # Stocks fell by so much that a hedge was wanted.
        (moved(-1.0, -1.0, 0.9), "Treasuries hedged"),
        (moved(-6.0, -5.0), "Treasuries hedged"),
        (moved(-1.0, -0.9), "Stocks down, Treasuries flat"),
        (moved(-1.0, 0.9), "Stocks down, Treasuries flat"),
        (moved(-1.0, 1.0, -2.0), "Treasuries did not hedge"),
        # They did not, or nobody knows what Treasuries did.
        (moved(-0.9, 5.0, -0.5), "Dollar and Treasuries fell"),
        (moved(None, 5.0, -0.5), "Dollar and Treasuries fell"),
        (moved(-2.0, None, -0.5), "Stocks and dollar down"),
        (moved(-0.9, 5.0, -0.4), "Yields up"),
        (moved(-0.9, 4.9, -0.5), "Dollar down"),
        (moved(1.0, -5.0, 0.5), "Stocks and dollar up, yields down"),
        (moved(1.0, 5.0, 0.5), "Stocks, yields and dollar up"),
        (moved(9.5, 0.0, 0.0), "Stocks up"),
        (moved(None, 5.0), "Yields up"),
        (moved(0.9, 4.9, 0.4), "Quiet"),
        (moved(-0.9, -4.9, -0.4), "Quiet"),
        (moved(), "Quiet"),
    ],
)
def test_a_session_is_named_by_what_moved_by_much(day: MarketDay, name: str) -> None:
    assert day.name == name
    assert day.is_quiet == (name == "Quiet")


STEEPER = CurveMove({"ust2y": -7.0, "ust10y": 6.0})


@pytest.mark.parametrize(
    ("day", "line"),
    [
        (moved(-3.46, 6.0, -1.97), "S&P −3.5%, 10y +6bp, DXY −2.0%"),
        (moved(-3.46, 6.0), "S&P −3.5%, 10y +6bp; no DXY close"),
        (moved(-3.46), "S&P −3.5%; no 10y or DXY close"),
        (moved(), ""),
        (
            MarketDay(DAY, {"ust10y": 6.0, "spx": 1.0}, STEEPER),
            "S&P +1.0%, 10y +6bp (twist steepener); no DXY close",
        ),
        (
            MarketDay(DAY, {"ust10y": 6.0}, CurveMove({"ust10y": 6.0})),
            "10y +6bp; no S&P or DXY close",
        ),
        (
            MarketDay(DAY, {"dxy": -1.0}, STEEPER, "USD basket"),
            "USD basket −1.0%; no S&P or 10y close",
        ),
    ],
)
def test_its_line_has_every_move_and_what_has_no_close(day: MarketDay, line: str) -> None:
    assert day.line == line


FIX = {"eurusd": 0.3, "usdjpy": -0.7, "usdchf": 2.94}


@pytest.mark.parametrize(
    ("dxy", "currencies", "refuge"),
    [
        (-0.5, FIX, ", franc +2.9% at the ECB fix"),
        (-2.0, {**FIX, "usdjpy": 3.0}, ", yen +3.0% at the ECB fix"),
        (-2.0, {**FIX, "eurusd": 4.0}, ", euro +4.0% at the ECB fix"),
        (-0.4, FIX, ""),
        (None, FIX, ""),
        (-2.0, {"eurusd": 0.5}, ", euro +0.5% at the ECB fix"),
        (-2.0, {"eurusd": 0.4, "usdjpy": 0.1}, ""),
    ],
)
def test_the_currency_that_rose_most_is_named_where_the_dollar_fell(
    dxy: float | None, currencies: dict[str, float], refuge: str
) -> None:
    moves = {"spx": -1.5, "ust10y": 6.0} | ({} if dxy is None else {"dxy": dxy})
    day = MarketDay(DAY, moves, havens=Havens(currencies, DAY))
    assert day.refuge == refuge
    assert day.said() == f"Treasuries did not hedge{refuge}: {day.line}"
    assert MarketDay(DAY, moves, havens=Havens(currencies, NINTH)).refuge == ""
    assert MarketDay(DAY, moves).refuge == ""


def test_the_havens_are_told_with_their_fix() -> None:
    assert Havens(FIX, DAY).sentence == (
        "Against the dollar at the ECB fix (14:15 CET, Thu 10 Apr 2025): euro +0.3%, yen −0.7%, "
        "franc +2.9%."
    )


CLOSES = {
    "spx": (5456.90, 5268.05),
    "ust10y": (4.34, 4.40),
    "ust2y": (3.91, 3.84),
    "dxy": (102.90, 100.87),
    "usd_basket": (100.0, 98.0),
    "eurusd": (1.10, 1.21),
    "usdjpy": (150.0, 120.0),
    "usdchf": (0.90, 0.75),
}


def at_night(
    *changes: Row, without: tuple[str, ...] = (), at: datetime | None = None
) -> MarketDay | None:
    """The session of 10 April 2025 from two closes of each series, some left out or added."""
    rows: list[Row] = [
        (name, day, utc(f"{day} 22:30"), 1, close)
        for name, closes in CLOSES.items()
        for day, close in zip((NINTH, DAY), closes, strict=True)
        if name not in without and f"{name} {day}" not in without
    ]
    return market_day(history_of([*rows, *changes], SERIES).as_of(at or utc("2025-04-12 00:00")))


def test_the_newest_session_is_told_from_the_closes_before() -> None:
    found = at_night()
    assert found is not None
    assert (found.session, found.dollar_name) == (DAY, "DXY")
    assert found.moves == pytest.approx({"spx": -3.4608, "ust10y": 6.0, "dxy": -1.9728}, abs=1e-4)
    assert found.havens is not None
    assert found.havens.fix == DAY
    assert found.havens.rose == pytest.approx({"eurusd": 10.0, "usdjpy": 25.0, "usdchf": 20.0})
    assert found.said() == (
        "Treasuries did not hedge, yen +25.0% at the ECB fix: S&P −3.5%, 10y +6bp (twist "
        "steepener), DXY −2.0%"
    )


def test_a_market_without_a_close_of_the_session_has_no_move() -> None:
    found = at_night(without=(f"spx {DAY}", f"ust10y {DAY}"))
    assert found is not None
    assert (list(found.moves), found.curve) == (["dxy"], None)
    # One close alone is no move.
    alone = at_night(without=(f"spx {NINTH}",))
    assert alone is not None
    assert list(alone.moves) == ["ust10y", "dxy"]


def test_the_basket_stands_in_only_where_there_is_no_dxy_at_all() -> None:
    found = at_night(without=("dxy",))
    assert found is not None
    assert (found.dollar_name, round(found.moves["dxy"], 6)) == ("USD basket", -2.0)
    stale = at_night(without=(f"dxy {DAY}",))
    assert stale is not None
    assert (stale.dollar_name, "dxy" in stale.moves) == ("DXY", False)
    none = at_night(without=("dxy", f"usd_basket {DAY}"))
    assert none is not None
    assert (none.dollar_name, "dxy" in none.moves) == ("DXY", False)


def test_without_a_close_there_is_no_session() -> None:
    assert at_night(at=utc("2025-04-09 22:00")) is None
    assert at_night(without=("spx", "ust10y", "dxy")) is None
    first = at_night(at=utc("2025-04-10 00:00"))
    assert first is not None
    assert (first.session, first.moves, first.havens) == (NINTH, {}, None)


@pytest.mark.parametrize(
    ("without", "fix"),
    [
        ((), DAY),
        ((f"usdchf {DAY}",), None),  # the currencies are of two days
        (("usdchf",), None),
        (tuple(f"{name} {NINTH}" for name in ("eurusd", "usdjpy", "usdchf")), None),
    ],
)
def test_the_fix_is_one_of_all_three_currencies(without: tuple[str, ...], fix: date | None) -> None:
    found = at_night(without=without)
    assert found is not None
    assert (None if found.havens is None else found.havens.fix) == fix


@pytest.mark.parametrize(("session", "fix"), [(date(2025, 4, 14), DAY), (date(2025, 4, 15), None)])
def test_a_fix_older_than_four_days_says_nothing(session: date, fix: date | None) -> None:
    late = ("spx", session, utc("2025-04-15 23:00"), 1, 5300.0)
    found = at_night(late, at=utc("2025-04-16 00:00"))
    assert found is not None
    assert found.session == session
    assert (None if found.havens is None else found.havens.fix) == fix
