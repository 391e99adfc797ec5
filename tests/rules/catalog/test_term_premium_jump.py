"""The term-premium rules on the figures of spring 2025."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from rules.catalog.term_premium_day import TermPremiumDay
from rules.catalog.term_premium_jump import TermPremiumJump
from rules.evaluation import Evaluations
from rules.terms import Answer, Severity
from tests.spring_figures import Figures, rows_of, spring
from tests.support import Row, judge, new_york, signal_for

SERIES = ("acm_tp10y", "acm_y10y")
END = new_york("2025-07-01 12:00")


def judged(figures: Figures, rule: TermPremiumJump | TermPremiumDay | None = None) -> Evaluations:
    return judge(rule or TermPremiumJump(), rows_of(figures, SERIES), END)["acm_10y"]


def flat(rise_bp: float, sessions: int = 40) -> tuple[Figures, date]:
    """A premium of one percent that rises once, on the last session, and that session."""
    days = [stamp.date() for stamp in pd.bdate_range("2025-01-02", periods=sessions)]
    premium = dict.fromkeys(days, 1.0)
    premium[days[-1]] += rise_bp / 100
    fitted = {day: value + 3.0 for day, value in premium.items()}
    return {"acm_tp10y": premium, "acm_y10y": fitted}, days[-1]


@pytest.mark.parametrize(
    ("day", "severity"),
    [
        (date(2025, 4, 7), None),  # one session alone: 17.8 bp
        (date(2025, 4, 8), Severity.NOTICE),  # five sessions: 26.9 bp
        (date(2025, 4, 10), Severity.WARNING),  # five sessions: 38.7 bp
        (date(2025, 5, 5), None),  # 37.5 bp in twenty-one, within ten sessions of the close
    ],
)
def test_the_jumps_of_spring_2025(day: date, severity: Severity | None) -> None:
    assert signal_for(judged(spring()), day).severity is severity


def test_each_large_session_of_spring_2025_is_an_event_of_its_own() -> None:
    found = judged(spring(), TermPremiumDay())
    since = found.period_end >= np.datetime64("2025-04-01")
    warned = found.period_end[since & (found.severity >= Severity.WARNING)]
    assert [str(day)[5:] for day in warned] == ["04-07", "04-08", "04-10", "04-21"]
    assert not found.keeps_open.any()


def test_the_last_like_it_are_like_it_in_the_same_window() -> None:
    found = signal_for(judged(spring()), date(2025, 4, 10)).explained
    assert found.analogues
    assert all(one.value is not None and one.value >= 18.6 for one in found.analogues)


@pytest.mark.parametrize(
    ("rise_bp", "severity"),
    [(8.6, None), (8.7, Severity.NOTICE), (15.2, Severity.NOTICE), (15.3, Severity.WARNING)],
)
def test_a_rise_of_exactly_the_threshold_counts(rise_bp: float, severity: Severity | None) -> None:
    figures, last = flat(rise_bp)
    assert signal_for(judged(figures, TermPremiumDay()), last).severity is severity


@pytest.mark.parametrize(
    ("rise_bp", "severity"),
    [(18.5, None), (18.6, 1), (28.8, 1), (28.9, 2), (54.2, 2), (54.3, 3)],
)
def test_over_weeks_too(rise_bp: float, severity: int | None) -> None:
    figures, last = flat(rise_bp)
    assert signal_for(judged(figures), last).severity == severity


def test_a_fall_is_no_jump() -> None:
    figures, last = flat(-60.0)
    assert signal_for(judged(figures), last).answer is Answer.QUIET


@pytest.mark.parametrize(("rise_bp", "keeps"), [(9.3, True), (9.2, False)])
def test_it_keeps_open_down_to_half_of_a_notice_size(rise_bp: float, keeps: bool) -> None:
    figures, last = flat(rise_bp)
    found = signal_for(judged(figures), last)
    assert found.answer is Answer.QUIET
    assert found.keeps_open is keeps


def test_too_few_sessions_are_unknown() -> None:
    figures, last = flat(0.0, sessions=21)
    assert signal_for(judged(figures), last).answer is Answer.UNKNOWN


def test_changes_are_taken_inside_one_vintage() -> None:
    rule = TermPremiumJump()
    figures, _ = flat(0.0)
    old = rows_of(figures, SERIES)
    # The next release lifts the whole history by 30 bp and adds a session: nothing jumped. Only
    # its last 30 sessions are stored.
    lifted: Figures = {
        name: {day: values[day] + 0.30 for day in sorted(values)[-30:]}
        for name, values in flat(0.0, sessions=41)[0].items()
    }
    new = rows_of(lifted, SERIES)
    later = new_york("2025-03-10 09:30")
    rows: list[Row] = [*old, *((name, day, later, 2, value) for name, day, _, _, value in new)]
    answers = judge(rule, rows, later)["acm_10y"]
    assert not (answers.severity > 0).any()
    mixed = [(name, day, known, 1, value) for name, day, known, _, value in rows]
    assert (judge(rule, mixed, later)["acm_10y"].severity > 0).any()  # so it could have been seen


@pytest.mark.parametrize("rule", [TermPremiumJump(), TermPremiumDay()], ids=lambda one: one.rule_id)
@pytest.mark.parametrize("sessions", [23, 30, 64])
def test_what_was_before_a_vintage_counts_though_only_its_last_sessions_are_stored(
    rule: TermPremiumJump | TermPremiumDay, sessions: int
) -> None:
    """Between two estimates of the model a vintage repeats some weeks only."""
    day, out = date(2025, 4, 10), new_york("2025-04-14 09:30")
    figures = {name: values for name, values in spring(until=day).items() if name in SERIES}
    newest: Figures = {
        name: {one: values[one] for one in sorted(values)[-sessions:]}
        for name, values in figures.items()
    }
    older: Figures = {
        name: {one: values[one] for one in sorted(values)[:-1]} for name, values in figures.items()
    }
    rows: list[Row] = [
        *rows_of(older, SERIES),
        *((name, one, out, 2, value) for name, one, _, _, value in rows_of(newest, SERIES)),
    ]
    whole = [(name, one, out, 2, value) for name, one, _, _, value in rows_of(figures, SERIES)]
    cut, all_of_it = (
        signal_for(judge(rule, found, out)["acm_10y"], day).explained for found in (rows, whole)
    )
    assert "none before it" not in all_of_it.unusual
    assert (cut.headline, cut.unusual) == (all_of_it.headline, all_of_it.unusual)
    assert [(one.label, one.value) for one in cut.evidence] == [
        (one.label, one.value) for one in all_of_it.evidence
    ]
    assert [(one.period_end, one.value) for one in cut.analogues] == [
        (one.period_end, one.value) for one in all_of_it.analogues
    ]


def test_the_share_of_the_yield_move_is_said() -> None:
    found = signal_for(judged(spring()), date(2025, 4, 10))
    assert "% of it term premium" in found.explained.unusual
    lines = {line.label: line for line in found.explained.evidence}
    fitted = lines["ACM fitted 10-year yield, change over 5 sessions"]
    rise = lines["ACM 10-year term premium, change over 5 sessions"]
    share = lines["Share of the fitted yield's rise over 5 sessions"]
    assert None not in (fitted.value, rise.value)
    assert share.value == pytest.approx(100 * (rise.value or 0) / (fitted.value or 1))


def test_a_missing_fitted_yield_is_said_and_not_guessed() -> None:
    figures = spring()
    figures["acm_y10y"] = {}
    found = signal_for(judged(figures), date(2025, 4, 10))
    assert "unknown" in found.explained.unusual
    missing = [line.label for line in found.explained.evidence if line.value is None]
    assert missing == [
        "ACM fitted 10-year yield, change over 5 sessions",
        "Share of the fitted yield's rise over 5 sessions",
    ]


def test_a_fitted_yield_that_came_later_than_the_premium_is_not_known_to_the_message() -> None:
    rows = rows_of(spring(), SERIES)
    late = [
        (name, day, known + timedelta(hours=1), vintage, value)
        if (name, day) == ("acm_y10y", date(2025, 4, 10))
        else (name, day, known, vintage, value)
        for name, day, known, vintage, value in rows
    ]
    found = signal_for(judge(TermPremiumJump(), late, END)["acm_10y"], date(2025, 4, 10))
    assert "fitted yield is missing" in found.explained.unusual
