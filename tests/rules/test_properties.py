"""What must hold for every rule, whatever the numbers: no look-ahead, and one judgement of all
periods equals the judgements of every instant between."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from alerts.model import Alert
from monitor.discovery import rule_types
from monitor.verdicts import Verdicts, decide_rule
from rules.model import Answer, Rule
from tests.support import Row, history_of, new_york, rows_of, spring, tic_rows

# Long enough for a warm-up of 63 sessions, and a window with something of every rule in it.
FIRST_DAY = date(2024, 12, 2)
START = new_york("2025-03-31 12:00")
END = new_york("2025-05-17 12:00")
RULES = sorted(rule_types())


def rows_for(rule: Rule) -> list[Row]:
    market = rows_of(spring(since=FIRST_DAY), rule.series)
    return [*market, *(row for row in tic_rows() if row[0] in rule.series)]


def verdicts(rule: Rule, rows: list[Row], since: datetime | None, until: datetime) -> Verdicts:
    return decide_rule(history_of(rows, rule.series), rule, {}, {}, since, until)


def told(found: Verdicts, until: datetime) -> list[tuple[object, ...]]:
    return [
        (t.after.alert_id, t.reason, t.after.severity, t.after.provisional, t.signal.known_at)
        for t in (one.outline for one in found.decided)
        if t.signal.known_at <= until
    ]


@st.composite
def disturbed(draw: st.DrawFn, rows: list[Row]) -> list[Row]:
    """The figures with some numbers late, some revised later, and some never there."""
    out = list(rows)
    recent = [i for i, row in enumerate(rows) if START < row[2] < END - timedelta(days=10)]
    for index in draw(st.lists(st.sampled_from(recent), max_size=12, unique=True)):
        name, day, known, vintage, value = rows[index]
        later = known + timedelta(hours=draw(st.integers(1, 400)))
        change = draw(st.sampled_from(["late", "revised", "missing"]))
        if change == "late":
            out[index] = (name, day, later, vintage, value)
        elif change == "revised":
            factor = draw(st.floats(0.97, 1.03))
            out.append((name, day, later, vintage + 1, value * factor))
        else:
            out[index] = (name, day, END + timedelta(days=1), vintage, value)
    return out


@pytest.mark.parametrize("rule_id", RULES)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_what_comes_later_changes_nothing_before(rule_id: str, data: st.DataObject) -> None:
    rule = rule_types()[rule_id]()
    rows = data.draw(disturbed(rows_for(rule)))
    moment = START + timedelta(hours=data.draw(st.integers(24, 24 * 45)))
    poisoned = [
        (name, day, known, vintage, value * -7.0 if known > moment else value)
        for name, day, known, vintage, value in rows
    ]
    honest = told(verdicts(rule, rows, START, END), moment)
    assert told(verdicts(rule, poisoned, START, END), moment) == honest


@pytest.mark.parametrize("rule_id", RULES)
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_deciding_all_at_once_equals_deciding_step_by_step(
    rule_id: str, data: st.DataObject
) -> None:
    rule = rule_types()[rule_id]()
    rows = data.draw(disturbed(rows_for(rule)))
    at_once = told(verdicts(rule, rows, START, END), END)
    history = history_of(rows, rule.series)
    alerts: dict[tuple[str, date], Alert] = {}
    through: dict[str, date] = {}
    since, stepwise = START, []
    for moment in sorted({row[2] for row in rows if START < row[2] <= END}):
        found = decide_rule(history, rule, alerts, through, since, moment)
        for one in found.decided:
            after = one.outline.after
            alerts[(after.subject, after.episode)] = after
        for evaluation in found.evaluations:
            through[evaluation.subject] = max(
                evaluation.period_end, through.get(evaluation.subject, evaluation.period_end)
            )
        stepwise += told(found, END)
        since = moment
    assert stepwise == at_once


@pytest.mark.parametrize("rule_id", RULES)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_an_unknown_answer_never_opens_and_never_closes(rule_id: str, data: st.DataObject) -> None:
    rule = rule_types()[rule_id]()
    rows = data.draw(disturbed(rows_for(rule)))
    found = verdicts(rule, rows, START, END)
    for one in found.decided:
        assert one.outline.signal.answer is not Answer.UNKNOWN


@pytest.mark.parametrize("rule_id", RULES)
def test_deciding_again_tells_nothing_again(rule_id: str) -> None:
    rule = rule_types()[rule_id]()
    rows = rows_for(rule)
    first = verdicts(rule, rows, START, END)
    assert first.decided
    alerts = {
        (one.outline.after.subject, one.outline.after.episode): one.outline.after
        for one in first.decided
    }
    through = {one.subject: one.period_end for one in first.evaluations}
    again = decide_rule(history_of(rows, rule.series), rule, alerts, through, END, END)
    assert not again.decided
