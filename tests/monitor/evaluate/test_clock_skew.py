"""The machine's clock against the publishers'."""

from __future__ import annotations

from datetime import timedelta

import pytest

from alerts.transport.date_header import clock_offset
from monitor.evaluate.clock_skew import clock_signals, clock_troubles
from rules.terms import Answer
from tests.support import utc

NOW = utc("2025-04-08 01:00")
DATE = "Tue, 08 Apr 2025 00:50:00 GMT"


@pytest.mark.parametrize(
    ("headers", "minutes"),
    [
        ({"Date": DATE}, 10),
        ({"Date": DATE, "Age": "600"}, 0),
        ({"Date": DATE, "Age": "old"}, None),
        ({"Date": "yesterday"}, None),
        ({}, None),
    ],
)
def test_how_far_this_clock_is_ahead_allows_for_what_a_cache_kept(
    headers: dict[str, str], minutes: int | None
) -> None:
    wanted = None if minutes is None else timedelta(minutes=minutes)
    assert clock_offset(headers, NOW) == wanted


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        ((), ""),
        ((40,), ""),
        ((5, 5), ""),
        ((6, 40), "6 minutes or more ahead of the clocks of 2 publishers"),
        ((-40, -41, 0), "40 minutes or more behind the clocks of 2 publishers"),
        ((40, -40), ""),
        ((40, 40, 0, 0), ""),
    ],
)
def test_two_publishers_and_most_of_those_asked_must_contradict_it(
    minutes: tuple[int, ...], said: str
) -> None:
    ahead = {str(place): timedelta(minutes=one) for place, one in enumerate(minutes)}
    found = clock_troubles(ahead)
    assert said in "".join(found)
    assert bool(found) is bool(said)
    signals = list(clock_signals(ahead, NOW))
    if len(minutes) < 2:
        assert signals == []
    else:
        (signal,) = signals
        assert (signal.answer is Answer.FIRING) is bool(said)
