"""Every rule over fifty years of real figures: no look-ahead, and the base rates stated."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from monitor.config.load import build
from monitor.evaluate.known import Known
from monitor.history.replay import Replayed, decide_span, replay
from rules.catalog.aggregate_net_sales import AggregateNetSales
from rules.catalog.foreign_net_sales import ForeignNetSales
from rules.evaluation import Evaluations, Rule
from rules.model import to_instant
from rules.point_in_time.panel import NEVER, History, to_second
from rules.terms import Severity
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import own_table
from tests.real.stated import END, RULES, START, a_year
from tests.slow import SWEEP, quick_where
from tests.support import new_york, utc

# One takes a quarter of a second: every rule judges fifty years.
TRUNCATIONS, PARTS = 200, 8
# Of rules and instants, the share at which a dispute about a number of the rule turned later: of
# the few instants of a part, all rules at one.
AT_MOST_DISPUTED_LATER = 0.04


@pytest.fixture(scope="module")
def fifty(known: Known) -> History:
    return known.read(tuple(dict.fromkeys(name for rule in RULES for name in rule.series)))


REMIND_AFTER = build({}, {}, Path()).follow_up.remind_after


@pytest.fixture(scope="module")
def whole(fifty: History) -> dict[str, tuple[Evaluations, ...]]:
    return {r.rule_id: r.judge(fifty.only(r.series).as_of(END)) for r in RULES}


@pytest.fixture(scope="module")
def explained() -> set[tuple[str, str, int]]:
    """The answers whose words have been compared, once each."""
    return set()


@pytest.mark.parametrize(
    "part", quick_where(lambda part: part == 0, range(PARTS), in_ci=lambda _: False)
)
def test_no_truncation_of_history_changes_an_answer_or_its_words(
    fifty: History,
    whole: dict[str, tuple[Evaluations, ...]],
    explained: set[tuple[str, str, int]],
    part: int,
) -> None:
    chance, left_out = random.Random(part), 0
    own = {rule.rule_id: fifty.only(rule.series) for rule in RULES}
    for _ in range(TRUNCATIONS // PARTS):
        days = chance.randrange((END - START).days)
        moment = START + timedelta(days=days, seconds=chance.randrange(86400))
        for rule in RULES:
            if _is_disputed_later(fifty, rule, moment):
                left_out += 1
                continue
            known_then = rule.judge(own[rule.rule_id].as_of(moment))
            for then, now in zip(known_then, whole[rule.rule_id], strict=True):
                _same_until(then, now, moment, explained)
    assert left_out <= AT_MOST_DISPUTED_LATER * len(RULES) * (TRUNCATIONS // PARTS)


def _is_disputed_later(history: History, rule: Rule, moment: datetime) -> bool:
    """Whether a dispute about a number of by then began or ended later: it changes the answer to a
    period that was answered, or could not be; so a replay judges again at each such instant."""
    at = to_second(moment)
    return any(
        one.series_id in rule.series
        and one.period_end <= at
        and (at < one.since or at < one.until < NEVER)
        for one in history.disputes
    )


def _same_until(
    then: Evaluations, now: Evaluations, moment: datetime, explained: set[tuple[str, str, int]]
) -> None:
    """The answers known by an instant are the same whether what came later is there or not, and so
    are the words of the newest that was told, unless they have been compared already."""
    rows = np.flatnonzero(now.known_at <= to_second(moment))
    what = f"{now.rule_id}/{now.subject} as of {moment}"
    assert np.array_equal(then.period_end, now.period_end[rows]), what
    assert np.array_equal(then.severity, now.severity[rows]), what
    assert np.array_equal(then.measure, now.measure[rows], equal_nan=True), what
    assert np.array_equal(then.keeps_open, now.keeps_open[rows]), what
    told = np.flatnonzero(then.severity != Evaluations.QUIET)
    for place in told[-1:]:
        name = (now.rule_id, now.subject, int(rows[place]))
        if name not in explained:
            assert then.signal(int(place)) == now.signal(name[2]), what
            explained.add(name)


@pytest.mark.parametrize(
    ("since", "until"),
    [pytest.param(2014, 2016, marks=pytest.mark.slow), pytest.param(2006, 2016, marks=SWEEP)],
)
def test_a_step_by_step_replay_of_years_equals_the_one_at_once(
    known: Known, since: int, until: int
) -> None:
    start, end = utc(f"{since}-01-01 00:00"), utc(f"{until}-01-01 00:00")
    for rule in RULES:
        (at_once,) = decide_span(known, [rule], start, end, REMIND_AFTER)
        told = [one.outline.transition_id for one in at_once.verdicts.decided]
        moments = [one.outline.signal.known_at for one in at_once.verdicts.decided]
        # Cut where something was told, and half a day later.
        for cut in moments[:: max(len(moments) // 4, 1)]:
            for moment in (cut, cut + timedelta(hours=12)):
                (first,) = decide_span(known, [rule], start, moment, REMIND_AFTER)
                assert [one.outline.transition_id for one in first.verdicts.decided] == [
                    name for name, at in zip(told, moments, strict=True) if at <= moment
                ], rule.rule_id


@pytest.mark.parametrize(
    ("rule_id", "subject", "since", "notice", "warning", "critical"),
    [
        ("custody_outflow", "officials", "2007-07-04", 2.06, 0.42, 0.21),
        ("aggregate_net_sales", "all", "2000-04-01", 1.30, 0.84, 0.38),
    ],
)
def test_the_stated_base_rates_come_out(
    replayed: Replayed,
    rule_id: str,
    subject: str,
    since: str,
    notice: float,
    warning: float,
    critical: float,
) -> None:
    found = [a_year(replayed, rule_id, since, least, subject) for least in Severity]
    assert found == pytest.approx([notice, warning, critical], rel=0.06, abs=0.06)


def test_the_months_of_japan_and_china_are_those_of_the_files(fifty: History) -> None:
    rule = ForeignNetSales()
    panel = fifty.only(rule.series).as_of(END)
    for key, months in (("japan", 9), ("china", 18)):
        net_bn = own_table(panel, rule.countries[key].code)["for_lt_treas_net"]["2011-09":] / 1e3
        assert int((net_bn <= -20.0).sum()) == months


@pytest.mark.parametrize("rule", [ForeignNetSales(), AggregateNetSales()], ids=lambda r: r.rule_id)
def test_holdings_alone_never_fire(fifty: History, rule: Rule) -> None:
    """Every fall in holdings of the files with nothing sold, and with transactions unknown."""
    own = fifty.only(rule.series)
    flows = [i for i, name in enumerate(own.series_ids) if "_net" in name or "form_s" in name]
    is_flow = np.isin(own.column, flows)
    still = replace(own, value=np.where(is_flow, 0.0, own.value))
    assert all((one.severity <= 0).all() for one in rule.judge(still.as_of(END)))
    without = own.only(tuple(n for i, n in enumerate(own.series_ids) if i not in flows))
    held = without.only(rule.series)
    answers = rule.judge(held.as_of(END))
    assert all((one.severity == Evaluations.UNKNOWN).all() for one in answers)
    assert sum(len(one.severity) for one in answers) > 70


def test_aggregate_months_are_those_of_the_files(fifty: History) -> None:
    rule = AggregateNetSales()
    panel = fifty.only(rule.series).as_of(END)
    (judged,) = rule.judge(panel)
    pct = own_table(panel, GRAND_TOTAL)["net_pct"]
    assert int(pct.notna().sum()) == 313
    for least, size, months in ((1, 0.5, 34), (2, 0.75, 22), (3, 1.0, 10)):
        assert int((judged.severity >= least).sum()) == months
        assert int((pct <= -size).sum()) == months


def test_one_alert_of_the_replay_has_the_words_it_had_when_told(
    replayed: Replayed, known: Known
) -> None:
    rule = next(one for one in replayed.rules if one.rule.rule_id == "joint_selloff")
    chosen = next(
        one
        for one in rule.verdicts.decided
        if one.outline.after.alert_id == "joint_selloff/us/2025-04-10"
    )
    then = to_instant(chosen.judged.known_at[chosen.row])
    (alone,) = known.only(rule.rule).judge(rule.rule, then)
    row = int(np.flatnonzero(alone.period_end == np.datetime64("2025-04-10"))[-1])
    assert alone.signal(row) == chosen.explained().signal


def test_the_command_and_the_function_replay_the_same(database: Path, replayed: Replayed) -> None:
    start, end = new_york("2025-03-01 00:00"), new_york("2025-05-31 23:59")
    again = replay(build({}, {}, Path()), database, start, end)
    inside = [a.alert_id for a in replayed.alerts() if start < a.opened_at <= end]
    assert [one.alert_id for one in again.alerts()] == inside
