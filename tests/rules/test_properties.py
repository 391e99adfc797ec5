"""What must hold for every rule, whatever the numbers: no look-ahead, and one judgement of all
periods equals the judgements of every instant between. How many numbers are tried is the profile's:
a few with `make test`, more with `make test-slow`."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from alerts.model import Alert
from monitor.config.plugins import rule_types
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.evaluation_result import EvaluationResult
from monitor.evaluate.known import Known
from rules.evaluation import Rule
from rules.model import Answer
from rules.point_in_time.panel import History
from rules.point_in_time.source_priority import SourceChain, chained, expanded
from tests.case_rows import positive_rows
from tests.slow import quick_where
from tests.support import Row, history_of, new_york

# Long enough for a warm-up of 63 sessions, and a window with something of every rule in it.
FIRST_DAY = date(2024, 12, 2)
SPAN = (new_york("2025-04-07 12:00"), new_york("2025-05-24 12:00"))
# The month in which these fire comes out in June.
LATER = (new_york("2025-05-05 12:00"), new_york("2025-06-21 12:00"))
SPANS = {"aggregate_net_sales": LATER, "foreign_share": LATER}
DAILY = ("spx", "ust10y", "dxy", "usd_basket", "acm_tp10y", "acm_y10y", "kw_tp10y")

# Every rule over its own series, and one whose numbers come through chains: a second source of
# stocks that is earlier, one of yields that is a day later, and a check of the dollar.
CHAINS = {
    "spx": SourceChain("spx", ("spx", "other.spx"), (), 0.2, is_relative=True),
    "ust10y": SourceChain("ust10y", ("ust10y", "other.ust10y"), (), 0.03, is_relative=False),
    "dxy": SourceChain("dxy", ("dxy",), ("usd_basket",), 2.0, is_relative=True),
}
THROUGH_CHAINS = "joint_selloff through chains"
# So often that many conditions are reminded of.
REMIND_AFTER = timedelta(days=2)
CASES = [*sorted(rule_types()), THROUGH_CHAINS]


def rule_of(case: str) -> Rule:
    return rule_types()[case.split()[0]]()


def span_of(case: str) -> tuple[datetime, datetime]:
    return SPANS.get(case.split()[0], SPAN)


def rows_for(case: str) -> list[Row]:
    rows = [
        row for row in positive_rows(rule_of(case)) if row[0] not in DAILY or row[1] >= FIRST_DAY
    ]
    if case == THROUGH_CHAINS:
        rows += [_twin(row) for row in rows if row[0] in ("spx", "ust10y")]
    return rows


def _twin(row: Row) -> Row:
    name, day, known, vintage, value = row
    later = timedelta(hours=-1) if name == "spx" else timedelta(hours=22)
    return (f"other.{name}", day, known + later, vintage, value)


def known(case: str, rows: list[Row]) -> History:
    wanted = rule_of(case).series
    if case == THROUGH_CHAINS:
        return chained(history_of(rows, expanded(wanted, CHAINS)), wanted, CHAINS)
    return history_of(rows, wanted)


def verdicts(
    case: str, rows: list[Row], since: datetime | None, until: datetime
) -> EvaluationResult:
    return decide_rule(
        Known.whole(known(case, rows)), rule_of(case), {}, {}, since, until, REMIND_AFTER
    )


def told(found: EvaluationResult, until: datetime) -> list[tuple[object, ...]]:
    return [
        (t.after.alert_id, t.reason, t.after.severity, t.after.provisional, t.signal)
        for t in (one.explained() for one in found.decided)
        if t.signal.known_at <= until
    ]


@st.composite
def disturbed(draw: st.DrawFn, case: str) -> list[Row]:
    """The figures with some numbers late, some revised later, some wrong at first, and some never
    there."""
    rows, (start, end) = rows_for(case), span_of(case)
    out = list(rows)
    recent = [i for i, row in enumerate(rows) if start < row[2] < end - timedelta(days=10)]
    for index in draw(st.lists(st.sampled_from(recent), max_size=12, unique=True)):
        name, day, known, vintage, value = rows[index]
        later = known + timedelta(hours=draw(st.integers(1, 400)))
        change = draw(st.sampled_from(["late", "revised", "corrected", "missing"]))
        if change == "late":
            out[index] = (name, day, later, vintage, value)
        elif change == "revised":
            factor = draw(st.floats(0.97, 1.03))
            out.append((name, day, later, vintage + 1, value * factor))
        elif change == "corrected":
            out[index] = (name, day, known, vintage, value * draw(st.floats(0.95, 1.05)))
            out.append((name, day, later, vintage + 1, value))
        else:
            out[index] = (name, day, end + timedelta(days=1), vintage, value)
    return out


# Two histories of many moments each.
LATE = {
    "foreign_net_sales", "aggregate_net_sales", "joint_selloff", "term_premium_day",
    "term_premium_jump", THROUGH_CHAINS,
}  # fmt: skip


@pytest.mark.parametrize(
    "case", quick_where(lambda case: case not in LATE, CASES, in_ci=lambda _: False)
)
@given(data=st.data())
def test_what_comes_later_changes_nothing_before(case: str, data: st.DataObject) -> None:
    start, end = span_of(case)
    rows = data.draw(disturbed(case))
    moment = start + timedelta(hours=data.draw(st.integers(24, 24 * 45)))
    poisoned = [
        (name, day, known, vintage, value * -7.0 if known > moment else value)
        for name, day, known, vintage, value in rows
    ]
    honest = told(verdicts(case, rows, start, end), moment)
    assert told(verdicts(case, poisoned, start, end), moment) == honest


# An example takes up to two seconds: the rule judges at each of some hundred moments.
@pytest.mark.parametrize(
    "case", quick_where("rates_up_dollar_down".__eq__, CASES, in_ci=lambda _: False)
)
@settings(max_examples=2)
@given(data=st.data())
def test_deciding_all_at_once_equals_deciding_step_by_step(case: str, data: st.DataObject) -> None:
    start, end = span_of(case)
    rows = data.draw(disturbed(case))
    at_once = told(verdicts(case, rows, start, end), end)
    history = known(case, rows)
    alerts: dict[tuple[str, date], Alert] = {}
    through: dict[str, date] = {}
    since, stepwise = start, []
    for moment in sorted({row[2] for row in rows if start < row[2] <= end}):
        found = decide_rule(
            Known.whole(history), rule_of(case), alerts, through, since, moment, REMIND_AFTER
        )
        for one in found.decided:
            after = one.outline.after
            alerts[(after.subject, after.episode)] = after
        for evaluation in found.evaluations():
            through[evaluation.subject] = max(
                evaluation.period_end, through.get(evaluation.subject, evaluation.period_end)
            )
        stepwise += told(found, end)
        since = moment
    assert stepwise == at_once


@pytest.mark.parametrize(
    "case", quick_where(lambda case: case != THROUGH_CHAINS, CASES, in_ci=lambda _: False)
)
@given(data=st.data())
def test_an_unknown_answer_never_opens_and_never_closes(case: str, data: st.DataObject) -> None:
    start, end = span_of(case)
    rows = data.draw(disturbed(case))
    found = verdicts(case, rows, start, end)
    for one in found.decided:
        assert one.outline.signal.answer is not Answer.UNKNOWN


@pytest.mark.parametrize(
    "case", quick_where(lambda case: case != THROUGH_CHAINS, CASES, in_ci=lambda _: False)
)
def test_deciding_again_tells_nothing_again(case: str) -> None:
    start, end = span_of(case)
    rows = rows_for(case)
    first = verdicts(case, rows, start, end)
    assert first.decided
    alerts = {
        (one.outline.after.subject, one.outline.after.episode): one.outline.after
        for one in first.decided
    }
    through = {one.subject: one.period_end for one in first.evaluations()}
    again = decide_rule(
        Known.whole(known(case, rows)), rule_of(case), alerts, through, end, end, REMIND_AFTER
    )
    assert not again.decided
