"""A session so far is what the rule says of closes, where the quotes are the closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Final

import numpy as np
import pytest

from rules.catalog.haven_failure import HavenFailure
from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations, Rule
from rules.intraday.quote import Quote, level_so_far
from rules.intraday.sizes import leg_sizes
from rules.intraday.so_far import (
    JUDGED_BY,
    closes_before,
    evidence_so_far,
    judge_so_far,
    quoted_panel,
)
from rules.model import Panel, to_date
from rules.terms import Severity
from tests.slow import quick_where
from tests.spring_figures import rows_of, spring
from tests.support import history_of, new_york

RULES: Final[dict[str, Rule]] = {"joint_selloff": JointSelloff(), "haven_failure": HavenFailure()}
AT: Final = new_york("2025-06-30 23:00")
# The April sessions that the rules found, a rally, and a session after a bond holiday.
SESSIONS: Final = [date(2025, 4, day) for day in (3, 4, 8, 9, 10, 11, 14, 16, 21, 22)] + [
    date(2024, 10, 15),
    date(2024, 11, 12),
]


def panel_of(rule: Rule) -> Panel:
    """The closes of spring 2025."""
    series = tuple(rule.series)
    return history_of(rows_of(spring(), series), series).as_of(AT)


def quotes_of(panel: Panel, session: date, rule: Rule) -> tuple[dict[str, Quote], dict[str, date]]:
    """The closes of a session as quotes, and the day that each moves from."""
    quotes, due = {}, {}
    for name in JUDGED_BY[rule.rule_id]:
        days, values, _ = panel.numbers(name)
        row = int(np.searchsorted(days, np.datetime64(session)))
        at = datetime(session.year, session.month, session.day, 19, 50, tzinfo=UTC)
        quotes[name] = Quote(name, at, float(values[row]), None, "feed", "A feed")
        due[name] = to_date(days[row - 1])
    return quotes, due


@pytest.mark.parametrize("session", quick_where(lambda one: one.day in (10, 15), SESSIONS), ids=str)
@pytest.mark.parametrize("rule_id", RULES)
def test_quotes_equal_to_the_closes_are_judged_as_the_closes(rule_id: str, session: date) -> None:
    rule, panel = RULES[rule_id], panel_of(RULES[rule_id])
    quotes, due = quotes_of(panel, session, rule)
    found = judge_so_far(rule, panel, session, quotes, due)
    (official,) = rule.judge(panel)
    row = int(np.flatnonzero(official.period_end == np.datetime64(session))[-1])
    assert found.severity == official.severity.item(row)
    assert found.measure == pytest.approx(official.measure.item(row), abs=1e-9)
    # A panel of half a year gives the same: nothing further back is read.
    recent = panel.days >= np.datetime64(session - timedelta(days=130))
    short = replace(
        panel, days=panel.days[recent], value=panel.value[:, recent], known=panel.known[:, recent]
    )
    again = judge_so_far(rule, short, session, quotes, due)
    assert again.severity == found.severity
    assert again.measure == pytest.approx(found.measure)


def test_a_quote_is_named_in_the_evidence_with_its_time() -> None:
    rule, session = RULES["joint_selloff"], date(2025, 4, 10)
    panel = panel_of(rule)
    evidence = evidence_so_far(rule, panel, session, *quotes_of(panel, session, rule))
    assert {one.source for one in evidence} >= {"A feed, quote of 15:50"}
    moves = {one.label: round(one.value or 0, 2) for one in evidence if one.unit != "sd"}
    assert moves["S&P 500"] == -3.46


@pytest.mark.parametrize("missing", ["spx", "ust10y", "dxy"])
def test_without_a_quote_or_its_close_before_nothing_is_known(missing: str) -> None:
    rule, session = RULES["joint_selloff"], date(2025, 4, 10)
    panel = panel_of(rule)
    quotes, due = quotes_of(panel, session, rule)
    without = {name: one for name, one in quotes.items() if name != missing}
    assert judge_so_far(rule, panel, session, without, due).severity == Evaluations.UNKNOWN
    late = {**due, missing: due[missing] + timedelta(days=1)}
    assert judge_so_far(rule, panel, session, quotes, late).severity == Evaluations.UNKNOWN
    assert quoted_panel(panel, session, quotes, late) is None


def test_what_a_session_moves_from_is_found_once() -> None:
    panel, session = panel_of(RULES["joint_selloff"]), date(2025, 4, 10)
    before = closes_before(panel, session)
    assert to_date(before.days[-1]) == date(2025, 4, 9)
    assert closes_before(panel, session) is before
    assert closes_before(panel, date(2025, 4, 9)) is not before


@pytest.mark.parametrize(
    ("series_id", "close", "before", "value", "expected"),
    [
        ("spx", 5000.0, None, 4900.0, 4900.0),
        ("spx", 5000.0, 5010.0, 4909.8, 4900.0),  # 2% down by the feed's own close
        ("ust10y", 4.40, 4.35, 4.45, 4.50),  # TNX is no par yield
        ("spx", 5000.0, 5060.0, 4900.0, None),  # the close of another session
        ("ust10y", 4.40, 44.0, 44.5, None),  # another unit
        ("spx", 5000.0, None, 3900.0, None),  # further than stocks may fall
        ("dxy", 100.0, None, 93.9, None),
        ("spx", 5000.0, None, 0.0, None),
        ("spx", 5000.0, -1.0, 4900.0, None),
    ],
)
def test_a_level_is_the_official_close_moved_as_the_feed_moved(
    series_id: str, close: float, before: float | None, value: float, expected: float | None
) -> None:
    quote = Quote(series_id, AT, value, before, "feed")
    assert level_so_far(quote, close) == (None if expected is None else pytest.approx(expected))


def test_the_size_of_a_leg_is_where_its_own_fall_is_of_that_size() -> None:
    rule, session = JointSelloff(), date(2025, 4, 10)
    panel = panel_of(rule)
    quotes, due = quotes_of(panel, session, rule)
    sizes = leg_sizes(rule, closes_before(panel, session))
    at_size = {}
    for name, quote in quotes.items():
        days, values, _ = panel.numbers(name)
        close = float(values[int(np.searchsorted(days, np.datetime64(session))) - 1])
        size = sizes[name][Severity.WARNING] * 1.0001
        level = close + size / 100 if name == "ust10y" else close * (1 + size / 100)
        at_size[name] = replace(quote, value=level)
    found = judge_so_far(rule, panel, session, at_size, due)
    assert found.severity == Severity.WARNING
    assert found.measure == pytest.approx(0.5, rel=1e-3)
