"""The verdict's own line against the month's transactions: what it said then, by what was known."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from rules.record.record import EVER
from rules.tic.move import Move, answer_of
from rules.verdict.line_record import SERIES, answers_by_month, record_as_of
from rules.verdict.rule import VerdictRule
from tests.slow import quick_where
from tests.support import Row, history_of, utc

RULE = VerdictRule()
AT = utc("2026-01-20 12:00")
MONTHS = [stamp.date() for stamp in pd.date_range("2023-12-31", "2025-11-30", freq="ME")]
ALL = "tic.99996"
HELD_MN = 8e6


def rows(sold: date | None = None, revised: date | None = None, late_days: int = 47) -> list[Row]:
    """Foreigners bought 30 bn in each month, but sold 100 in one; in a month of `revised` they had
    sold, until a year later the publisher found that they had bought."""
    found: list[Row] = []
    for month in MONTHS:
        known = utc(f"{month + timedelta(days=late_days)} 20:00")
        net = -1e5 if month in (sold, revised) else 3e4
        found += [
            (f"{ALL}.for_treas_net", month, known, 1, net),
            (f"{ALL}.for_lt_treas_net", month, known, 1, net),
            (f"{ALL}.for_treas_pos", month, known, 1, HELD_MN),
        ]
        if month == revised:
            found.append((f"{ALL}.for_treas_net", month, known + timedelta(days=365), 2, 3e4))
    return sorted(found, key=lambda one: one[2])


def answers(history_rows: list[Row]) -> dict[str, float]:
    found = answers_by_month(history_of(history_rows, SERIES), AT, RULE)
    return {f"{stamp:%Y-%m}": value for stamp, value in found.items()}


def test_a_month_is_called_by_those_published_as_it_ended() -> None:
    """March 2025 comes out in the middle of May, so that May is called a month of sales; in June
    and July its three months are a sale of half a percent, which is not enough for an answer."""
    found = answers(rows(sold=date(2025, 3, 31)))
    assert [month for month, value in found.items() if value < 0] == ["2025-05"]
    assert {"2025-06", "2025-07"}.isdisjoint(found)
    # The first month with holdings before it is January, which comes out in March.
    assert min(found) == "2024-03"
    assert max(found) == "2025-11"


def test_what_was_revised_since_was_said_by_the_number_of_then() -> None:
    assert answers(rows(revised=date(2024, 3, 31)))["2024-05"] == -1.0


def test_old_transactions_answer_nothing() -> None:
    assert answers(rows(late_days=140)) == {}


def test_it_is_scored_against_all_foreigners() -> None:
    found = record_as_of(history_of(rows(sold=date(2025, 3, 31)), SERIES), AT, RULE)
    (line,) = [one for one in found.lines if one.early == "verdict" and one.span == EVER]
    assert (line.later, line.unit) == ("foreigners", "")
    # It missed the month of sales and called the one of May wrong.
    assert (line.score.count, line.score.same_sign, line.score.one_sign) == (19, 17, 18)


# Before and after a revision; the others are slow.
QUICK = ("2024-12-01", "2025-06-29")
INSTANTS = [f"{one:%Y-%m-%d}" for one in pd.date_range("2024-06-03", "2026-01-12", freq="5W")]


def test_the_quick_instants_are_among_all() -> None:
    assert set(QUICK) <= set(INSTANTS)


@pytest.mark.parametrize("instant", quick_where(QUICK.__contains__, INSTANTS))
def test_the_record_of_the_line_knows_nothing_later(instant: str) -> None:
    every, at = rows(sold=date(2025, 3, 31), revised=date(2024, 3, 31)), utc(f"{instant} 00:00")
    cut = [one for one in every if one[2] <= at]
    whole, until = (history_of(found, SERIES) for found in (every, cut))
    assert record_as_of(whole, at, RULE) == record_as_of(until, at, RULE)


@pytest.mark.parametrize(
    ("moves", "answer"),
    [
        ((Move.BOUGHT, Move.BOUGHT, Move.BOUGHT), Move.BOUGHT),
        ((Move.BOUGHT, Move.FLAT, Move.UNKNOWN), Move.BOUGHT),
        ((Move.BOUGHT, Move.SOLD_A_LITTLE, Move.BOUGHT), Move.FLAT),
        ((Move.FLAT, Move.FLAT, Move.UNKNOWN), Move.FLAT),
        ((Move.BOUGHT, Move.BOUGHT, Move.SOLD), Move.SOLD),
        ((Move.UNKNOWN, Move.UNKNOWN, Move.UNKNOWN), Move.UNKNOWN),
    ],
)
def test_the_windows_answer_together(moves: tuple[Move, ...], answer: Move) -> None:
    assert answer_of(moves) is answer
