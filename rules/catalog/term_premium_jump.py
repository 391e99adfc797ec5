"""Term-premium jump: the 10-year term premium rises unusually far over one week or one month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Annotated

import numpy as np
import pandas as pd
from annotated_types import Interval

from rules.case import Case
from rules.context.history_stats import apply_cooldown, first_of_each
from rules.evaluation import Evaluations
from rules.judged_over import JudgedOver
from rules.markets.change import change_bp
from rules.model import Panel, type_bool
from rules.plot import Plot
from rules.point_in_time.vintage_rows import Rows
from rules.severity_grading import Graded, graded_by_any
from rules.shared.premium import PremiumRule, Rises, premium_plots
from rules.shared.premium_text import PREMIUM
from rules.terms import Kind, Severity

Bp = Annotated[float, Interval(gt=0, le=500)]


@dataclass(frozen=True, kw_only=True)
class TermPremiumJump(PremiumRule):
    """A condition: the ACM 10-year term premium is up sharply over 5 or 21 sessions.

    Changes are taken inside one vintage, because an estimate changes the whole history. notice:
    either at or above its `notice_*` size. warning: either at or above its `warning_*` size.
    critical: both at or above their `warning_*` sizes. It closes when both are back below
    `close_below_pct_of_notice` percent of the notice sizes, and for `reopen_after_sessions` after
    that only a worse severity than it had opens it again. A rise on one session is an event of its
    own, term_premium_day.

    The sizes are the 95th and 99th percentiles of ACM changes since 2010: 18.6/28.9 bp over five
    sessions, 36.1/54.3 over twenty-one (New York Fed ACM, vintage 2026-08-22). Base rate a year at
    that severity or worse: from 1999 to 2009, which the sizes were not taken from, 3.8, 1.1 and
    0.5; since 2010, which they were, 3.9, 1.4 and 0.2.
    """

    rule_id = "term_premium_jump"
    title = "Term-premium jump"
    kind = Kind.CONDITION
    settled_over = JudgedOver.WINDOW
    lags = (5, 21)
    sized = ("5_session_bp", "21_session_bp")
    # A critical one is beyond both warning sizes and has none of its own.
    most_sized = Severity.WARNING

    enabled: bool = True
    notice_5_session_bp: Bp = 18.6
    notice_21_session_bp: Bp = 36.1
    warning_5_session_bp: Bp = 28.9
    warning_21_session_bp: Bp = 54.3
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0
    reopen_after_sessions: Annotated[int, Interval(ge=0, le=252)] = 10

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Both models, over the sessions in which the premium rose most for its sizes."""
        premium = panel.frame[PREMIUM].dropna().loc[: pd.Timestamp(period_end)].to_numpy()
        rise = [change_bp(premium, lag)[-1] if len(premium) > lag else 0.0 for lag in self.lags]
        return premium_plots(panel, self.lags[int(np.argmax(np.array(rise) / self.sizes[1]))])

    def _graded(self, rises: Rises) -> tuple[Graded, type_bool]:
        """What is in its cooldown is quiet, and near to nothing."""
        raw = graded_by_any(rises.rise_bp, self.sizes)
        opens = raw.keeps_open(self.close_below_pct_of_notice)
        severity = apply_cooldown(raw.severity, opens, self.reopen_after_sessions)
        nearness = np.where(severity == raw.severity, raw.measure, np.nan)
        return replace(raw, severity=severity, nearness=nearness), opens

    def _leading(self, case: Case[Rises]) -> int:
        return int(np.nanargmax(case.on.rise_bp[case.row] / self.sizes[1]))

    def _earlier(self, whole: Case[Rises], leading: int) -> tuple[Rows, np.datetime64]:
        """The first session of each earlier episode on which the leading window had a notice
        size."""
        opened, until = whole.fired, slice(whole.row)
        large = np.flatnonzero(
            (whole.answers.severity[until] > Evaluations.QUIET)
            & (whole.on.rise_bp[until, leading] >= self.sizes[0, leading])
        )
        rows = first_of_each(large, opened[:-1], opened[-1:])
        return rows, whole.answers.period_end[opened[-1]]
