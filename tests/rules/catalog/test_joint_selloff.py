"""The joint selloff rule on the figures of spring 2025."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from rules.catalog.joint_selloff import JointSelloff
from rules.evaluation import Evaluations
from rules.model import Signal, SourceMismatch
from rules.point_in_time.panel import NEVER
from rules.terms import Answer, Severity
from tests.spring_figures import Figures, rows_of, spring
from tests.support import Row, history_of, judge, new_york, signal_for

SERIES = ("spx", "ust10y", "dxy", "usd_basket")
END = new_york("2025-07-01 12:00")


def judged(figures: Figures, rule: JointSelloff | None = None) -> Evaluations:
    return judge(rule or JointSelloff(), rows_of(figures, SERIES), END)["us"]


def on(figures: Figures, day: date) -> Signal:
    return signal_for(judged(figures), day)


@pytest.mark.parametrize(
    ("day", "weakest", "severity"),
    [
        (date(2025, 4, 8), 0.56, Severity.WARNING),
        (date(2025, 4, 10), 0.97, Severity.CRITICAL),
        (date(2025, 4, 21), 1.26, Severity.CRITICAL),
        (date(2025, 3, 27), 0.33, Severity.NOTICE),
    ],
)
def test_the_days_of_april_have_their_weakest_legs(
    day: date, weakest: float, severity: Severity
) -> None:
    answers = judged(spring())
    found = signal_for(answers, day)
    assert found.severity is severity
    row = int(np.flatnonzero(answers.period_end == np.datetime64(day))[-1])
    assert answers.measure[row] == pytest.approx(weakest, abs=0.005)


def test_a_session_with_one_leg_up_is_quiet() -> None:
    assert on(spring(), date(2025, 4, 9)).answer is Answer.QUIET


def test_an_unchanged_leg_did_not_fall() -> None:
    figures = spring()
    figures["ust10y"][date(2025, 4, 10)] = figures["ust10y"][date(2025, 4, 9)]
    assert on(figures, date(2025, 4, 10)).answer is Answer.QUIET


def test_days_without_one_of_the_markets_are_no_sessions() -> None:
    days = {str(day) for day in judged(spring()).period_end}
    assert "2024-10-14" not in days  # Columbus Day: stocks trade, bonds do not
    assert "2025-01-09" not in days  # a day of mourning: bonds have a value, stocks do not


def test_moves_of_exactly_the_critical_sizes_are_critical() -> None:
    figures = spring()
    day, before = date(2025, 4, 8), date(2025, 4, 7)
    figures["spx"][day] = figures["spx"][before] * 0.99
    figures["ust10y"][day] = figures["ust10y"][before] + 0.05
    figures["dxy"][day] = figures["dxy"][before] * 0.995
    rule = JointSelloff(warning_weakest_leg_sd=9.0, critical_weakest_leg_sd=9.5)
    assert signal_for(judged(figures, rule), date(2025, 4, 8)).severity is Severity.CRITICAL
    figures["ust10y"][day] = figures["ust10y"][before] + 0.04
    assert signal_for(judged(figures, rule), date(2025, 4, 8)).severity is Severity.NOTICE


def test_the_yardstick_leaves_out_the_session_it_measures() -> None:
    figures = spring()
    calm = judged(figures)
    figures["spx"][date(2025, 4, 8)] *= 0.8
    wild = judged(figures)
    row = int(np.flatnonzero(calm.period_end == np.datetime64("2025-04-08"))[-1])
    fall = wild.signal(row).explained.evidence[3]
    usual_before = calm.signal(row).explained.evidence[3]
    moves = [np.log(1 - 0.0157005), np.log((1 - 0.0157005) * 0.8)]
    assert fall.value is not None
    assert usual_before.value is not None
    assert fall.value / usual_before.value == pytest.approx(moves[1] / moves[0], rel=1e-3)


def test_a_history_too_short_is_unknown_not_a_notice() -> None:
    figures = spring(since=date(2025, 3, 3))
    found = on(figures, date(2025, 4, 8))
    assert found.answer is Answer.UNKNOWN
    assert "fewer than 63" in found.explained.headline


def test_a_history_too_short_is_still_critical_by_the_absolute_sizes() -> None:
    found = on(spring(since=date(2025, 3, 3)), date(2025, 4, 10))
    assert found.severity is Severity.CRITICAL
    assert "Too few earlier sessions" in found.explained.unusual
    weakest = next(one for one in found.explained.evidence if one.label == "Smallest of the three")
    assert weakest.value is None


def without_dxy(day: date) -> list[Row]:
    figures = spring()
    del figures["dxy"][day]
    return rows_of(figures, SERIES)


def test_without_dxy_the_basket_judges_provisionally() -> None:
    answers = judge(JointSelloff(), without_dxy(date(2025, 4, 10)), new_york("2025-04-10 18:30"))[
        "us"
    ]
    found = signal_for(answers, date(2025, 4, 10))
    assert found.provisional
    assert found.severity is Severity.WARNING  # never above, whatever the size
    assert "USD basket −" in found.explained.headline
    assert "DXY" not in found.explained.headline
    assert "Provisional" in found.explained.caveat


def test_the_next_fix_judges_the_span_around_the_session() -> None:
    rows = without_dxy(date(2025, 4, 10))
    evening = judge(JointSelloff(), rows, new_york("2025-04-10 23:00"))["us"]
    morning = judge(JointSelloff(), rows, new_york("2025-04-11 11:15"))["us"]
    basket = spring()["usd_basket"]
    before, day, after = (basket[date(2025, 4, number)] for number in (9, 10, 11))
    same_day, span = 100 * (day / before - 1), 100 * (after / before - 1)
    moves = [signal_for(answers, date(2025, 4, 10)) for answers in (evening, morning)]
    shown = [found.explained.evidence[2].value for found in moves]
    assert shown == [pytest.approx(same_day), pytest.approx(span)]
    assert moves[1].known_at == new_york("2025-04-11 11:15")
    assert all(found.provisional for found in moves)


def test_without_dxy_and_without_a_fix_the_answer_is_unknown() -> None:
    # Easter Monday: no ECB fix.
    rows = without_dxy(date(2025, 4, 21))
    found = signal_for(
        judge(JointSelloff(), rows, new_york("2025-04-21 20:00"))["us"], date(2025, 4, 21)
    )
    assert found.answer is Answer.UNKNOWN
    assert "no DXY close, no Bank of Canada average and no ECB fix" in found.explained.headline


def with_average(missing: Iterable[date] = ()) -> list[Row]:
    """10 April without a DXY close; the average of the day moved half as far as the fix."""
    figures = spring()
    del figures["dxy"][date(2025, 4, 10)]
    figures["boc.usd_basket"] = {
        day: 100 * (value / 100) ** 0.5
        for day, value in figures["usd_basket"].items()
        if day not in missing
    }
    return rows_of(figures, ("boc.usd_basket", *SERIES))


def test_the_average_of_the_day_judges_before_any_fix_does() -> None:
    figures = spring()
    fix = [figures["usd_basket"][date(2025, 4, number)] for number in (9, 10)]
    half = 100 * ((fix[1] / fix[0]) ** 0.5 - 1)
    for at in ("2025-04-10 18:30", "2025-04-11 12:00"):  # the next fix is no better
        answers = judge(JointSelloff(), with_average(), new_york(at))["us"]
        found = signal_for(answers, date(2025, 4, 10))
        assert found.provisional
        assert found.severity is not Severity.CRITICAL
        assert found.explained.evidence[2].value == pytest.approx(half)
        assert "Bank of Canada average of the day" in found.explained.evidence[2].label
        assert "86% of days" in found.explained.caveat
        assert "DXY confirmed 76% of the selloffs it found" in found.explained.caveat


@pytest.mark.parametrize("missing", [date(2025, 4, 9), date(2025, 4, 10)])
def test_a_holiday_of_canada_alone_leaves_the_dollar_to_the_fix(missing: date) -> None:
    """On it there is no average, and the day after it the average has moved for two."""
    rows = with_average(missing=[missing])
    answers = judge(JointSelloff(), rows, new_york("2025-04-10 23:00"))["us"]
    assert "ECB fix" in signal_for(answers, date(2025, 4, 10)).explained.evidence[2].label


def test_without_a_dollar_a_session_on_which_stocks_rose_is_quiet_all_the_same() -> None:
    figures = spring()
    for dollar in ("dxy", "usd_basket"):
        del figures[dollar][date(2025, 4, 22)]
    at = new_york("2025-04-22 20:00")
    found = judge(JointSelloff(), rows_of(figures, SERIES), at)["us"]
    assert signal_for(found, date(2025, 4, 22)).answer is Answer.QUIET


def test_a_late_dxy_close_replaces_the_basket() -> None:
    rows = [
        (name, day, new_york("2025-04-11 09:00"), 1, value)
        if (name, day) == ("dxy", date(2025, 4, 10))
        else (name, day, known, vintage, value)
        for name, day, known, vintage, value in rows_of(spring(), SERIES)
    ]
    answers = judge(JointSelloff(), rows, new_york("2025-04-11 09:00"))["us"]
    versions = np.flatnonzero(answers.period_end == np.datetime64("2025-04-10"))
    assert [bool(answers.provisional[row]) for row in versions] == [True, False]
    assert answers.signal(int(versions[-1])).severity is Severity.CRITICAL


def test_every_number_comes_with_unit_date_and_source() -> None:
    found = on(spring(), date(2025, 4, 10))
    assert len(found.explained.evidence) >= 12
    for line in found.explained.evidence:
        assert line.unit
        assert line.source
        assert line.period_end == date(2025, 4, 10)
        assert line.value is not None
    weakest = next(one for one in found.explained.evidence if one.label == "Smallest of the three")
    # It is critical by the absolute sizes: all thresholds of the message are the critical ones.
    assert found.explained.against is Severity.CRITICAL
    assert weakest.threshold == 1.0


@pytest.mark.parametrize(
    ("series_id", "is_known"), [("ust2y", True), ("usd_basket", True), ("spx", False)]
)
def test_a_dispute_about_what_decides_nothing_changes_no_answer(
    series_id: str, is_known: bool
) -> None:
    day = date(2025, 4, 10)
    dispute = SourceMismatch(
        series_id, np.datetime64(day), np.datetime64("2025-04-11T12:00:00"), NEVER,
        (1.0, 2.0), ("a", "b"), "pct",
    )  # fmt: skip
    rule = JointSelloff()
    known = history_of(rows_of(spring(), SERIES), rule.series)
    (found,) = rule.judge(replace(known, disputes=(dispute,)).as_of(END))
    mine = signal_for(found, day)
    assert (mine.answer is Answer.FIRING) is is_known
    assert (mine.known_at == signal_for(judged(spring()), day).known_at) is is_known
