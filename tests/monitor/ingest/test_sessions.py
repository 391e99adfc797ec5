"""Which days are sessions of what, when trading ends on them, and the gate that refuses others."""

from __future__ import annotations

from datetime import date, time

import numpy as np
import pandas as pd
import pytest

from monitor.config.plugins import source_types
from monitor.errors import BodyRejected
from monitor.ingest.calendars import (
    ANY_DAY,
    FED,
    MONTH_ENDS,
    NYSE,
    SATURDAYS,
    TARGET,
    US_BONDS,
    US_OFFICES,
    WEDNESDAYS,
    WEEKDAYS,
    closes_at,
    is_session,
    last_of_next_week,
    last_session,
)
from monitor.ingest.validation_sessions import check_sessions
from monitor.sources.cboe import Cboe
from monitor.sources.cboe_vix import CboeVix
from tests.support import body, new_york

SUNDAY, SATURDAY = "2026-11-22", "2026-11-21"


def numbers_of(*days: str) -> pd.DataFrame:
    return pd.DataFrame({"x": 1.0}, index=pd.DatetimeIndex(days))


@pytest.mark.parametrize("name", sorted(source_types()))
def test_every_source_says_on_which_days_its_periods_lie(name: str) -> None:
    source = source_types()[name]
    monthly = ("treasury_tic", "tic_assets", "tic_form_s", "tic_holdings", "mof_investors")
    calendar = NYSE if name == "table" else source.calendar
    expected = {WEDNESDAYS: ("h41",), SATURDAYS: ("mof_flows",), MONTH_ENDS: monthly}
    assert [kind for kind, names in expected.items() if name in names] == [
        kind for kind in expected if kind == calendar
    ]
    for day in (SUNDAY,) if calendar == SATURDAYS else (SATURDAY, SUNDAY):
        with pytest.raises(BodyRejected, match=f"got S.. {day}"):
            check_sessions(numbers_of(day), name, calendar)


@pytest.mark.parametrize(
    ("calendar", "closed", "open_"),
    [
        # Special closures, holidays of one market, and what is one in another market only.
        (NYSE, "2018-12-05", "2018-12-04"),
        (NYSE, "2025-01-09", "2025-10-13"),
        (NYSE, "2026-04-03", "2026-11-11"),
        (NYSE, "2026-11-26", "2026-11-27"),
        (US_BONDS, "2025-10-13", "2025-01-09"),
        (US_BONDS, "2025-04-18", "2026-04-03"),
        (US_BONDS, "2018-12-05", "2021-12-31"),
        (TARGET, "2026-04-06", "2026-11-26"),
        (TARGET, "2026-05-01", "2026-05-14"),
        (FED, "2026-10-12", "2026-04-03"),
        (US_OFFICES, "2026-07-03", "2026-04-03"),
        (US_OFFICES, "2024-12-24", "2024-12-26"),
        (WEEKDAYS, "2026-11-22", "2026-11-26"),
        (WEDNESDAYS, "2026-11-24", "2026-11-25"),
        (SATURDAYS, "2026-11-22", "2026-11-21"),
        (MONTH_ENDS, "2026-02-27", "2026-02-28"),
    ],
)
def test_a_day_that_is_no_session_of_its_market_is_refused(
    calendar: str, closed: str, open_: str
) -> None:
    check_sessions(numbers_of(open_), "source", calendar)
    with pytest.raises(BodyRejected, match=f"got ... {closed}"):
        check_sessions(numbers_of(open_, closed), "source", calendar)
    nothing = numbers_of(open_, closed)
    nothing.loc[closed] = np.nan
    check_sessions(nothing, "source", calendar)
    check_sessions(numbers_of(closed), "source", ANY_DAY)


def test_of_long_ago_only_weekends_are_refused() -> None:
    check_sessions(numbers_of("1996-04-05"), "source", US_BONDS)
    with pytest.raises(BodyRejected, match="Sun 1996-04-07"):
        check_sessions(numbers_of("1996-04-07"), "source", US_BONDS)


@pytest.mark.parametrize(
    ("market", "day", "usual", "expected"),
    [
        (NYSE, "2026-11-25", time(16, 0), "16:00"),
        (NYSE, "2026-11-27", time(16, 0), "13:00"),
        (NYSE, "2025-12-24", time(16, 0), "13:00"),
        (NYSE, "2025-07-03", time(17, 0), "13:00"),
        (NYSE, "2026-07-02", time(16, 0), "16:00"),
        (US_BONDS, "2026-11-27", time(15, 0), "14:00"),
        (US_BONDS, "2026-04-03", time(15, 0), "12:00"),
        (US_BONDS, "2025-01-09", time(15, 0), "14:00"),
        (US_BONDS, "2025-01-08", time(15, 0), "15:00"),
        (US_BONDS, "2025-12-31", time(13, 0), "13:00"),
    ],
)
def test_trading_ends_earlier_on_half_days(
    market: str, day: str, usual: time, expected: str
) -> None:
    assert closes_at(market, date.fromisoformat(day), usual) == new_york(f"{day} {expected}")


def test_the_last_session_up_to_a_day_and_of_the_week_after() -> None:
    assert last_session(NYSE, date(2026, 11, 26)) == date(2026, 11, 25)
    assert last_session(NYSE, date(2026, 11, 29)) == date(2026, 11, 27)
    assert last_of_next_week(US_BONDS, date(2025, 4, 11)) == date(2025, 4, 17)
    assert last_of_next_week(US_BONDS, date(2025, 4, 6)) == date(2025, 4, 11)
    assert not is_session(US_BONDS, date(2025, 4, 18))


def test_rows_of_the_stock_exchanges_holidays_are_left_out() -> None:
    rows = ("11/25/2025,17,18,16,17.19", "11/27/2025,17,18,17,17.21", "11/28/2025,17,18,16,16.35")
    vix = CboeVix().parse(
        body("DATE,OPEN,HIGH,LOW,CLOSE\n" + "\n".join(rows)), new_york("2025-12-01 18:30")
    )
    assert [f"{day:%m-%d}" for day in vix.index] == ["11-25", "11-28"]
    closes = ("11/26/2025,6812.61", "11/27/2025,6812.61", "11/28/2025,6849.09")
    spx = Cboe().parse(body("DATE,SPX\n" + "\n".join(closes)), new_york("2025-12-01 18:30"))
    assert [f"{day:%m-%d}" for day in spx.index] == ["11-26", "11-28"]
