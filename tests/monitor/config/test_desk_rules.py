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
from tests.monitor.config.desk_mistakes import FALL, MISTAKES, RULE, condition
from tests.rules.declared.generated import MADE, rules

PAGE: Final = Path(__file__).parents[3] / "docs" / "own-rules.md"


def problems(found: dict[str, Any]) -> list[str]:
    try:
        build(found, {}, Path())
    except ConfigInvalid as error:
        return str(error).splitlines()
    return []


@pytest.mark.parametrize(("text", "expected"), MISTAKES, ids=lambda one: one[-40:])
def test_a_mistake_is_told_with_its_path_and_what_to_do(text: str, expected: str) -> None:
    assert expected in check_mistake(text, expected)


def check_mistake(text: str, part: str) -> list[str]:
    """The words in which a configuration is refused, all of them documented and each there once."""
    found = problems(tomllib.loads(text))
    assert any(part in one for one in found), found
    assert len(set(found)) == len(found)
    assert all(is_documented(one) for one in found)
    return found


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
