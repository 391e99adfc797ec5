"""The levels in a digest, with their changes over sessions and weeks."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pandas as pd

from alerts.digest.levels import levels
from rules.model import Series
from tests.alerts.digests import facts, read
from tests.spring_figures import spring
from tests.support import panel_of_tables


def test_levels_of_different_sessions_are_dated_each() -> None:
    frame = facts().levels.frame.copy()
    frame.loc[pd.Timestamp("2025-04-10"), "ust10y"] = float("nan")
    levels = panel_of_tables(facts().at, frame, facts().levels.known_at, facts().levels.series)
    text = read(replace(facts(), levels=levels)).replace("\n", " ")
    assert "Thu 10 Apr 2025: S&P 500 5,268.05 (−3.5%), DXY 100.87 (−2.0%). Wed 9" in text


def test_levels_show_changes_over_1_5_and_21_sessions() -> None:
    line = next(one for one in read(facts()).splitlines() if one.startswith("title of spx"))
    assert line.split()[3:8] == ["2025-04-10", "5,268.05", "−3.5%", "−2.4%", "−5.9%"]
    closes = list(spring(until=date(2025, 4, 10))["spx"].values())
    changes = [100 * (closes[-1] / closes[-1 - lag] - 1) for lag in (1, 5, 21)]
    assert [round(change, 1) for change in changes] == [-3.5, -2.4, -5.9]


def test_what_comes_weekly_has_changes_over_weeks() -> None:
    days = [date(2025, 1, 8) + timedelta(days=7 * count) for count in range(14)]
    values = [2_900_000.0 + 1000.0 * count for count in range(14)]
    custody = Series("custody", "In custody", "usd_mn", "week", "H.4.1")
    frame = pd.DataFrame({"custody": values}, index=pd.DatetimeIndex(days))
    levels = panel_of_tables(facts().at, frame, frame, {"custody": custody})
    text = read(replace(facts(), levels=levels))
    (line,) = [one for one in text.splitlines() if one.startswith("In custody")]
    assert "$2,913.0bn" in line
    assert "+$1.0bn" in line
    assert "+$4.0bn" in line
    assert "+$13.0bn" in line
    assert "13 w" in text


def test_positions_are_told_in_whole_contracts() -> None:
    days = [date(2025, 1, 7) + timedelta(days=7 * count) for count in range(14)]
    values = [-2_000_000.0 - 1000.0 * count for count in range(14)]
    net = Series("net", "Leveraged funds, net", "contracts", "week", "CFTC")
    frame = pd.DataFrame({"net": values}, index=pd.DatetimeIndex(days))
    panel = panel_of_tables(facts().at, frame, frame, {"net": net})
    (level,) = levels(panel, "week")
    assert level.value == "−2,013,000 contracts"
    assert level.changes == ("−1,000 contracts", "−4,000 contracts", "−13,000 contracts")
