"""The verdict's indicators: what each says at its sizes, and of old numbers."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from syrupy.assertion import SnapshotAssertion

from rules.verdict.model import Indicator, Stance
from rules.verdict.price_pressure import price_pressure
from rules.verdict.rule import VerdictRule
from rules.verdict.verdict import weigh
from tests.rules.verdict.verdict_figures import (
    AT,
    RULE,
    auction,
    custody,
    flows,
    market,
    panel,
    premium,
    rows,
    share,
    weekdays,
)
from tests.support import Row, utc
from tests.verdict_case import written_out_indicator


def heading(name: str, found: list[Row], at: datetime = AT, rule: VerdictRule = RULE) -> Indicator:
    return next(one for one in weigh(panel(found, at), rule, ()).headings if one.name == name)


@pytest.mark.parametrize(
    ("name", "found", "reading", "said"),
    [
        (
            "price action",
            market(2),
            Stance.SUPPORTS,
            "2 joint selloffs of 0.5σ or more and 2",
        ),
        ("price action", market(1), Stance.NEUTRAL, "1 joint selloff of 0.5σ or more and 1 haven"),
        ("price action", market(2, dollar_rose=True), Stance.SUPPORTS, "0 joint selloffs of 0.5σ"),
        ("price action", market(0), Stance.NEUTRAL, "0 haven failures of 2.0% or more in 21 ses"),
        ("price action", market(2)[:280], Stance.NOT_ENOUGH, "too few"),
        (
            "flows",
            flows(-30, -30, -30),
            Stance.SUPPORTS,
            "−$90.0bn, −1.0% of holdings in 3",
        ),
        ("flows", flows(-30, -30, -29), Stance.NEUTRAL, "to April 2025"),
        ("flows", flows(30, 30, 30), Stance.NEUTRAL, "+$90.0bn, +1.0% of holdings"),
        ("flows", flows(130, 130, 130), Stance.CONTRADICTS, "+$390.0bn, +4.3% of holdings"),
        ("flows", flows(-50, -50), Stance.NOT_ENOUGH, "too few"),
        ("custody", custody(-55), Stance.SUPPORTS, "−$55.0bn in 13 weeks"),
        ("custody", custody(-54), Stance.NEUTRAL, "−$54.0bn"),
        ("custody", custody(110), Stance.NEUTRAL, "+$110.0bn"),
        ("custody", custody(111), Stance.CONTRADICTS, "+$111.0bn"),
        ("custody", custody(-90)[1:], Stance.NOT_ENOUGH, "too few"),
        ("term premium", premium(26.3), Stance.SUPPORTS, "+26.3bp in 21 sessions"),
        ("term premium", premium(26.2), Stance.NEUTRAL, "+26.2bp"),
        ("term premium", premium(-80.0), Stance.NEUTRAL, "−80.0bp"),
        ("term premium", premium(50.0)[2:], Stance.NOT_ENOUGH, "too few"),
        ("auctions", auction(0, 60.0), Stance.SUPPORTS, "in 1 auction"),
        (
            "auctions",
            [*auction(0, 68.5), *auction(1, 68.5)],
            Stance.NEUTRAL,
            "−0.5σ in 2",
        ),
        ("auctions", auction(4, 75.0), Stance.CONTRADICTS, "+5.7σ"),
        ("auctions", auction(4, 60.0)[1:], Stance.NOT_ENOUGH, "too few"),
        ("share", share(-2.2), Stance.SUPPORTS, "27.8%, −2.2pp in 12 months"),
        ("share", share(-2.1), Stance.NEUTRAL, "−2.1pp"),
        ("share", share(3.9), Stance.CONTRADICTS, "+3.9pp"),
        ("share", share(-5.0)[1:], Stance.NOT_ENOUGH, "too few"),
    ],
)
def test_a_heading_reads_its_number_by_its_sizes(
    name: str, found: list[Row], reading: Stance, said: str, snapshot: SnapshotAssertion
) -> None:
    one = heading(name, found)
    assert one.reading is reading
    assert said in one.number
    assert one.rule
    assert (one.period_end is None) == ("too few" in one.number)
    assert "\n".join(written_out_indicator(one)) == snapshot


@pytest.mark.parametrize(
    ("name", "found", "days"),
    [
        ("price action", market(3), 7),
        ("flows", flows(-40, -40, -40), 110),
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
    assert heading(name, found, last).reading is Stance.SUPPORTS
    old = heading(name, found, last + timedelta(days=1))
    assert old.reading is Stance.NOT_ENOUGH
    # Auctions of which none is recent leave nothing to say a number of.
    assert "too old" in old.number or name == "auctions"


def one_fall(back: int, spx_pct: float = 3.0, ust_bp: float = 20.0, count: int = 100) -> list[Row]:
    """Small moves either way, but for one session so many before the last on which stocks and the
    dollar fell and the yield rose."""
    days = weekdays(count)
    fell = [row >= count - 1 - back for row in range(count)]
    levels = {
        "spx": [
            100.0 * (1 + 0.002 * (i % 2)) * (1 - spx_pct / 100 * down)
            for i, down in enumerate(fell)
        ],
        "ust10y": [4.0 + 0.01 * (i % 2) + ust_bp / 100 * down for i, down in enumerate(fell)],
        "dxy": [100.0 + 0.1 * (i % 2) - down for i, down in enumerate(fell)],
    }
    return [row for name, values in levels.items() for row in rows(name, days, values)]


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (0, "1 joint selloff of 0.5σ or more and 1 haven failure of 2.0% or more"),
        (20, "1 joint selloff of 0.5σ or more and 1 haven failure of 2.0% or more"),
        (21, "0 joint selloffs of 0.5σ or more and 0 haven failures of 2.0% or more"),
    ],
)
def test_stress_in_prices_counts_for_twenty_one_sessions(back: int, said: str) -> None:
    found = price_pressure(panel(one_fall(back)), RULE)
    assert found is not None
    assert found.words.startswith(f"{said} in 21 sessions; S&P ")
    assert found.sessions == (back < 21)
    assert (found.last, found.source) == (
        date(2025, 6, 20), "source of spx; source of ust10y; source of dxy")  # fmt: skip


@pytest.mark.parametrize(
    ("count", "back", "selloffs"), [(85, 20, 1), (86, 20, 1), (85, 0, 1), (84, 0, None)]
)
def test_every_one_of_them_has_sixty_three_moves_to_be_measured_by(
    count: int, back: int, selloffs: int | None
) -> None:
    found = price_pressure(panel(one_fall(back, count=count)), RULE)
    assert (None if found is None else found.sessions) == selloffs


def test_a_yield_that_rose_by_less_than_a_basis_point_is_no_failed_haven() -> None:
    small = price_pressure(panel(one_fall(0, ust_bp=-0.2)), RULE)
    assert small is not None
    assert "0 haven failures" in small.words
    rose = price_pressure(panel(one_fall(0, ust_bp=0.0)), RULE)
    assert rose is not None
    assert "and 1 haven failure of" in rose.words
