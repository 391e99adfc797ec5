"""What must hold for every rule, whatever the numbers: no look-ahead, and one judgement of all
periods equals the judgements of every instant between. How many numbers are tried is the profile's:
a few with `make test`, more with `make test-slow`."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from monitor.config.plugins import rule_types
from rules.evaluation import Rule
from rules.point_in_time.source_priority import SourceChain
from tests.case_rows import positive_rows
from tests.rules.instances.declared import INSTANCES
from tests.rules.trial import Trial, disturbed
from tests.slow import quick_where
from tests.support import Row, new_york

# Long enough for a warm-up of 63 sessions, and a window with something of every rule in it.
FIRST_DAY = date(2024, 12, 2)
SPAN = (new_york("2025-04-07 12:00"), new_york("2025-05-24 12:00"))
# The month in which these fire comes out in June.
LATER = (new_york("2025-05-05 12:00"), new_york("2025-06-21 12:00"))
SPANS = {"aggregate_net_sales": LATER, "foreign_share": LATER, "sales_of_china": LATER,
         "lowest_of_china": LATER}  # fmt: skip
DAILY = ("spx", "ust10y", "dxy", "usd_basket", "acm_tp10y", "acm_y10y", "kw_tp10y")

# Every rule over its own series, and one whose numbers come through chains: a second source of
# stocks that is earlier, one of yields that is a day later, and a check of the dollar.
CHAINS = {
    "spx": SourceChain("spx", ("spx", "other.spx"), (), 0.2, is_relative=True),
    "ust10y": SourceChain("ust10y", ("ust10y", "other.ust10y"), (), 0.03, is_relative=False),
    "dxy": SourceChain("dxy", ("dxy",), ("usd_basket",), 2.0, is_relative=True),
}
THROUGH_CHAINS = "joint_selloff through chains"
CASES = [*sorted(rule_types()), *INSTANCES, THROUGH_CHAINS]


def a_rule(name: str) -> tuple[Rule, Rule]:
    """A rule, and the built-in one whose figures make it fire."""
    if name not in INSTANCES:
        return rule_types()[name](), rule_types()[name]()
    return INSTANCES[name], rule_types()[INSTANCES[name].instance_of]()


@cache
def trial_of(case: str) -> Trial:
    name = case.split()[0]
    rule, built_in = a_rule(name)
    rows = [row for row in positive_rows(built_in) if row[0] in rule.series]
    rows = [row for row in rows if row[0] not in DAILY or row[1] >= FIRST_DAY]
    is_chained = case == THROUGH_CHAINS
    if is_chained:
        rows += [_twin(row) for row in rows if row[0] in ("spx", "ust10y")]
    return Trial(rule, rows, SPANS.get(name, SPAN), CHAINS if is_chained else {})


def _twin(row: Row) -> Row:
    name, day, known, vintage, value = row
    later = timedelta(hours=-1) if name == "spx" else timedelta(hours=22)
    return (f"other.{name}", day, known + later, vintage, value)


# Two histories of many moments each.
LATE = {
    *INSTANCES, "foreign_net_sales", "aggregate_net_sales", "joint_selloff", "term_premium_day",
    "term_premium_jump", THROUGH_CHAINS,
}  # fmt: skip


@pytest.mark.parametrize(
    "case", quick_where(lambda case: case not in LATE, CASES, in_ci=lambda _: False)
)
@given(data=st.data())
def test_what_comes_later_changes_nothing_before(case: str, data: st.DataObject) -> None:
    trial = trial_of(case)
    trial.refuse_look_ahead(data.draw(disturbed(trial)), data.draw(trial.moments()))


# An example takes up to two seconds: the rule judges at each of some hundred moments.
@pytest.mark.parametrize(
    "case", quick_where("rates_up_dollar_down".__eq__, CASES, in_ci=lambda _: False)
)
@settings(max_examples=2)
@given(data=st.data())
def test_deciding_all_at_once_equals_deciding_step_by_step(case: str, data: st.DataObject) -> None:
    trial = trial_of(case)
    trial.refuse_other_answers_step_by_step(data.draw(disturbed(trial)))


@pytest.mark.parametrize(
    "case", quick_where(lambda case: case != THROUGH_CHAINS, CASES, in_ci=lambda _: False)
)
@given(data=st.data())
def test_an_unknown_answer_never_opens_and_never_closes(case: str, data: st.DataObject) -> None:
    trial = trial_of(case)
    trial.refuse_alerts_of_the_unknown(data.draw(disturbed(trial)))


@pytest.mark.parametrize(
    "case", quick_where(lambda case: case != THROUGH_CHAINS, CASES, in_ci=lambda _: False)
)
def test_deciding_again_tells_nothing_again(case: str) -> None:
    trial_of(case).refuse_telling_again()
