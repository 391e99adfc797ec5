"""Term-premium jump: the 10-year term premium rises unusually far over one week or one month."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.base_rates import base_rate
from rules.change import change_bp
from rules.evaluation import Evaluations, any_of, severity_codes, shown_against
from rules.history_stats import Frequency, first_of_each, openings, paused
from rules.model import AlertText, Kind, Panel, Severity, type_bool, type_float
from rules.plot import Plot
from rules.premium import SUBJECT, ReadsPremium, Rise, Rises, premium_plots, told, too_short
from rules.premium_text import PREMIUM

Bp = Annotated[float, Interval(gt=0, le=500)]

LAGS_SESSIONS: Final = (5, 21)


@dataclass(frozen=True, kw_only=True)
class TermPremiumJump(ReadsPremium):
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

    rule_id: ClassVar[str] = "term_premium_jump"
    title: ClassVar[str] = "Term-premium jump"
    kind: ClassVar[Kind] = Kind.CONDITION

    enabled: bool = True
    notice_5_session_bp: Bp = 18.6
    notice_21_session_bp: Bp = 36.1
    warning_5_session_bp: Bp = 28.9
    warning_21_session_bp: Bp = 54.3
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0
    reopen_after_sessions: Annotated[int, Interval(ge=0, le=252)] = 10

    @property
    def notice_bp(self) -> type_float:
        """The notice sizes over 5 and 21 sessions."""
        return np.array([self.notice_5_session_bp, self.notice_21_session_bp])

    @property
    def warning_bp(self) -> type_float:
        """The warning sizes over 5 and 21 sessions."""
        return np.array([self.warning_5_session_bp, self.warning_21_session_bp])

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Both models, over the sessions in which the premium rose most for its sizes."""
        premium = panel.frame[PREMIUM].dropna().loc[: pd.Timestamp(period_end)].to_numpy()
        rise = [change_bp(premium, lag)[-1] if len(premium) > lag else 0.0 for lag in LAGS_SESSIONS]
        return premium_plots(panel, LAGS_SESSIONS[int(np.argmax(np.array(rise) / self.warning_bp))])

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session of the vintage in the panel."""
        rises = Rises.of(panel, LAGS_SESSIONS)
        raw, severity, keeps_open = self._graded(rises)
        ratios = rises.rise_bp / self.notice_bp
        # What is paused is near to nothing.
        nearness = np.where(severity == raw, any_of(ratios), np.nan)

        def explain(row: int) -> AlertText:
            return self._explain(panel, rises, severity, keeps_open, row)

        return (
            Evaluations.final(
                self.rule_id,
                SUBJECT,
                rises.day,
                rises.known,
                severity,
                any_of(ratios),
                "x notice size",
                ratios,
                explain,
                keeps_open,
                nearness,
            ),
        )

    def _graded(self, rises: Rises) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8], type_bool]:
        """The severities, those after what is paused, and where a condition stays open."""
        rise = rises.rise_bp
        warnings = (rise >= self.warning_bp).sum(axis=1)
        raw = severity_codes(
            notice=np.asarray((rise >= self.notice_bp).any(axis=1)),
            warning=warnings == 1,
            critical=warnings >= 2,
            unknown=np.asarray(np.isnan(rise).any(axis=1)),
        )
        closing_bp = self.notice_bp * self.close_below_pct_of_notice / 100.0
        keeps_open = np.asarray((rise >= closing_bp).any(axis=1))
        return raw, paused(raw, keeps_open, self.reopen_after_sessions), keeps_open

    def _explain(
        self,
        panel: Panel,
        rises: Rises,
        severity: npt.NDArray[np.int8],
        keeps_open: type_bool,
        row: int,
    ) -> AlertText:
        if severity[row] == Evaluations.UNKNOWN:
            return too_short(rises, row)
        leading = int(np.nanargmax(rises.rise_bp[row] / self.warning_bp))
        # A critical one is beyond both warning sizes and has none of its own.
        against = min(shown_against(severity[row]), Severity.WARNING)
        sizes = self.notice_bp if against is Severity.NOTICE else self.warning_bp
        if severity[row] == Evaluations.QUIET:
            return told(panel, Rise(rises, row, leading, rises.day[row]), sizes, against)
        # What was before this vintage counts as well.
        earlier = rises.before(panel)
        _, earlier_severity, earlier_open = self._graded(earlier)
        severity = np.concatenate((earlier_severity, severity[rises.reach :]))
        keeps_open = np.concatenate((earlier_open, keeps_open[rises.reach :]))
        row += len(earlier.day) - rises.reach
        rises = rises.after(earlier)
        opened = openings(severity, keeps_open)
        opened = opened[opened <= row]
        # The first session of each earlier episode on which the leading window had a notice size.
        large = np.flatnonzero(
            (severity[:row] > Evaluations.QUIET)
            & (rises.rise_bp[:row, leading] >= self.notice_bp[leading])
        )
        before = first_of_each(large, opened[:-1], opened[-1:])
        base = base_rate(self.rule_id, SUBJECT)
        often = Frequency.of(rises.day[opened], rises.day[row], rises.day[0], base)
        rise = Rise(rises, row, leading, rises.day[opened[-1]])
        return told(panel, rise, sizes, against, (often, "opening", before))
