"""What followed: counted in each market's own sessions, from the last close before it was known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from rules.context.aftermath import analogues, release_instants
from rules.markets.market import MARKET
from rules.model import Panel, type_float, type_time
from tests.support import history_of, utc

AT = utc("2026-01-01 00:00")
KNOWN = np.datetime64("2025-03-01")


def days(*texts: str) -> type_time:
    return np.array(texts, dtype="datetime64[D]")


def rising_market(count: int = 40) -> Panel:
    sessions = [stamp.date() for stamp in pd.bdate_range("2025-01-01", periods=count)]
    lines = {
        "spx": [100.0 * 1.01**place for place in range(count)],
        "ust10y": [4.0 + 0.02 * place for place in range(count)],
        "dxy": [100.0 - place for place in range(count)],
    }
    rows = [
        (name, day, utc(f"{day} 22:00"), 1, value)
        for name, line in lines.items()
        for day, value in zip(sessions, line, strict=True)
    ]
    return history_of(rows, MARKET).as_of(AT)


def with_values(panel: Panel, series_id: str, values: Sequence[float] | type_float) -> Panel:
    """The panel with other numbers of one series."""
    value = panel.value.copy()
    value[panel.rows([series_id])] = values
    return replace(panel, value=value)


def without(panel: Panel, series_id: str, day: str) -> Panel:
    """The panel without the number of one day."""
    line = panel.value[panel.rows([series_id])[0]]
    return with_values(panel, series_id, np.where(panel.days == np.datetime64(day), np.nan, line))


def test_what_followed_is_counted_in_sessions_and_only_what_is_over() -> None:
    panel = rising_market()
    known = np.datetime64("2025-02-10T23:00:00")  # the 29th session
    found = analogues(panel, known, days("2025-01-01", "2025-02-03"), np.array([1.5, 2.5]), "sd")
    newest, oldest, average = found
    assert (oldest.period_end, oldest.value, oldest.unit) == (date(2025, 1, 1), 1.5, "sd")
    assert oldest.spx_pct == (1.0, 5.1, 23.24)
    assert oldest.ust10y_bp == (2.0, 10.0, 42.0)
    assert oldest.dxy_pct == (-1.0, -5.0, -21.0)
    assert newest.spx_pct == (1.0, 5.1, None)
    # Beside them what all sessions did, as far as it was known then.
    assert (average.mean_of, average.period_end) == (29, date(2025, 1, 1))
    assert average.spx_pct == (1.0, 5.1, 23.24)
    assert average.ust10y_bp == (2.0, 10.0, 42.0)


def test_the_aftermath_begins_at_the_last_close_of_a_period_that_is_no_session() -> None:
    (one, _) = analogues(
        rising_market(),
        np.datetime64(AT.replace(tzinfo=None)),
        days("2025-01-05"),
        np.array([np.nan]),
        "x",
    )
    assert one.value is None
    assert one.spx_pct[0] == 1.0  # from Friday the 3rd to Monday the 6th
    (early, _) = analogues(
        rising_market(), np.datetime64("2025-03-01"), days("2024-12-01"), np.array([1.0]), "x"
    )
    assert early.spx_pct == (None, None, None)


def test_only_the_last_five_are_shown_the_newest_first() -> None:
    many = days(*(f"2025-01-{day:02d}" for day in range(1, 9)))
    found = analogues(rising_market(), np.datetime64("2025-03-01"), many, np.arange(8.0), "x")
    assert [one.value for one in found] == [7.0, 6.0, 5.0, 4.0, 3.0, None]


@pytest.mark.parametrize(
    ("published", "begins"),
    [
        ("2025-01-15T20:00:00", 10),  # 16:00 in New York in summer: after the close of the day
        ("2025-01-15T21:00:00", 10),
        ("2025-01-16T01:00:00", 10),  # the evening of the 15th
        ("2025-01-15T14:00:00", 9),  # in the morning: the day's close comes after it
    ],
)
def test_what_followed_a_release_is_counted_from_its_publication(
    published: str, begins: int
) -> None:
    panel = rising_market()
    panel = with_values(panel, "spx", [100.0 + place for place in range(len(panel.days))])
    when = np.array([published], dtype="datetime64[s]")
    (one, _) = analogues(panel, KNOWN, days("2024-11-30"), np.array([1.0]), "usd_bn", when)
    assert one.period_end == date(2024, 11, 30)
    assert one.spx_pct[0] == round(100.0 / (100.0 + begins), 2)


def test_each_market_is_followed_by_its_own_closes() -> None:
    panel = without(rising_market(), "dxy", "2025-01-06")
    (one, _) = analogues(panel, KNOWN, days("2025-01-06"), np.array([1.0]), "sd")
    assert one.spx_pct[0] == 1.0  # from the 6th, on which the dollar has no close
    assert one.dxy_pct[0] == round(100.0 * (96.0 / 98.0 - 1.0), 2)  # from the 3rd to the 7th


def test_nothing_like_it_means_no_table() -> None:
    assert analogues(rising_market(), KNOWN, days(), np.array([]), "sd") == ()


def test_what_was_revised_came_out_when_its_first_number_did_or_as_usual() -> None:
    rows = [
        ("net", date(2025, 3, 31), utc("2025-06-18 20:00"), 2, 1.0),  # revised
        ("held", date(2025, 3, 31), utc("2025-05-16 20:00"), 1, 1.0),
        ("net", date(2025, 4, 30), utc("2026-06-18 20:00"), 3, 1.0),  # a whole new history
    ]
    panel = history_of(rows, ("net", "held")).as_of(utc("2027-01-01 00:00"))
    found = release_instants(panel, ("net", "held"), days("2025-03-31", "2025-04-30"), 35)
    assert found.astype(str).tolist() == ["2025-05-16T20:00:00", "2025-06-18T20:00:00"]
    assert len(release_instants(panel, ("net",), days(), 35)) == 0
