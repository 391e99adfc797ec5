"""What every rule keeps to, found by its file."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Sequence
from dataclasses import FrozenInstanceError, fields, replace
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from alerts.near_misses import NEAR_SHARE, nearest
from monitor.config.plugins import rule_types
from monitor.evaluate.known import Known
from monitor.ingest.releases import KINDS
from rules.context.base_rates import BASE_RATES
from rules.evaluation import Evaluations, Rule
from rules.judged_over import JudgedOver
from rules.model import Panel
from rules.point_in_time.panel import History
from rules.terms import Answer, Kind
from tests.case_rows import positive_rows
from tests.slow import quick_where
from tests.support import Row, history_of, new_york

END = new_york("2025-06-30 23:00")
EVERY = pytest.mark.parametrize(
    "rule", [cls() for cls in rule_types().values()], ids=sorted(rule_types())
)


# Which read the numbers of many areas, or judge many periods.
LONG = {
    "foreign_net_sales", "aggregate_net_sales", "term_premium_day", "joint_selloff",
}  # fmt: skip
QUICK = pytest.mark.parametrize(
    "rule",
    quick_where(lambda rule: rule.rule_id not in LONG, [cls() for cls in rule_types().values()]),
    ids=sorted(rule_types()),
)


# So many of a rule's answers are looked at, where each takes long.
SOME = 12


def some(rows: npt.NDArray[np.intp]) -> list[int]:
    """At most SOME of the rows, spread evenly, with the first and the last."""
    few = np.linspace(0, len(rows) - 1, min(SOME, len(rows))).astype(int)
    return [int(row) for row in rows[few]]


def rows_for(rule: Rule) -> list[Row]:
    return positive_rows(rule)


def panel(rule: Rule, rows: list[Row], at: datetime = END) -> Panel:
    return history_of(rows, rule.series).as_of(at)


@QUICK
def test_answers_are_freed_with_whoever_asked_for_them(rule: Rule) -> None:
    known = panel(rule, rows_for(rule))
    gc.disable()
    try:
        kept = [weakref.ref(one) for one in rule.judge(known)]
        assert kept
        assert [one() for one in kept] == [None] * len(kept)
    finally:
        gc.enable()


@EVERY
def test_answers_are_ordered_by_period_and_then_by_when_they_were_known(rule: Rule) -> None:
    rows = [row for number, row in enumerate(rows_for(rule)) if row[0] != "dxy" or number % 5]
    for judged in rule.judge(panel(rule, rows)):
        order = np.lexsort((judged.known_at, judged.period_end))
        assert order.tolist() == list(range(len(order)))
        assert judged.ratios.shape[0] == len(judged.period_end)
        assert judged.ratios.shape[1] >= 1


def same(one: Evaluations, other: Evaluations) -> bool:
    arrays = ("period_end", "known_at", "severity", "provisional", "keeps_open", "measure")
    return all(
        np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "measure")
        for name in arrays
    )


@EVERY
def test_a_rule_is_named_after_its_file_and_says_what_it_is(rule: Rule) -> None:
    assert type(rule).__module__ == f"rules.catalog.{rule.rule_id}"
    assert isinstance(rule, Rule)
    assert rule.title
    assert rule.kind in Kind
    assert rule.prompt_within > timedelta(0)
    assert rule.awaits
    assert set(rule.awaits) <= set(KINDS)
    doc = " ".join((type(rule).__doc__ or "").split())
    assert len(doc) > 200
    assert "ase rate" in doc  # how often it has fired is part of what it is


# Those that could not be measured, for which no history was at hand, and the words that say so.
NOT_MEASURED = {
    "weak_auction": "no results are at hand to measure it",
    "leveraged_shorts": "not measured, as no history of these reports was at hand",
}


def test_every_rule_has_a_measured_base_rate_or_says_that_it_has_none() -> None:
    measured = {key.partition("/")[0] for key in BASE_RATES}
    assert set(rule_types()) - measured == set(NOT_MEASURED)
    for rule_id, words in NOT_MEASURED.items():
        assert words in " ".join((rule_types()[rule_id].__doc__ or "").split())


# The rules whose alerts ask who sold, and are answered by their month's transactions.
SETTLED = {
    "joint_selloff": JudgedOver.SESSION,
    "joint_selloff_weekly": JudgedOver.WEEK,
    "joint_selloff_monthly": JudgedOver.MONTH,
    "haven_failure": JudgedOver.SESSION,
    "term_premium_day": JudgedOver.SESSION,
    "term_premium_jump": JudgedOver.WINDOW,
}


@EVERY
def test_what_is_answered_by_transactions_is_judged_by_prices_and_names_them(rule: Rule) -> None:
    assert rule.settled_over is SETTLED.get(rule.rule_id, JudgedOver.NOT_SETTLED)
    if rule.rule_id in SETTLED:
        assert "tic" in rule.awaits
        assert not any(name.startswith("tic.") for name in rule.decided_by)


@EVERY
def test_thresholds_cannot_be_changed_once_set(rule: Rule) -> None:
    name = fields(rule)[0].name  # type: ignore[arg-type]
    with pytest.raises(FrozenInstanceError):
        setattr(rule, name, None)


@EVERY
def test_every_threshold_has_its_unit_in_its_name(rule: Rule) -> None:
    units = ("_pct", "_bp", "_sd", "_sessions", "_usd_bn", "_jpy_bn", "_severity", "_pp")
    shares = ("_of_notice", "_of_holdings", "_correlation")
    for one in fields(rule):  # type: ignore[arg-type]
        if one.name not in ("enabled", "countries"):
            assert one.name.endswith((*units, *shares)), one.name


@EVERY
def test_what_it_needs_is_among_what_it_reads(rule: Rule) -> None:
    assert rule.needs
    for group in rule.needs:
        assert group
        assert set(group) <= set(rule.series)


@EVERY
def test_what_is_for_the_words_alone_changes_no_answer(rule: Rule) -> None:
    assert set(rule.decided_by) <= set(rule.series)
    assert {name for group in rule.needs for name in group} <= set(rule.decided_by)
    rows = rows_for(rule)
    deciding = [row for row in rows if row[0] in rule.decided_by]
    whole, alone = (rule.judge(panel(rule, found)) for found in (rows, deciding))
    assert all(same(a, b) for a, b in zip(whole, alone, strict=True))


@EVERY
def test_its_words_are_read_from_its_own_series_once_and_where_it_needs_more(rule: Rule) -> None:
    # Those of all rules take many times as long, and a near miss is put in words each day.
    rows, asked = rows_for(rule), list[tuple[tuple[str, ...], bool]]()

    def history(series_ids: Sequence[str], *, deciding: bool) -> History:
        asked.append((tuple(series_ids), deciding))
        return history_of([row for row in rows if row[0] in series_ids], tuple(series_ids))

    every = [cls() for cls in rule_types().values()]
    known = Known.of_rules(every, history).only(rule)
    judged = [*known.judge(rule, END), *known.judge(rule, END)]
    assert [deciding for _, deciding in asked] == [True]
    for one in judged:
        if len(one.period_end):
            one.explain(0)
    is_everything = {*rule.series} <= {*rule.decided_by}
    assert asked[1:] == ([] if is_everything else [(tuple(rule.series), False)])


@EVERY
def test_without_any_number_there_is_no_answer(rule: Rule) -> None:
    for judged in rule.judge(panel(rule, [])):
        assert len(judged.period_end) == 0


@QUICK
def test_one_number_is_not_enough_to_fire(rule: Rule) -> None:
    first = {row[0]: row for row in reversed(rows_for(rule))}
    for row in first.values():
        for judged in rule.judge(panel(rule, [row])):
            assert not (judged.severity > 0).any()


@QUICK
def test_the_same_panel_gives_the_same_answers_and_is_left_as_it_was(rule: Rule) -> None:
    seen = panel(rule, rows_for(rule))
    frame, known = seen.frame.copy(), seen.known_at.copy()
    first, second = rule.judge(seen), rule.judge(seen)
    assert [same(a, b) for a, b in zip(first, second, strict=True)] == [True] * len(first)
    for judged in first:
        for row in some(np.flatnonzero(judged.severity != Evaluations.QUIET)):
            assert judged.signal(row) == judged.signal(row)
    pd.testing.assert_frame_equal(seen.frame, frame)
    pd.testing.assert_frame_equal(seen.known_at, known)


@EVERY
def test_an_answer_is_known_when_the_last_of_its_inputs_was(rule: Rule) -> None:
    answers = rule.judge(panel(rule, rows_for(rule)))
    assert any(len(judged.period_end) for judged in answers)
    for judged in answers:
        assert not np.isnat(judged.known_at).any()
        assert (judged.known_at > judged.period_end.astype("datetime64[s]")).all()
        assert (judged.known_at <= np.datetime64(END.replace(tzinfo=None), "s")).all()


@QUICK
def test_every_signal_that_fires_can_be_read_and_checked(rule: Rule) -> None:
    fired = 0
    for judged in rule.judge(panel(rule, rows_for(rule))):
        for row in some(np.flatnonzero(judged.severity > 0)):
            signal = judged.signal(row)
            said = signal.explained
            fired += 1
            assert signal.answer is Answer.FIRING
            assert said.headline.endswith(".")
            assert len(said.headline) <= 150, "Slack's header and a mail's subject"
            assert said.unusual
            assert said.caveat
            assert said.falsifier
            assert any(line.threshold is not None for line in said.evidence)
            known = [line for line in said.evidence if line.value is not None]
            if row > len(judged.period_end) // 2:
                assert len(known) >= 12, [line.label for line in known]
            for line in said.evidence:
                assert line.label
                assert line.unit
                assert line.source
                assert line.value is None or np.isfinite(line.value)
    assert fired


@EVERY
def test_an_unknown_answer_gives_its_reason(rule: Rule) -> None:
    for judged in rule.judge(panel(rule, rows_for(rule))):
        for row in some(np.flatnonzero(judged.severity == Evaluations.UNKNOWN)):
            assert len(judged.signal(row).explained.headline) > 20


@EVERY
def test_with_holes_in_the_data_it_still_answers(rule: Rule) -> None:
    rows = [row for number, row in enumerate(rows_for(rule)) if number % 7]
    assert any(len(judged.period_end) for judged in rule.judge(panel(rule, rows)))


@EVERY
def test_it_fires_exactly_where_it_has_gone_all_the_way(rule: Rule) -> None:
    for judged in rule.judge(panel(rule, rows_for(rule))):
        assert judged.nearness is not None
        known = ~np.isnan(judged.nearness) & (judged.severity != Evaluations.UNKNOWN)
        fires = judged.severity > Evaluations.QUIET
        assert (fires[known] == (judged.nearness[known] >= 1.0)).all()
        assert not fires[~known].any()


@EVERY
def test_a_near_miss_names_its_number_and_the_threshold(rule: Rule) -> None:
    for judged in rule.judge(panel(rule, rows_for(rule))):
        for row in np.flatnonzero(judged.severity == Evaluations.QUIET):
            nearness = judged.near(int(row))
            if nearness is not None and nearness >= NEAR_SHARE:
                said = nearest(judged.explain(int(row)).evidence, nearness)
                assert " (threshold " in said


@EVERY
def test_switched_off_is_a_setting(rule: Rule) -> None:
    assert rule.enabled
    assert not replace(rule, enabled=False).enabled  # type: ignore[type-var]
