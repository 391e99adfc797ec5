"""Term-premium day: the 10-year term premium rises unusually far on one session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
from annotated_types import Interval

from rules.base_rates import base_rate
from rules.evaluation import Evaluations, any_of, severity_codes, shown_against
from rules.history_stats import Frequency
from rules.model import AlertText, Kind, Panel, Severity, type_float
from rules.plot import Plot
from rules.premium import SUBJECT, ReadsPremium, Rise, Rises, premium_plots, told, too_short

Bp = Annotated[float, Interval(gt=0, le=500)]

LAGS_SESSIONS: Final = (1,)


@dataclass(frozen=True, kw_only=True)
class TermPremiumDay(ReadsPremium):
    """A dated event: the ACM 10-year term premium rose sharply on one session.

    The change is taken inside one vintage. notice, warning and critical: at or above their sizes.
    It is told once, of the newest session; what a later estimate makes of old ones is no news. A
    rise over weeks is term_premium_jump.

    The first two sizes are the 95th and 99th percentiles of ACM changes since 2010 (New York Fed
    ACM, vintage 2026-08-22). Base rate a year at that severity or worse: from 1999 to 2009, which
    the sizes were not taken from, 11.3, 1.7 and 0.1; since 2010, which they were, 12.6, 2.5, 0.4.
    """

    rule_id: ClassVar[str] = "term_premium_day"
    title: ClassVar[str] = "Term-premium day"
    kind: ClassVar[Kind] = Kind.EVENT

    enabled: bool = True
    notice_1_session_bp: Bp = 8.7
    warning_1_session_bp: Bp = 15.3
    critical_1_session_bp: Bp = 25.0

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Both models."""
        return premium_plots(panel, 1)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session of the vintage in the panel."""
        rises = Rises.of(panel, LAGS_SESSIONS)
        rise = rises.rise_bp[:, 0]
        severity = self._graded(rise)
        ratios = rises.rise_bp / self.notice_1_session_bp

        def explain(row: int) -> AlertText:
            return self._explain(panel, rises, severity, row)

        return (
            Evaluations.final(
                self.rule_id,
                SUBJECT,
                rises.day,
                rises.known,
                severity,
                rise,
                "bp",
                ratios,
                explain,
                nearness=any_of(ratios),
            ),
        )

    def _graded(self, rise: type_float) -> npt.NDArray[np.int8]:
        return severity_codes(
            notice=rise >= self.notice_1_session_bp,
            warning=rise >= self.warning_1_session_bp,
            critical=rise >= self.critical_1_session_bp,
            unknown=np.isnan(rise),
        )

    def _explain(
        self, panel: Panel, rises: Rises, severity: npt.NDArray[np.int8], row: int
    ) -> AlertText:
        if severity[row] == Evaluations.UNKNOWN:
            return too_short(rises, row)
        against = shown_against(severity[row])
        size = {
            Severity.NOTICE: self.notice_1_session_bp,
            Severity.WARNING: self.warning_1_session_bp,
            Severity.CRITICAL: self.critical_1_session_bp,
        }[against]
        if severity[row] == Evaluations.QUIET:
            return told(panel, Rise(rises, row, 0, rises.day[row]), np.array([size]), against)
        # What was before this vintage counts as well.
        earlier = rises.before(panel)
        severity = np.concatenate((self._graded(earlier.rise_bp[:, 0]), severity[rises.reach :]))
        row += len(earlier.day) - rises.reach
        rises = rises.after(earlier)
        fired = severity > Evaluations.QUIET
        before = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        base = base_rate(self.rule_id, SUBJECT)
        often = Frequency.of(rises.day[fired], rises.day[row], rises.day[0], base)
        rise = Rise(rises, row, 0, rises.day[row])
        return told(panel, rise, np.array([size]), against, (often, "such session", before))
