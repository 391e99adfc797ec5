"""What markets did on a session, and the currencies beside it."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import pytest

from rules.markets.day import SERIES, market_day
from rules.markets.havens import Havens, haven_beside
from rules.model import Panel
from tests.support import Row, history_of, utc

THURSDAY, FRIDAY = date(2025, 4, 10), date(2025, 4, 11)
CLOSES = {
    "spx": (100.0, 101.8),
    "ust2y": (3.84, 3.96),
    "ust10y": (4.40, 4.48),
    "dxy": (100.87, 99.78),
    "eurusd": (1.1082, 1.1346),
    "usdjpy": (145.53, 142.84),
    "usdchf": (0.83911, 0.81544),
}
AT = utc("2025-04-11 23:00")
KNOWN = utc("2025-04-11 22:00")


def rows(known: datetime = KNOWN, **changed: tuple[float, ...]) -> list[Row]:
    closes = {**CLOSES, **changed}
    return [
        (name, day, known, 1, value)
        for name, values in closes.items()
        for day, value in zip((THURSDAY, FRIDAY), values, strict=False)
    ]


def panel(found: list[Row], at: datetime = AT) -> Panel:
    return history_of(found, SERIES).as_of(at)


def test_the_dollar_and_treasuries_fell_and_the_franc_rose() -> None:
    day = market_day(panel(rows()))
    assert day is not None
    assert day.said() == (
        "Dollar and Treasuries fell, franc +2.9% at the ECB fix: "
        "S&P +1.8%, 10y +8bp (bear flattener), DXY −1.1%"
    )
    assert day.havens is not None
    assert day.havens.sentence == (
        "Against the dollar at the ECB fix (14:15 CET, Fri 11 Apr 2025): "
        "euro +2.4%, yen +1.9%, franc +2.9%."
    )


def test_a_fix_of_another_day_is_not_the_sessions() -> None:
    before = rows(eurusd=(1.1,), usdjpy=(145.0,), usdchf=(0.84,))
    day = market_day(panel(before))
    assert day is not None
    assert day.havens is None  # one fix has no move
    assert day.refuge == ""


@pytest.mark.parametrize("best", ["usd_basket", "boc.usd_basket"])
def test_without_dxy_the_best_basket_is_named(best: str) -> None:
    found = [row for row in rows() if row[0] != "dxy"]
    basket = [(best, *row[1:]) for row in rows() if row[0] == "dxy"]
    if best == "boc.usd_basket":  # a worse one that did not move
        basket += [("usd_basket", *row[1:4], 100.0) for row in rows() if row[0] == "dxy"]
    day = market_day(panel([*found, *basket]))
    assert day is not None
    assert day.line.endswith("USD basket −1.1%")


def test_what_was_not_known_by_an_instant_is_not_beside_an_alert() -> None:
    later = rows(known=utc("2025-04-12 22:00"))
    whole = panel(later, utc("2025-04-13 00:00"))
    then, after = (np.datetime64(f"2025-04-{one}T23:00:00", "s") for one in (11, 12))
    assert haven_beside(whole, FRIDAY, then) == ""
    assert haven_beside(whole, FRIDAY, after) == "franc +2.9% at the ECB fix"
    assert Havens.at(whole, date(2025, 4, 21), after) is None


def test_nothing_known_is_no_day() -> None:
    assert market_day(panel([])) is None
