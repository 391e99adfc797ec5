"""Joint selloffs of other markets."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations
from rules.instances.joint_selloff import JointSelloffInstance
from rules.judged_over import JudgedOver
from rules.model import AlertText, Signal
from rules.terms import Answer, Severity
from tests.case_rows import positive_rows
from tests.rules.instances.declared import selloff
from tests.support import Row, judge, new_york, signal_for

END = new_york("2025-06-30 23:00")
TENTH = date(2025, 4, 10)
ROWS = positive_rows(JointSelloff())


def called(series_id: str, own: str) -> list[Row]:
    """The figures with one series under another name."""
    return [(own, *row[1:]) if row[0] == series_id else row for row in ROWS]


def found(rule: JointSelloffInstance, rows: list[Row] = ROWS) -> Signal:
    return signal_for(judge(rule, rows, END)["own_selloff"], TENTH)


def test_over_the_same_markets_it_is_the_built_in_rule() -> None:
    # Without a basket, every answer of the built-in rule is by closes.
    rows = [row for row in ROWS if row[0] in ("spx", "ust10y", "dxy")]
    own = judge(selloff(), rows, END)["own_selloff"]
    built_in = judge(JointSelloff(), rows, END)["us"]
    closes = np.isin(built_in.period_end, own.period_end) & ~np.isnan(built_in.measure)
    for name in ("period_end", "severity", "measure", "ratios", "nearness", "known_at"):
        mine, theirs = getattr(own, name), getattr(built_in, name)[closes]
        there = ~np.isnan(own.measure)
        assert np.array_equal(mine[there], theirs), name
    assert (own.severity > Evaluations.QUIET).any()


@pytest.mark.parametrize(
    ("leg", "series_id", "moves"),
    [
        ("equity", "spx", "title of own.spx −3.5%, 10-year yield +6bp, ICE DXY −2.0%."),
        ("bond", "ust10y", "S&P 500 −3.5%, title of own.ust10y +6bp, ICE DXY −2.0%."),
        ("dollar", "dxy", "S&P 500 −3.5%, 10-year yield +6bp, title of own.dxy −2.0%."),
    ],
)
def test_each_leg_is_the_series_named(leg: str, series_id: str, moves: str) -> None:
    rule = selloff(**{leg: f"own.{series_id}"})
    signal = found(rule, called(series_id, f"own.{series_id}"))
    assert signal.severity is Severity.CRITICAL
    assert signal.explained.headline.endswith(moves)


def test_a_leg_without_its_close_has_no_answer_and_no_basket_stands_in() -> None:
    rows = [row for row in ROWS if (row[0], row[1]) != ("dxy", TENTH)]
    judged = judge(selloff(), rows, END)["own_selloff"]
    assert np.datetime64(TENTH) not in judged.period_end
    assert not judged.provisional.any()


def test_sizes_are_its_own() -> None:
    sizes = {f"{one}_weakest_leg_sd": 10.0 for one in ("notice", "warning", "critical")}
    assert found(selloff(**sizes)).severity is Severity.CRITICAL
    moves = {"critical_equity_fall_pct": 4.0}
    assert found(selloff(**sizes, **moves)).answer is Answer.QUIET
    assert (
        "all fell, too little for a notice," in found(selloff(**sizes, **moves)).explained.headline
    )


@pytest.mark.parametrize(
    ("bond", "is_settled"),
    [("ust10y", True), ("ust30y", True), ("ust10y_real", True), ("bund.y10", False)],
)
def test_only_treasuries_are_answered_by_tic(bond: str, is_settled: bool) -> None:
    rule = selloff(bond=bond)
    assert bool(rule.awaits) is is_settled
    assert (rule.settled_over is JudgedOver.SESSION) is is_settled
    caveat = found(rule, called("ust10y", bond)).explained.caveat
    assert ("Transactions for April 2025" in caveat) is is_settled


def test_its_words_name_its_series_and_its_own_record() -> None:
    text = found(selloff(caveat="Ours.", falsifier="A rebound.")).explained
    assert text.headline.startswith(
        "Stocks, bonds and ICE DXY fell together on Thu 10 Apr 2025: S&P 500 −3.5%"
    )
    assert text.caveat.startswith("Ours. ")
    assert text.falsifier == "A rebound."
    labels = [one.label for one in text.evidence]
    assert "10-year, fall in σ (63-day)" in labels
    assert "Smallest of the three, rank" in labels


def test_with_too_few_sessions_one_that_is_large_is_told_without_a_rank() -> None:
    rows = [row for row in ROWS if date(2025, 4, 9) <= row[1] <= TENTH]
    signal = found(selloff(), rows)
    assert signal.severity is Severity.CRITICAL
    assert "Too few earlier sessions are stored to rank it." in signal.explained.unusual


QUIET_DAY = date(2025, 4, 9)


def by_name(found: AlertText) -> dict[str, object]:
    """What a message is made of, its evidence in lines."""
    lines = [
        f"{one.label}: {one.value:.4f} {one.unit} ({one.threshold}) {one.source}"
        for one in found.evidence
    ]
    return {**vars(found), "evidence": lines}


@pytest.mark.parametrize(
    ("settings", "day"),
    [
        ({}, TENTH),
        ({"critical_weakest_leg_sd": 5.0, "critical_equity_fall_pct": 9.0}, TENTH),
        ({}, QUIET_DAY),
    ],
    ids=["critical", "warning", "quiet"],
)
def test_the_whole_of_its_words(
    settings: dict[str, Any], day: date, snapshot: SnapshotAssertion
) -> None:
    judged = judge(selloff(**settings), ROWS, END)["own_selloff"]
    assert by_name(signal_for(judged, day).explained) == snapshot


def test_why_it_cannot_be_judged_is_said() -> None:
    # All three fell by little, three sessions after the first that is stored.
    days = (date(2025, 4, 7), date(2025, 4, 8), date(2025, 4, 9))
    levels = {"spx": (100, 101, 100.9), "ust10y": (4.0, 3.9, 3.91), "dxy": (100, 101, 100.9)}
    rows: list[Row] = [
        (name, day, new_york(f"{day} 18:30"), 1, float(level))
        for name, values in levels.items()
        for day, level in zip(days, values, strict=True)
    ]
    signal = signal_for(judge(selloff(), rows, END)["own_selloff"], days[-1])
    assert signal.answer is Answer.UNKNOWN
    assert signal.explained.headline == (
        "No data for Wed 9 Apr 2025: all three fell, but fewer than 63 earlier moves are stored; "
        "`havenwatch backfill` loads them."
    )


def test_two_legs_of_one_series_are_a_mistake() -> None:
    assert list(selloff(equity="dxy").problems()) == [
        ("dollar", "'dxy' is the equity leg too", "name another series")
    ]
    assert list(selloff().problems()) == []


def test_it_says_what_it_is() -> None:
    titles: dict[str, Any] = {"dax.close": "DAX", "bund.y10": "Bund 10-year yield"}
    rule = selloff(equity="dax.close", bond="bund.y10", warning_weakest_leg_sd=0.75)
    assert rule.about(titles) == (
        "A dated event of the desk's own: on one session DAX falls, Bund 10-year yield rises and "
        "ICE DXY falls, each by 0.25σ or more (63 sessions). Warning at 0.75σ; critical at 1σ, or "
        "at −1% / +5bp / −0.5% together."
    )
