"""What is said of a rise of the term premium: its place, its share, and the other model."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from rules.model import Panel
from rules.shared.premium_text import (
    agreement,
    earlier_changes,
    other_evidence,
    other_model,
    rank_evidence,
    rank_sentence,
    share_sentence,
)
from tests.support import Row, history_of, utc

DAYS = [date(2025, 4, day) for day in (1, 2, 3, 4, 7, 8)]
SERIES = ("acm_tp10y", "kw_tp10y")


def panel(*rows: Row) -> Panel:
    return history_of(rows, SERIES).as_of(utc("2025-04-30 00:00"))


def numbers(series_id: str, levels: list[float], vintage: int = 1, first: int = 0) -> list[Row]:
    """A level a day, each known on the day after; of ACM all on the day of the vintage."""
    return [
        (
            series_id,
            day,
            utc(f"2025-04-{20 + vintage} 12:00")
            if series_id == "acm_tp10y"
            else utc(f"{day + timedelta(days=1)} 12:00"),
            vintage,
            level,
        )
        for day, level in zip(DAYS[first:], levels, strict=False)
    ]


def test_earlier_changes_are_of_the_newest_vintage_and_before_it_of_the_longest() -> None:
    known = panel(
        *numbers("acm_tp10y", [0.10, 0.11, 0.13, 0.16]),
        *numbers("acm_tp10y", [0.50, 0.60, 0.80], vintage=2, first=3),
    )
    found = earlier_changes(known, DAYS[5], 1)
    assert found.tolist() == [1.0, 2.0, 3.0, 10.0]  # 4 April is known by the older one alone
    assert [stamp.date() for stamp in pd.DatetimeIndex(found.index)] == DAYS[1:5]
    assert earlier_changes(known, DAYS[5], 2).tolist() == [3.0, 5.0]
    assert earlier_changes(known, date(2025, 4, 9), 1).tolist()[-2:] == [10.0, 20.0]
    assert earlier_changes(panel(*numbers("kw_tp10y", [0.1, 0.2])), DAYS[5], 1).empty


EARLIER = pd.Series(
    [5.0, 9.0, -3.0, 7.0], index=pd.DatetimeIndex([str(day) for day in DAYS[:4]]), dtype=float
)


@pytest.mark.parametrize(
    ("size_bp", "since", "place", "last"),
    [
        (8.0, "2025-04-08", "2nd-largest", ", last on Wed 2 Apr 2025"),
        # One as large counts as larger; one that is part of the same rise is not the last.
        (7.0, "2025-04-04", "3rd-largest", ", last on Wed 2 Apr 2025"),
        (7.0, "2025-04-05", "3rd-largest", ", last on Fri 4 Apr 2025"),
        (9.5, "2025-04-08", "Largest", ""),
    ],
)
def test_a_rise_is_ranked_and_the_last_other_one_is_named(
    size_bp: float, since: str, place: str, last: str
) -> None:
    assert rank_sentence(EARLIER, 5, size_bp, DAYS[5], np.datetime64(since)) == (
        f"{place} rise over 5 sessions of 5 since Tue 1 Apr 2025 (under ten years of data){last}."
    )
    assert rank_sentence(EARLIER[:0], 5, size_bp, DAYS[5], np.datetime64(since)) == ""


def test_the_numbers_behind_it_name_their_sample() -> None:
    *place, share = rank_evidence(EARLIER, DAYS[5], 5, 8.0, 16.0)
    assert [(one.label, one.value) for one in place[1:]] == [
        ("Rise over 5 sessions, percentile", 75.0),
        ("Rise over 5 sessions, rank", 2.0),
        ("Rise over 5 sessions, sample", 5.0),
    ]
    assert {one.source for one in place} == {"stored vintages; sample since 2025-04-01"}
    assert (share.label, share.value, share.unit, share.period_end, share.source) == (
        "Share of the fitted yield's rise over 5 sessions", 50.0, "pct", DAYS[5],
        "stored vintages since 2025-04-01")  # fmt: skip
    for fell in (0.0, -4.0):  # no share of what did not rise
        assert rank_evidence(EARLIER, DAYS[5], 5, 8.0, fell)[-1].value is None
    assert rank_evidence(EARLIER[:0], DAYS[5], 5, 8.0, 16.0) == ()


@pytest.mark.parametrize(
    ("yield_bp", "said"),
    [
        (
            20.0,
            "The fitted 10-year yield rose 20.0bp over the same sessions, 40% of it term premium.",
        ),
        (
            0.5,
            "The fitted 10-year yield rose 0.5bp over the same sessions, 1,600% of it term "
            "premium.",
        ),
        (0.0, "The fitted 10-year yield changed 0.0bp over the same sessions."),
        (-2.25, "The fitted 10-year yield changed −2.2bp over the same sessions."),
        (
            np.nan,
            "The model's fitted yield is missing, so its share of the yield move is unknown.",
        ),
    ],
)
def test_the_premiums_share_of_a_yields_rise_is_said(yield_bp: float, said: str) -> None:
    assert share_sentence(8.0, yield_bp) == said


KIM_WRIGHT = panel(*numbers("kw_tp10y", [0.10, 0.14, 0.12, 0.20, 0.21, 0.30]))


def test_the_other_model_is_read_up_to_the_period_as_known_by_an_instant() -> None:
    late = np.datetime64("2025-04-20")
    assert other_model(KIM_WRIGHT, late, DAYS[5], 1).tolist() == [4.0, -2.0, 8.0, 1.0, 9.0]
    assert other_model(KIM_WRIGHT, late, DAYS[3], 2).tolist() == [2.0, 6.0]
    # What came at noon of 5 April was known by then, not a second before.
    at = np.datetime64("2025-04-05T12:00:00")
    assert len(other_model(KIM_WRIGHT, at, DAYS[5], 1)) == 3
    assert len(other_model(KIM_WRIGHT, at - np.timedelta64(1, "s"), DAYS[5], 1)) == 2


CHANGE = "+9.0bp over as many sessions to Tue 8 Apr 2025."


@pytest.mark.parametrize(
    ("size_bp", "period", "said"),
    [
        (8.0, DAYS[5], f"Kim-Wright agrees: {CHANGE}"),
        (0.1, DAYS[5], f"Kim-Wright agrees: {CHANGE}"),
        (-8.0, DAYS[5], f"Kim-Wright does not agree: {CHANGE}"),
        (0.0, DAYS[5], f"Kim-Wright does not agree: {CHANGE}"),
        (
            8.0,
            date(2025, 4, 9),
            f"Kim-Wright is not published yet for these sessions; last {CHANGE}",
        ),
    ],
)
def test_whether_the_other_model_says_the_same(size_bp: float, period: date, said: str) -> None:
    other = other_model(KIM_WRIGHT, np.datetime64("2025-04-20"), DAYS[5], 1)
    assert agreement(other, period, size_bp) == said
    assert agreement(other[:0], period, size_bp) == "No Kim-Wright data to compare with."


def test_the_other_models_numbers_have_their_own_date_and_source() -> None:
    other = other_model(KIM_WRIGHT, np.datetime64("2025-04-20"), DAYS[4], 1)
    found = other_evidence(KIM_WRIGHT, other, 1)
    assert [(one.label, one.value, one.unit) for one in found] == [
        ("Kim-Wright 10-year term premium, change over 1 session", 1.0, "bp"),
        ("Kim-Wright 10-year term premium, percentile of that", pytest.approx(100 / 3), "pct"),
        ("Kim-Wright 10-year term premium", 0.21, "pct"),
    ]
    assert {(one.period_end, one.source) for one in found} == {(DAYS[4], "source of kw_tp10y")}
    assert other_evidence(KIM_WRIGHT, other[:1], 1)[1].value is None
    assert other_evidence(KIM_WRIGHT, other[:0], 1) == ()
