"""How rare an alert is said to be: of what could be judged, and in the words of its period."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from rules.case import Case
from rules.evaluation import Evaluations
from rules.point_in_time.panel import History
from rules.rarity import rarity
from rules.terms import Kind
from tests.support import utc

QUIET, NOTICE, WARNING = 0, 1, 2


def case(kind: Kind, fired: dict[int, int], first_known: int, years: range) -> Case[None]:
    """A period at the end of each October, of which those from `first_known` on have a number; the
    last year is the alert's."""
    period = np.array([f"{year}-10-31" for year in years], dtype="datetime64[D]")
    severity = np.array([fired.get(year, QUIET) for year in years], dtype=np.int8)
    is_known = np.array([year >= first_known for year in years])
    none = np.zeros(len(period), dtype=bool)
    answers = Evaluations(
        rule_id="a_rule_without_a_shipped_rate",
        subject="us",
        period_end=period,
        known_at=period.astype("datetime64[s]"),
        severity=severity,
        provisional=none,
        keeps_open=none,
        measure=np.where(is_known, 1.0, np.nan),
        measure_unit="sd",
        ratios=np.ones((len(period), 1)),
        explain=lambda _: pytest.fail("it is not explained"),
    )
    nothing = History.of((), {}, **EMPTY).as_of(AT)
    return Case(nothing, kind, answers, None, len(period) - 1)


AT: datetime = utc("2026-01-01 00:00")
EMPTY: dict[str, Any] = {
    "column": np.array([], dtype=np.int64),
    "period_end": np.array([], dtype="datetime64[D]"),
    "known_at": np.array([], dtype="datetime64[s]"),
    "vintage": np.array([], dtype=np.int64),
    "value": np.array([], dtype=np.float64),
}
FIRED = {1965: WARNING, 1998: NOTICE, 2016: WARNING, 2025: WARNING}


@pytest.mark.parametrize(
    ("kind", "noun", "fired", "first_known", "said"),
    [
        # What fired when a leg had no number yet is no part of what is counted.
        (Kind.EVENT, "session", FIRED, 1971,
         "2 sessions this severe since 1971, last on Mon 31 Oct 2016."),
        (Kind.EVENT, "session", FIRED, 1962,
         "3 sessions this severe since 1962, last on Mon 31 Oct 2016."),
        (Kind.EVENT, "month", FIRED, 1971,
         "2 months this severe since 1971, last in October 2016."),
        (Kind.EVENT, "week", FIRED, 1971,
         "2 weeks this severe since 1971, last in the week to Mon 31 Oct 2016."),
        (Kind.CONDITION, "session", FIRED, 1971, "3rd time since 1971, last on Mon 31 Oct 2016."),
        (Kind.CONDITION, "month", {2025: NOTICE}, 1971, "The first time since 1971."),
        (Kind.EVENT, "auction", {2025: NOTICE}, 1971, "The first auction this severe since 1971."),
        (Kind.EVENT, "auction", FIRED, 2020,
         "The first auction this severe since Sat 31 Oct 2020 (under ten years of data)."),
        (Kind.EVENT, "auction", {2021: WARNING, 2025: NOTICE}, 2020,
         "2 auctions this severe since Sat 31 Oct 2020 (under ten years of data), last on Sun "
         "31 Oct 2021."),
        (Kind.EVENT, "auction", FIRED, 2025, "Too little history to say how rare it is."),
    ],
)  # fmt: skip
def test_it_is_counted_from_when_it_could_be_judged(
    kind: Kind, noun: str, fired: dict[int, int], first_known: int, said: str
) -> None:
    assert rarity(case(kind, fired, first_known, range(1962, 2026)), noun) == said
