"""How often all three fell, in every sample that is told, over more than ten years of sessions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from rules.catalog.joint_selloff import JointSelloff
from rules.model import AlertText, Signal
from tests.spring_figures import Figures, rows_of
from tests.support import judge, signal_for, utc
from tests.written_out import written_out

LAST = date(2025, 6, 20)
# Sessions on which stocks, the 10-year and the dollar all fell, in tens of a calm session's moves.
SELLOFFS: Mapping[str, float] = {
    "1998-08-27": 9.0,
    "2000-04-14": 2.0,
    "2008-10-06": 9.0,
    "2025-03-10": 4.0,
    "2025-06-20": 3.0,
}


@cache
def figures(since: str) -> Figures:
    """Calm markets but for the selloffs: stocks and yields rise while the dollar falls, or the
    other way round, by 0.1%, 1bp and 0.05%; of each twenty sessions all three fall a fifth
    as far on one to 2004, of each forty on one later."""
    days = np.arange(since, np.datetime64(LAST) + 1, dtype="datetime64[D]")
    days = days[np.is_busday(days)]
    calm = 0.1 * (-1.0) ** np.arange(len(days))
    falls = {"spx": calm.copy(), "ust10y": -calm, "dxy": -calm}
    rows = np.arange(len(days))
    together = np.where(days < np.datetime64("2005-01-01"), rows % 20 == 0, rows % 40 == 0)
    for fall in falls.values():
        fall[together] = 0.02
        for day, size in SELLOFFS.items():
            fall[days == np.datetime64(day)] = size
    levels = {
        "spx": 1000.0 * np.exp(-np.cumsum(falls["spx"]) / 100.0),
        "ust10y": 3.0 + np.cumsum(falls["ust10y"]) / 10.0,
        "dxy": 100.0 * np.exp(-np.cumsum(falls["dxy"]) / 200.0),
    }
    return {
        name: dict(zip(days.tolist(), values.tolist(), strict=True))
        for name, values in levels.items()
    }


@cache
def signal_of(since: str, day: date = LAST) -> Signal:
    """A selloff as of the evening after it."""
    rows = rows_of(figures(since), ("spx", "ust10y", "dxy", "usd_basket"))
    at = utc(f"{day + timedelta(days=1)} 00:00")
    return signal_for(judge(JointSelloff(), rows, at)["us"], day)


def explained(since: str, day: date = LAST) -> AlertText:
    """Its words."""
    return signal_of(since, day).explained


@pytest.mark.parametrize(
    ("since", "said"),
    [
        (
            "1998-01-01",
            "4 sessions since Wed 1 Apr 1998 (0.15 a year), 3 since 1999 (0.11 a year), last on "
            "Mon 10 Mar 2025. All three fell, by any size, on 3.2% of 7,166 sessions, on 3.1% "
            "since 1999.",
        ),
        (
            "2000-01-01",
            "3 sessions since Fri 31 Mar 2000 (0.12 a year), 2 in the last ten years (0.20 a "
            "year), last on Mon 10 Mar 2025. All three fell, by any size, on 3.1% of 6,644 "
            "sessions, on 2.6% in the last ten years.",
        ),
        (
            "2025-01-01",
            "0 sessions (0.00 a year) in the shipped sample, 1999 to August 2026; the database "
            "holds only 0.5 years.",
        ),
    ],
)
def test_a_rate_is_told_of_all_that_is_stored_and_of_the_years_since_1999_or_the_last_ten(
    since: str, said: str
) -> None:
    assert explained(since).unusual == (
        f"Smallest of the three moves: S&P 500, 30.25σ (63-day). As large or larger: {said} 2nd "
        "of notice size or more in 2025."
    )


def test_the_numbers_behind_the_rates_are_of_the_same_samples() -> None:
    found = {one.label: one.value for one in explained("1998-01-01").evidence}
    assert found["Sessions in the sample"] == 7166
    assert found["Of notice size or more this month"] == 1
    assert found["Of notice size or more this year"] == 2
    assert found["As large or larger"] == 4
    assert found["As large or larger since 1999"] == 3
    assert found["As large or larger, a year"] == pytest.approx(4 / 27.22, abs=1e-4)
    assert found["As large or larger, a year since 1999"] == pytest.approx(3 / 26.467, abs=1e-4)
    assert found["All three down, share of sessions"] == pytest.approx(100 * 230 / 7166, abs=0.03)


def test_the_largest_has_none_before_it() -> None:
    assert (
        "1 session since Tue 1 Apr 2014 (0.09 a year), 1 in the last ten years (0.10 a year), none "
        "before it. All three fell, by any size, on 2.5% of 2,918 sessions, on 2.5% in the last "
        "ten years. 1st of notice size or more in 2025."
    ) in explained("2014-01-01", date(2025, 3, 10)).unusual


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2008-10-06", "3 sessions this severe since 1998, last on Fri 14 Apr 2000."),
        ("2025-06-20", "5 sessions this severe since 1998, last on Mon 10 Mar 2025."),
    ],
)
def test_at_a_glance_it_is_said_how_many_were_as_severe(day: str, said: str) -> None:
    assert explained("1998-01-01", date.fromisoformat(day)).head.rarity == said


def test_the_first_in_ten_years_is_said_to_be_that() -> None:
    assert explained("2014-01-01", date(2025, 3, 10)).head.rarity == (
        "The first session this severe since 2014."
    )


def test_all_of_it_over_twenty_seven_years(snapshot: SnapshotAssertion) -> None:
    assert written_out(JointSelloff(), signal_of("1998-01-01")) == snapshot
