"""The verdict: what each heading says at its sizes, and what the line may claim."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pandas as pd
import pytest

from rules.headings import AUCTIONS, SERIES
from rules.model import Panel
from rules.verdict import weigh
from rules.verdict_rule import Heading, Reading, Verdict, VerdictRule
from tests.support import Row, history_of, utc

AT = utc("2025-06-20 22:00")
RULE = VerdictRule()
NET = "tic.99996.for_lt_treas_net"


def rows(series_id: str, days: Iterable[date], values: Iterable[float]) -> list[Row]:
    return [
        (series_id, day, utc(f"{day} 12:00"), 1, float(value))
        for day, value in zip(days, values, strict=False)
    ]


def weekdays(count: int, last: str = "2025-06-20") -> list[date]:
    return [stamp.date() for stamp in pd.bdate_range(end=last, periods=count)]


def panel(found: list[Row], at: datetime = AT) -> Panel:
    return history_of(found, SERIES).as_of(at)


def heading(name: str, found: list[Row], at: datetime = AT, rule: VerdictRule = RULE) -> Heading:
    return next(one for one in weigh(panel(found, at), rule).headings if one.name == name)


def market(selloffs: int) -> list[Row]:
    """30 sessions, of which the last so many are joint selloffs and the others are rises."""
    days, last_rise = weekdays(30), 29 - selloffs
    spx = [100.0 + min(i, last_rise) - max(0, i - last_rise) for i in range(30)]
    ust = [4.0 + 0.01 * max(0, i - last_rise) for i in range(30)]
    return [*rows("spx", days, spx), *rows("dxy", days, spx), *rows("ust10y", days, ust)]


MONTHS = [date(2025, 2, 28), date(2025, 3, 31), date(2025, 4, 30)]


def flows(*net_bn: float) -> list[Row]:
    return rows(NET, MONTHS[-len(net_bn) :], [1000.0 * one for one in net_bn])


def custody(change_bn: float) -> list[Row]:
    weeks = [date(2025, 6, 18) - timedelta(weeks=13 - i) for i in range(14)]
    return rows("custody_treasuries", weeks, [3e6 + 1e3 * change_bn * (i == 13) for i in range(14)])


def premium(rise_bp: float) -> list[Row]:
    levels = [0.5] * 22 + [0.5 + rise_bp / 100.0]
    return rows("acm_tp10y", weekdays(23, "2025-06-18"), levels)


def auction(term: int, share: float) -> list[Row]:
    days = [date(2025, 6, 10) - timedelta(days=30 * (12 - i)) for i in range(13)]
    return rows(AUCTIONS[term], days, [*[68.0, 70.0] * 6, share])


def share(change_pp: float) -> list[Row]:
    days = [date(2024, 4, 30), date(2025, 4, 30)]
    held = rows("tic.99996.for_treas_pos", days, [3e6, 3e6 + 1e5 * change_pp])
    return [*held, *rows("debt_held_public", days, [1e7, 1e7])]


@pytest.mark.parametrize(
    ("name", "found", "reading", "said"),
    [
        ("price action", market(3), Reading.SUPPORTS, "3 joint selloffs in 21 sessions"),
        ("price action", market(2), Reading.NEUTRAL, "2 joint selloffs in 21 sessions"),
        ("price action", market(1), Reading.NEUTRAL, "1 joint selloff in 21 sessions"),
        ("price action", market(0), Reading.CONTRADICTS, "0 joint selloffs in 21 sessions"),
        ("price action", market(2)[:60], Reading.NOT_ENOUGH, "too few"),
        ("flows", flows(-20, -20, -20), Reading.SUPPORTS, "−60.0 bn net long-term in 3 months to"),
        ("flows", flows(-20, -20, -19.9), Reading.NEUTRAL, "to April 2025"),
        ("flows", flows(-20, 10, 10), Reading.NEUTRAL, "0.0 bn"),
        ("flows", flows(-20, 10, 10.1), Reading.CONTRADICTS, "+0.1 bn"),
        ("flows", flows(-50, -50), Reading.NOT_ENOUGH, "too few"),
        ("custody", custody(-75), Reading.SUPPORTS, "−75.0 bn in 13 weeks"),
        ("custody", custody(-74), Reading.NEUTRAL, "−74.0 bn"),
        ("custody", custody(1), Reading.CONTRADICTS, "+1.0 bn"),
        ("custody", custody(-90)[1:], Reading.NOT_ENOUGH, "too few"),
        ("term premium", premium(36.1), Reading.SUPPORTS, "+36.1 bp in 21 sessions"),
        ("term premium", premium(36.0), Reading.NEUTRAL, "+36.0 bp"),
        ("term premium", premium(-1.0), Reading.CONTRADICTS, "−1.0 bp"),
        ("term premium", premium(50.0)[2:], Reading.NOT_ENOUGH, "too few"),
        ("auctions", auction(0, 60.0), Reading.SUPPORTS, "in 1 auction"),
        ("auctions", [*auction(0, 68.5), *auction(1, 68.5)], Reading.NEUTRAL, "−0.5 sd in 2 auct"),
        ("auctions", auction(4, 75.0), Reading.CONTRADICTS, "+5.7 sd"),
        ("auctions", auction(4, 60.0)[1:], Reading.NOT_ENOUGH, "too few"),
        ("share", share(-2.2), Reading.SUPPORTS, "27.8 %, −2.2 points in 12 months"),
        ("share", share(-2.1), Reading.NEUTRAL, "−2.1 points"),
        ("share", share(0.1), Reading.CONTRADICTS, "+0.1 points"),
        ("share", share(-5.0)[1:], Reading.NOT_ENOUGH, "too few"),
    ],
)
def test_a_heading_reads_its_number_by_its_sizes(
    name: str, found: list[Row], reading: Reading, said: str
) -> None:
    one = heading(name, found)
    assert one.reading is reading
    assert said in one.number
    assert one.rule
    assert (one.period_end is None) == ("too few" in one.number)


@pytest.mark.parametrize(
    ("name", "found", "days"),
    [
        ("price action", market(3), 7),
        ("flows", flows(-30, -30, -30), 110),
        ("custody", custody(-90), 14),
        ("term premium", premium(50), 14),
        ("auctions", auction(0, 60.0), 45),
        ("share", share(-5.0), 200),
    ],
)
def test_old_numbers_are_not_enough_and_still_said(name: str, found: list[Row], days: int) -> None:
    fresh = heading(name, found)
    assert fresh.period_end is not None
    last = utc(f"{fresh.period_end} 12:00") + timedelta(days=days)
    assert heading(name, found, last).reading is Reading.SUPPORTS
    old = heading(name, found, last + timedelta(days=1))
    assert old.reading is Reading.NOT_ENOUGH
    # Auctions of which none is recent leave nothing to say a number of.
    assert "too old" in old.number or name == "auctions"


def line(*found: list[Row], rule: VerdictRule = RULE) -> str:
    return weigh(panel([row for rows_ in found for row in rows_]), rule).line


SOLD, BOUGHT = flows(-30, -30, -30), flows(30, 30, 30)


def test_without_flows_nobody_can_say() -> None:
    assert line() == (
        "Not enough data: without transactions nobody can say who sold; nothing else points to it."
    )
    assert "price action and custody would fit it" in line(market(3), custody(-90))


def test_flows_and_two_more_headings_are_needed_to_support_it() -> None:
    assert line(SOLD, market(3), custody(-90)) == (
        "The evidence supports it: flows (−90.0 bn net long-term in 3 months to April 2025), "
        "price action and custody."
    )
    assert line(SOLD, market(3)) == (
        "Not shown: foreigners sold on balance (−90.0 bn net long-term in 3 months to April 2025) "
        "and price action would fit it, but of six headings only 2 support it; 3 are wanted."
    )
    assert line(SOLD, market(3), rule=replace(RULE, supporting_headings=2)).startswith("The evid")


def test_no_is_said_only_of_months_whose_transactions_are_out() -> None:
    assert line(BOUGHT) == (
        "No: foreigners bought on balance (+90.0 bn net long-term in 3 months to April 2025); "
        "nothing else points to it."
    )
    assert line(BOUGHT, share(-3.0)).startswith("No: ")
    assert line(BOUGHT, market(3), custody(-90)) == (
        "Not shown so far: foreigners bought on balance (+90.0 bn net long-term in 3 months to "
        "April 2025). Price action and custody would fit it since then, and TIC after April 2025 "
        "is not out."
    )


def test_flows_that_say_nothing_are_said_to() -> None:
    assert line(flows(-10, -10, -10)).startswith("Not shown: flows are neither here nor there")


def test_the_word_dumping_is_never_said_by_the_line() -> None:
    for found in ([], SOLD, BOUGHT, [*SOLD, *market(3), *custody(-90)]):
        verdict: Verdict = weigh(panel(found), RULE)
        assert "dump" not in verdict.line
