"""From when to when the markets of a session trade."""

from __future__ import annotations

from datetime import date

import pytest

from monitor.ingest.market_hours import MarketSession
from tests.support import new_york


@pytest.mark.parametrize(
    ("series_id", "day", "opens", "closes"),
    [
        ("spx", date(2025, 4, 10), "09:30", "16:00"),
        ("ust10y", date(2025, 4, 10), "08:20", "15:00"),
        ("dxy", date(2025, 4, 10), "03:00", "17:00"),
        ("spx", date(2025, 7, 3), "09:30", "13:00"),
        ("ust10y", date(2025, 7, 3), "08:20", "14:00"),
        ("dxy", date(2025, 7, 3), "03:00", "13:00"),
    ],
)
def test_a_market_trades_by_its_own_hours_and_ends_early_on_its_half_days(
    series_id: str, day: date, opens: str, closes: str
) -> None:
    session = MarketSession(day)
    assert session.opened_at(series_id) == new_york(f"{day} {opens}")
    assert session.closed_at(series_id) == new_york(f"{day} {closes}")


def test_what_a_session_says_of_its_day_is_looked_up_once() -> None:
    session = MarketSession(date(2025, 4, 14))
    assert session.due == dict.fromkeys(("spx", "ust10y", "dxy"), date(2025, 4, 11))
    assert session.due is session.due
    assert session.closed_at("spx") is session.closed_at("spx")
