"""Term-premium day: the 10-year term premium rises unusually far on one session."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from annotated_types import Interval

from rules.judged_over import JudgedOver
from rules.model import type_bool
from rules.severity_grading import Graded
from rules.shared.premium import PremiumRule, Rises
from rules.terms import Kind

Bp = Annotated[float, Interval(gt=0, le=500)]


@dataclass(frozen=True, kw_only=True)
class TermPremiumDay(PremiumRule):
    """A dated event: the ACM 10-year term premium rose sharply on one session.

    The change is taken inside one vintage. notice, warning and critical: at or above their sizes.
    It is told once, of the newest session; what a later estimate makes of old ones is no news. A
    rise over weeks is term_premium_jump.

    The first two sizes are the 95th and 99th percentiles of ACM changes since 2010 (New York Fed
    ACM, vintage 2026-08-22). Base rate a year at that severity or worse: from 1999 to 2009, which
    the sizes were not taken from, 11.3, 1.7 and 0.1; since 2010, which they were, 12.6, 2.5, 0.4.
    """

    rule_id = "term_premium_day"
    title = "Term-premium day"
    kind = Kind.EVENT
    settled_over = JudgedOver.SESSION
    lags = (1,)
    sized = ("1_session_bp",)

    enabled: bool = True
    notice_1_session_bp: Bp = 8.7
    warning_1_session_bp: Bp = 15.3
    critical_1_session_bp: Bp = 25.0

    def _graded(self, rises: Rises) -> tuple[Graded, type_bool]:
        graded = self._sizes(*self.sized).graded(rises.rise_bp[:, 0], "bp")
        return graded, np.zeros(len(rises.day), dtype=bool)
