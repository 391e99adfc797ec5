"""What rests on a move that nobody has checked is provisional, and given again once it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rules.catalog.correlation_regime import CorrelationRegime
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations, Rule
from rules.model import AlertText, Panel, Unchecked
from rules.point_in_time.panel import NEVER
from rules.provisional import not_checked, until_checked
from rules.terms import Kind
from tests.support import history_of, utc

QUIET, WARNING, UNKNOWN = 0, 2, -1
EVENT, CONDITION = JointSelloff(), CorrelationRegime()
# The move of Wednesday's close was known at 22:30 and confirmed by Thursday's at 22:30.
WEDNESDAY, THURSDAY = "2026-04-01", "2026-04-02"
SINCE, UNTIL = f"{WEDNESDAY}T22:30:00", f"{THURSDAY}T22:30:00"


def far_move(since: str = SINCE, until: str = UNTIL, series_id: str = "spx") -> Unchecked:
    return Unchecked(
        series_id,
        np.datetime64(WEDNESDAY),
        np.datetime64(since),
        np.datetime64(until) if until else NEVER,
        -10.0,
        is_relative=True,
    )


def answers(*rows: tuple[str, str, int], nearness: bool = True) -> Evaluations:
    """Answers by period, when known and severity; the numbers of each row are its place."""
    count = len(rows)
    places = np.arange(float(count))
    return Evaluations(
        rule_id="r",
        subject="us",
        period_end=np.array([one[0] for one in rows], dtype="datetime64[D]"),
        known_at=np.array([one[1] for one in rows], dtype="datetime64[s]"),
        severity=np.array([one[2] for one in rows], dtype=np.int8),
        provisional=np.zeros(count, dtype=bool),
        keeps_open=np.zeros(count, dtype=bool),
        measure=places,
        measure_unit="sd",
        ratios=np.column_stack((places, 10 * places)),
        explain=lambda row: AlertText(f"row {row}", caveat="Prices only."),
        nearness=places / 10 if nearness else None,
    )


def panel(*moves: Unchecked, at: str = "2026-04-30 00:00") -> Panel:
    known = history_of([("spx", date(2026, 4, 1), utc("2026-04-01 22:30"), 1, 5000.0)], ("spx",))
    return replace(known, unchecked=moves).as_of(utc(at))


def given(found: Evaluations) -> list[tuple[str, str, bool]]:
    """Period, when known and whether provisional, of each row."""
    rows = zip(found.period_end, found.known_at, found.provisional, strict=True)
    return [(str(period), str(known), bool(waits)) for period, known, waits in rows]


FIRED = answers(("2026-03-31", f"{WEDNESDAY}T10:00", QUIET), (WEDNESDAY, SINCE, WARNING),
                (THURSDAY, UNTIL, QUIET))  # fmt: skip


def test_what_fires_is_provisional_until_the_move_is_confirmed_and_then_given_again() -> None:
    assert given(until_checked(EVENT, FIRED, panel(far_move()))) == [
        ("2026-03-31", f"{WEDNESDAY}T10:00:00", False),
        (WEDNESDAY, SINCE, True),
        (WEDNESDAY, UNTIL, False),
        (THURSDAY, UNTIL, False),
    ]


@pytest.mark.parametrize(
    "move",
    [
        far_move(until=""),  # nobody ever confirmed it
        far_move(until="2026-05-01T00:00:00"),  # not yet
    ],
)
def test_until_then_it_is_given_once(move: Unchecked) -> None:
    assert given(until_checked(EVENT, FIRED, panel(move)))[1:] == [
        (WEDNESDAY, SINCE, True),
        (THURSDAY, UNTIL, False),
    ]


@pytest.mark.parametrize(
    "move",
    [
        far_move(series_id="vix"),  # no number that decides
        far_move(until=SINCE),  # confirmed when it was known
        far_move(since=f"{WEDNESDAY}T22:30:01"),  # known later than the answer
    ],
)
def test_other_moves_make_nothing_provisional(move: Unchecked) -> None:
    assert until_checked(EVENT, FIRED, panel(move)) is FIRED


def test_every_number_goes_with_its_row() -> None:
    found = until_checked(EVENT, FIRED, panel(far_move()))
    assert found.measure.tolist() == [0.0, 1.0, 1.0, 2.0]
    assert found.ratios.tolist() == [[0.0, 0.0], [1.0, 10.0], [1.0, 10.0], [2.0, 20.0]]
    assert found.nearness is not None
    assert found.nearness.tolist() == pytest.approx([0.0, 0.1, 0.1, 0.2])
    assert found.severity.tolist() == [QUIET, WARNING, WARNING, QUIET]
    assert not found.keeps_open.any()
    without = replace(FIRED, nearness=None)
    assert until_checked(EVENT, without, panel(far_move())).nearness is None


def test_the_words_of_the_provisional_one_say_what_nobody_has_checked() -> None:
    found = until_checked(EVENT, FIRED, panel(far_move()))
    assert [found.explain(row).headline for row in range(4)] == ["row 0", "row 1", "row 1", "row 2"]
    assert [found.explain(row).caveat for row in (0, 2, 3)] == ["Prices only."] * 3
    assert found.explain(1).caveat == (
        "Provisional: no second source has confirmed the move of the title of spx on Wed 1 Apr "
        "2026 (−9.5%); it stands until one does, or the next number. Prices only."
    )
    silent = replace(FIRED, explain=lambda row: AlertText(f"row {row}"))
    assert until_checked(EVENT, silent, panel(far_move())).explain(1).caveat.endswith("number.")


def test_the_size_of_a_yields_move_is_in_basis_points() -> None:
    move = Unchecked("ust10y", np.datetime64(WEDNESDAY), NEVER, NEVER, 0.234, is_relative=False)
    assert "the move of the 10-year on Wed 1 Apr 2026 (+23bp)" in not_checked(move, "10-year")


def test_a_later_version_of_a_period_stands_in_place_of_the_confirmed_one() -> None:
    corrected = answers((WEDNESDAY, SINCE, WARNING), (WEDNESDAY, UNTIL, QUIET))
    assert given(until_checked(EVENT, corrected, panel(far_move()))) == [
        (WEDNESDAY, SINCE, True),
        (WEDNESDAY, UNTIL, False),
    ]
    # One that came only after the confirmation does not.
    after = answers((WEDNESDAY, SINCE, WARNING), (WEDNESDAY, f"{THURSDAY}T22:30:01", QUIET))
    assert given(until_checked(EVENT, after, panel(far_move()))) == [
        (WEDNESDAY, SINCE, True),
        (WEDNESDAY, UNTIL, False),
        (WEDNESDAY, f"{THURSDAY}T22:30:01", False),
    ]
    # Nor does the version of another period.
    other = answers((WEDNESDAY, SINCE, WARNING), (THURSDAY, f"{THURSDAY}T08:00:00", WARNING))
    assert given(until_checked(EVENT, other, panel(far_move()))) == [
        (WEDNESDAY, SINCE, True),
        (WEDNESDAY, UNTIL, False),
        (THURSDAY, f"{THURSDAY}T08:00:00", True),
        (THURSDAY, UNTIL, False),
    ]


@pytest.mark.parametrize(
    ("rule", "severity", "is_provisional", "keeps_open"),
    [
        (EVENT, WARNING, True, False),
        (EVENT, QUIET, False, False),
        (EVENT, UNKNOWN, False, False),
        (CONDITION, WARNING, True, False),
        # A quiet answer that rests on an unchecked move ends no condition.
        (CONDITION, QUIET, True, True),
        (CONDITION, UNKNOWN, False, False),
    ],
)
def test_of_an_event_only_what_fires_waits_and_of_a_condition_the_quiet_too(
    rule: Rule, severity: int, is_provisional: bool, keeps_open: bool
) -> None:
    assert (EVENT.kind, CONDITION.kind) == (Kind.EVENT, Kind.CONDITION)
    found = until_checked(rule, answers((WEDNESDAY, SINCE, severity)), panel(far_move()))
    assert found.provisional.tolist() == ([True, False] if is_provisional else [False])
    assert found.keeps_open.tolist() == ([keeps_open, False] if is_provisional else [False])


def test_what_kept_a_condition_open_still_does() -> None:
    open_still = replace(
        answers((WEDNESDAY, SINCE, QUIET), ("2026-06-01", "2026-06-01T22:30:00", QUIET)),
        keeps_open=np.array([False, True]),
    )
    found = until_checked(CONDITION, open_still, panel(far_move()))
    assert found.keeps_open.tolist() == [True, False, True]


@pytest.mark.parametrize(
    ("period", "is_provisional"),
    [("2026-03-31", False), (WEDNESDAY, True), ("2026-05-11", True), ("2026-05-12", False)],
)
def test_a_move_is_in_what_ends_within_forty_days(period: str, is_provisional: bool) -> None:
    found = until_checked(EVENT, answers((period, SINCE, WARNING)), panel(far_move(until="")))
    assert found.provisional.tolist() == [is_provisional]


def test_of_several_moves_the_one_that_is_checked_last_counts() -> None:
    later = replace(far_move(until="2026-04-03T14:00:00"), move=5.0)
    found = until_checked(EVENT, FIRED, panel(far_move(), later, far_move()))
    assert (WEDNESDAY, "2026-04-03T14:00:00", False) in given(found)
    assert "(+5.1%)" in found.explain(1).caveat
