"""A yield beside two others of the same hour: one of them may deny what the other confirms."""

from __future__ import annotations

import numpy as np
import pytest

from rules.point_in_time.cross_checks import checked
from rules.point_in_time.panel import NEVER, History
from rules.point_in_time.source_priority import SourceChain, chained, expanded
from tests.support import Row, history_of, utc

DAYS = [
    day for day in np.arange("2026-02-02", "2026-04-03", dtype="datetime64[D]").tolist()
    if np.is_busday(day)
]  # fmt: skip
LAST = DAYS[-1]
LEVELS = {"ust10y": 4.20, "early": 4.23, "late": 4.15}
HOURS = {"ust10y": "22:15", "early": "21:30", "late": "23:40"}


def history(moved_bp: dict[str, float], chain: SourceChain, without: str = "") -> History:
    """Two months in which nothing moves, but for what is said of the last day."""
    rows: list[Row] = [
        (
            name,
            day,
            utc(f"{day} {HOURS[name]}"),
            1,
            level + (moved_bp.get(name, 0.0) / 100.0 if day == LAST else 0.0),
        )
        for name, level in LEVELS.items()
        for day in DAYS
        if (name, day) != (without, LAST)
    ]
    stored = history_of(rows, expanded(("ust10y",), {"ust10y": chain}))
    return checked(chained(stored, ("ust10y",), {"ust10y": chain}), stored, {"ust10y": chain})


def chain(*steady: str) -> SourceChain:
    sizes = dict.fromkeys(steady, 0.07)
    return SourceChain(
        "ust10y", ("ust10y",), ("early", "late"), 0.2, is_relative=False, steady=sizes, far=0.15
    )


@pytest.mark.parametrize("steady", [("early", "late"), ("late", "early")])
@pytest.mark.parametrize(
    ("moved_bp", "until"),
    [
        # The earlier one denies 9 bp; the later one says the same when it comes.
        ({"ust10y": 9.0, "late": 9.0}, f"{LAST}T23:40:00"),
        # Neither does.
        ({"ust10y": 9.0}, str(NEVER)),
        # Both do by then, or the first does.
        ({"ust10y": 9.0, "early": 9.0, "late": 9.0}, None),
        ({"ust10y": 9.0, "early": 9.0}, None),
        # One that had not come by then denies nothing.
        ({"late": 9.0}, None),
        # Far, and confirmed by the later one alone.
        ({"ust10y": 15.0, "late": 15.0}, f"{LAST}T23:40:00"),
        ({"ust10y": 15.0, "early": 15.0}, None),
    ],
)
def test_a_number_waits_for_one_of_two_where_the_other_denies_it(
    moved_bp: dict[str, float], until: str | None, steady: tuple[str, ...]
) -> None:
    found = history(moved_bp, chain(*steady)).unchecked
    assert [str(one.until) for one in found] == ([] if until is None else [until])
    for one in found:
        assert str(one.since) == f"{LAST}T22:15:00"
        assert one.move == pytest.approx(moved_bp["ust10y"] / 100.0)


def test_each_of_two_that_differ_too_far_is_a_dispute_from_when_both_were_known() -> None:
    found = history({"ust10y": 12.0}, chain("early", "late")).disputes
    assert [(str(one.since), one.sources) for one in found] == [
        (f"{LAST}T22:15:00", ("source of ust10y", "source of early")),
        (f"{LAST}T23:40:00", ("source of ust10y", "source of late")),
    ]
    assert [one.values for one in found] == [(4.32, 4.23), (4.32, 4.15)]
    assert {one.until for one in found} == {NEVER}
    assert {(one.series_id, one.unit) for one in found} == {("ust10y", "pct")}


@pytest.mark.parametrize(("off_bp", "count"), [(10.4, 0), (10.6, 2), (-10.6, 2)])
def test_it_is_one_from_one_and_a_half_times_the_size(off_bp: float, count: int) -> None:
    assert len(history({"ust10y": off_bp}, chain("early", "late")).disputes) == count


def test_a_day_that_the_other_does_not_have_is_not_compared() -> None:
    assert not history({"ust10y": 12.0}, chain("early"), without="early").disputes
    found = history({"ust10y": 9.0}, chain("early"), without="early")
    assert not found.unchecked


def test_two_of_one_hour_agree_in_level_or_confirm_nothing() -> None:
    """Without a steady difference they may differ by the tolerance, here 3 bp, also in binary."""
    plain = SourceChain(
        "ust10y", ("ust10y",), ("early", "late"), 0.2, is_relative=False,
        tolerance_for={"early": 0.03, "late": 0.03}, far=0.15,
    )  # fmt: skip
    assert [str(one.until) for one in history({"ust10y": 20.0}, plain).unchecked] == [str(NEVER)]
    near = history({"ust10y": 20.0, "early": 20.0}, plain)
    assert not near.unchecked
    late = history({"ust10y": 20.0, "late": 28.0}, plain)
    assert [str(one.until) for one in late.unchecked] == [f"{LAST}T23:40:00"]
