"""What must hold for every rule that can be declared: no look-ahead, all at once as step by step,
nothing opened or closed by the unknown, and a block that says what it is."""

from __future__ import annotations

import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis import given, settings

from monitor.config.load import Config, build
from rules.declared.rule import ConditionsRule
from rules.evaluation import Rule
from tests.case_rows import positive_rows
from tests.rules.declared.generated import MADE, SERIES, rules
from tests.rules.test_properties import FIRST_DAY, SPAN
from tests.rules.trial import Trial, disturbed
from tests.support import Row

NAME = "at_random"


def configured(block: dict[str, Any]) -> Config:
    return build({"rules": {NAME: block}, "series": MADE}, {}, Path())


@cache
def closes() -> list[Row]:
    joint = build({}, {}, Path()).rules["joint_selloff"]
    return [row for row in positive_rows(joint) if row[0] in SERIES and row[1] >= FIRST_DAY]


def trial_of(block: dict[str, Any]) -> Trial:
    config = configured(block)
    rule: Rule = config.rules[NAME]
    return Trial(rule, closes(), SPAN, made=config.series)


@given(block=rules(), data=st.data())
def test_what_comes_later_changes_nothing_before(block: dict[str, Any], data: Any) -> None:
    trial = trial_of(block)
    trial.refuse_look_ahead(data.draw(disturbed(trial)), data.draw(trial.moments()))


@settings(max_examples=3)  # judged at each of some hundred moments
@given(block=rules(), data=st.data())
def test_all_at_once_equals_step_by_step(block: dict[str, Any], data: Any) -> None:
    trial = trial_of(block)
    trial.refuse_other_answers_step_by_step(data.draw(disturbed(trial)))


@given(block=rules(), data=st.data())
def test_an_unknown_answer_never_opens_and_never_closes(block: dict[str, Any], data: Any) -> None:
    trial = trial_of(block)
    trial.refuse_alerts_of_the_unknown(data.draw(disturbed(trial)))


@given(block=rules())
def test_a_rule_written_out_again_as_a_block_is_the_same_rule(block: dict[str, Any]) -> None:
    rule = configured(block).rules[NAME]
    assert isinstance(rule, ConditionsRule)
    written = {"type": "conditions", **_set(asdict(rule))}
    del written["rule_id"]
    assert configured(json.loads(json.dumps(written))).rules[NAME] == rule


def _set(settings: dict[str, Any]) -> dict[str, Any]:
    """Only what is set, all the way down."""
    return {name: _plain(one) for name, one in settings.items() if one not in (None, (), "")}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return _set(value)
    return [_plain(one) for one in value] if isinstance(value, tuple) else value
