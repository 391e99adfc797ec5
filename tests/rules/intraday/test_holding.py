"""What has held for ten minutes, from samples a minute apart."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

import pytest

from rules.evaluation import Evaluations
from rules.intraday.holding import Held, Sample, held, held_since
from rules.intraday.quote import Quote
from tests.support import new_york

OPEN: Final = new_york("2025-04-10 11:00")
HOLD: Final = timedelta(minutes=10)
UNKNOWN, QUIET, NOTICE, WARNING, CRITICAL = -1, 0, 1, 2, 3


def minute(number: float) -> datetime:
    """So many minutes after 11:00."""
    return OPEN + timedelta(minutes=number)


def samples(codes: str, *, is_frozen: bool = False, level: float = 0.01) -> list[Sample]:
    """A sample a minute: `.` quiet, `n`, `w`, `c`, `?` unknown."""
    found = []
    for number, code in enumerate(codes):
        at = minute(0 if is_frozen else number)
        quote = Quote("spx", at, 5000.0 + level * number, None, "feed")
        found.append(
            Sample(minute(number), "?.nwc".index(code) - 1, {"spx": quote}, frozenset({"spx"}))
        )
    return found


@pytest.mark.parametrize(
    ("codes", "at", "expected"),
    [
        ("wwwwwwwwwww", 10, Held(WARNING, WARNING)),
        ("wwwwwwwwww", 9, None),  # a minute short
        (".wwwwwwwwww", 10, Held(QUIET, WARNING)),
        ("wcccccccccc", 10, Held(WARNING, CRITICAL)),
        ("wwwww?wwwww", 10, None),
        ("wwwww.wwwww", 10, Held(QUIET, WARNING)),
        ("w", 10, None),  # one quote, which nobody confirmed
        ("...........", 10, Held(QUIET, QUIET)),
        ("ww........nn", 11, Held(QUIET, WARNING)),
        ("", 10, None),
    ],
)
def test_the_mildest_and_the_worst_of_ten_minutes(
    codes: str, at: float, expected: Held | None
) -> None:
    nothing = Held(Evaluations.UNKNOWN, Evaluations.UNKNOWN)
    assert held(samples(codes), minute(at), HOLD) == (expected or nothing)


def test_quotes_that_stand_still_have_not_held() -> None:
    unknown = Held(Evaluations.UNKNOWN, Evaluations.UNKNOWN)
    assert held(samples("w" * 11, is_frozen=True), minute(10), HOLD) == unknown
    assert held(samples("w" * 11, level=0.0), minute(10), HOLD) == unknown


def test_since_when_it_is_so_severe() -> None:
    assert held_since(samples("..wcw"), WARNING) == minute(2)
    assert held_since(samples("w.w?"), WARNING) is None
    assert held_since([], WARNING) is None


def test_a_sample_of_later_changes_nothing() -> None:
    now = samples("wwwwwwwwwww")
    assert held([*now, *samples("." * 20)[11:]], minute(10), HOLD) == held(now, minute(10), HOLD)
