"""Mistakes in the rules and series that a desk declares: each is told where it is, with the fix."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any, Final

import hypothesis.strategies as st
import pytest
from hypothesis import given

from monitor.config.load import build
from monitor.errors import ConfigInvalid
from rules.declared.rule import ConditionsRule
from rules.terms import Kind
from tests.rules.declared.generated import MADE, rules

PAGE: Final = Path(__file__).parents[3] / "docs" / "own-rules.md"
RULE = '[rules.mine]\ntype = "conditions"\ntitle = "Mine"\n'
FALL = '{ series = "spx", change_pct = 5, below_pct = -5 }'
SERIES = '[series.mine]\ntitle = "Mine"\nunit = "pct"\n'


def problems(found: dict[str, Any]) -> list[str]:
    try:
        build(found, {}, Path())
    except ConfigInvalid as error:
        return str(error).splitlines()
    return []


def condition(text: str) -> str:
    return f"{RULE}all = [{{ {text} }}]"


MISTAKES = (
    (RULE, "rules.mine: has no conditions; list its conditions in all, in any, or in of"),
    (f"{RULE}all = [{FALL}]\nany = [{FALL}]", "rules.mine: has all and any; list"),
    (f"{RULE}of = [{FALL}]", "rules.mine.at_least: goes with of; write at_least = 2"),
    (f"{RULE}of = [{FALL}]\nat_least = 2", "rules.mine.at_least: is 2 of 1 conditions; lower it"),
    (
        condition('series = "spz", change_pct = 5, below_pct = -5'),
        "rules.mine.all.0.series: unknown name 'spz'; did you mean 'spx'?",
    ),
    (
        condition('series = "spx", chnge_pct = 5, below_pct = -5'),
        "rules.mine.all.0.chnge_pct: unknown name 'chnge_pct'; did you mean 'change_pct'?",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = { notce = -5 }'),
        "rules.mine.all.0.below_pct.notce: unknown name 'notce'; did you mean 'notice'?",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = "-5"'),
        'rules.mine.all.0.below_pct: expected a valid number, got "-5"; it is in percent',
    ),
    (
        condition('series = "spx", change_pct = 0, below_pct = -5'),
        "rules.mine.all.0.change_pct: expected greater than or equal to 1, got 0; it is in periods",
    ),
    (condition('series = "spx", change_pct = 5'), "rules.mine.all.0: has no size; give it one"),
    (
        condition('series = "spx", change_pct = 5, below_pct = -5, below = 3'),
        "rules.mine.all.0: has 2 sizes: below, below_pct; give it one",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = {}'),
        "rules.mine.all.0.below_pct: has no severity; set notice, warning or critical",
    ),
    (
        condition('series = "spx", change_pct = 5, below_pct = { notice = -5, warning = -3 }'),
        "rules.mine.all.0.below_pct: is -5, -3; let it fall from notice to critical",
    ),
    (
        condition('series = "spx", change = 5, change_pct = 5, below_pct = -5'),
        "rules.mine.all.0.change_pct: stands beside change; a condition takes one of them",
    ),
    (
        condition('series = "spx", change = 5, below_bp = -5'),
        "rules.mine.all.0.below_bp: is no size of spx here, which is in index; use below",
    ),
    (
        condition('series = "ust10y", change = 5, above_sd = 5'),
        "above_sd: is no size of ust10y here, which is in pct; use above or above_bp or above_pct",
    ),
    (
        condition('series = "spx", zscore = 1, above_sd = 2'),
        "rules.mine.all.0.zscore: is over 1; it needs 2 periods or more",
    ),
    (
        condition('series = "acm_tp10y", zscore = 252, above_sd = 2'),
        "rules.mine.all.0.zscore: is over 252 periods of acm_tp10y, which is re-estimated",
    ),
    (
        condition('series = "spx", correlation = 63, above = 0.5'),
        'rules.mine.all.0.to: is missing; write correlation = 63, to = "dxy"',
    ),
    (
        condition('series = "spx", to = "dxy", above = 0.5'),
        "rules.mine.all.0.to: is the other series of a correlation only",
    ),
    (
        condition('series = "spx", zscore = 63, against_usual = 63, above_sd = 2'),
        "rules.mine.all.0.against_usual: divides a change only; add change = 1",
    ),
    (
        condition('series = "{subject}", change_pct = 5, below_pct = -5'),
        "rules.mine.subjects: is missing; name what replaces {subject} in its series",
    ),
    (
        f'{RULE}all = [{FALL}]\nsubjects = {{ spx = "Stocks" }}',
        "rules.mine.subjects: is not used; name what replaces {subject}",
    ),
    (
        condition('series = "{subject}", change_pct = 5, below_pct = -5')
        + '\nsubjects = { "a/b" = "Both" }',
        "rules.mine.subjects.a/b: is no name for an address; use letters, digits, _ . -",
    ),
    (
        f'{RULE}kind = "event"\nall = [{FALL}]\nclose_when = {FALL}',
        "rules.mine.close_when: closes a condition only",
    ),
    (f"{RULE}cooldown_periods = 3\nall = [{FALL}]", "rules.mine.cooldown_periods: is of events"),
    (f'{RULE}kind = "evnt"\nall = [{FALL}]', "rules.mine.kind: expected 'event' or 'condition'"),
    (
        f'{RULE}inhibited_by = ["joint_seloff"]\nall = [{FALL}]',
        "rules.mine.inhibited_by: unknown name 'joint_seloff'; did you mean 'joint_selloff'?",
    ),
    (
        f'{RULE}over = "weeks"\nall = [{{ series = "acm_tp10y", change = 1, above_bp = 10 }}]',
        "rules.mine.over: acm_tp10y is re-estimated at each release; leave over out",
    ),
    (f'{RULE}over = "week"\nall = [{FALL}]', "rules.mine.over: expected 'sessions', 'weeks' or"),
    (f"{RULE}all = [3]", "rules.mine.all.0: expected an object, got 3"),
    (f'{RULE}rule_id = "x"\nall = [{FALL}]', "rules.mine.rule_id: is the block's name; leave it"),
    (
        f"[[rules.mine.critical]]\nall = [{{ series = 'spx', change_pct = 5 }}]\n{RULE}",
        "rules.mine.critical.0.all.0: has no size",
    ),
    ('[rules.mine]\ntype = "condition"', "rules.mine.type: unknown name 'condition'; did you mean"),
    (f'[rules.Mi-ne]\ntype = "conditions"\ntitle = "x"\nall = [{FALL}]', "'Mi-ne' is no name; use"),
    (
        '[rules.joint_selloff]\ntype = "conditions"',
        "rules.joint_selloff.type: 'joint_selloff' is a built-in rule; declare it by another name",
    ),
    (SERIES, "series.mine: says nothing it is made of; write one"),
    (f"{SERIES}sum = {{ ust2 = 1 }}", "series.mine: unknown name 'ust2'; did you mean 'ust2y'?"),
    (f'{SERIES}sum = {{ mine = 1 }}', "series: goes round in a circle: mine > mine; break it"),
    (f'{SERIES}of = "ust10y"', "series.mine.of: goes with one statistic, got 0"),
    (f"{SERIES}sum = {{ ust10y = 1, acm_tp10y = -1 }}", "series.mine: mixes series that are"),
    (f'{SERIES}of = "acm_tp10y"\nzscore = 20', "series.mine: takes zscore of a series that is"),
    (
        f'{SERIES}ratio = {{ of = "spx", to = "dxy", lag = 1 }}',
        "series.mine.ratio.lag: is of weeks or months only; leave it out",
    ),
    (f"{SERIES.replace('Mine', '')}sum = {{ ust2y = 1 }}", "expected text of 1 or more characters"),
    ('[series.ust10y]\ntitle = "x"\nunit = "pct"\nsum = { ust2y = 1 }', "'ust10y' is taken"),
    (f'{SERIES}sum = {{ ust2y = 1 }}\nplausible = [1]', "plausible: expected"),
)  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=lambda one: one[-40:])
def test_a_mistake_is_told_with_its_path_and_what_to_do(text: str, expected: str) -> None:
    check_mistake(text, expected)


def check_mistake(text: str, expected: str) -> None:
    """A configuration is refused in documented words, each of them once."""
    found = problems(tomllib.loads(text))
    assert any(expected in one for one in found), found
    assert len(set(found)) == len(found)
    assert all(is_documented(one) for one in found)


def test_what_is_left_out_is_as_documented() -> None:
    rule = build(tomllib.loads(f"{RULE}all = [{FALL}]"), {}, Path()).rules["mine"]
    assert isinstance(rule, ConditionsRule)
    assert (rule.kind, rule.on_time_within_days, rule.severity) == (Kind.CONDITION, 2, "notice")
    sampled = build(tomllib.loads(f'{RULE}over = "weeks"\nall = [{FALL}]'), {}, Path())
    assert sampled.rules["mine"].prompt_within.days == 5
    assert sampled.series["spx@week"].title == "S&P 500 close (weekly)"
    weekly = condition('series = "custody_treasuries", change = 1, below_usd_bn = -20')
    assert build(tomllib.loads(weekly), {}, Path()).rules["mine"].prompt_within.days == 6


def test_a_name_that_only_begins_like_a_series_is_none() -> None:
    for name in ("auction.note_10y.yield", "auction.note_10y"):
        (found,) = problems(tomllib.loads(condition(f'series = "{name}", above = 1')))
        assert f"rules.mine.all.0.series: unknown name '{name}'; did you mean 'auction." in found


def test_a_holder_that_comes_and_goes_may_be_named() -> None:
    text = condition('series = "mfh.oil_exporters", change = 1, below_usd_bn = -20')
    assert problems(tomllib.loads(text)) == []


FORMS = [
    re.compile("".join(".+" if part == "…" else re.escape(part) for part in re.split("(…)", one)))
    for one in re.findall(r"^\| `(.*)` \|$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
]


def is_documented(problem: str) -> bool:
    _, _, said = problem.partition(": ")
    return any(one.fullmatch(said) for one in FORMS)


NAMES = ("all", "any", "of", "at_least", "kind", "series", "change", "zscore", "above", "below_pct",
         "notice", "critical", "subjects", "to", "close_when", "against_usual", "x")  # fmt: skip
SCALARS = st.one_of(
    st.integers(-3, 3000), st.floats(-50, 50), st.booleans(), st.sampled_from(["", "spx", "nope"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from(NAMES), inner, max_size=3)
    ),
    max_leaves=4,
)


@st.composite
def broken(draw: st.DrawFn) -> dict[str, Any]:
    """A rule's block with some settings gone, renamed or of another kind, anywhere in it."""
    block: dict[str, Any] = json.loads(json.dumps(draw(rules())))
    for _ in range(draw(st.integers(1, 3))):
        place: Any = block
        while True:
            keys = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not keys:
                break
            key = draw(st.sampled_from(keys))
            inner = place[key]
            if isinstance(inner, dict | list) and inner and draw(st.booleans()):
                place = inner
                continue
            if draw(st.booleans()) and isinstance(place, dict):
                del place[key]
            else:
                place[key] = draw(VALUES)
            break
        if isinstance(place, dict) and draw(st.booleans()):
            place[draw(st.sampled_from(NAMES))] = draw(VALUES)
    return block


@given(block=broken())
def test_a_broken_block_gives_documented_messages_only(block: dict[str, Any]) -> None:
    found = problems({"rules": {"mine": block}, "series": MADE})
    assert [one for one in found if not is_documented(one)] == []
