"""The sizes of a joint selloff of one session, and which of some sessions have reached which."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from rules.evaluation import Evaluations
from rules.markets.legs import MOVES, DollarSource, Sessions
from rules.model import type_float
from rules.severity_grading import Codes, Graded, SeverityThresholds
from rules.terms import Severity


class SelloffSizes(NamedTuple):
    """The least weakest leg of each severity, in standard deviations; `moves`, what the three must
    all be beyond to be critical whatever their usual moves are: percent, basis points, percent; and
    the most severe that a session is by a basket in place of the dollar index."""

    weakest: SeverityThresholds
    moves: tuple[float, float, float]
    most_by_basket: Severity = Severity.CRITICAL

    def graded(self, sessions: Sessions) -> Graded:
        """Sessions as in `judged_sessions`, graded by their weakest leg."""
        severity, weakest = self._codes(sessions), sessions["weakest"]
        nearness = self._nearness(weakest, severity)
        return Graded(severity, weakest, "sd", self._ratios(sessions), nearness)

    def _codes(self, sessions: Sessions) -> Codes:
        fell, weakest = sessions["fell"], sessions["weakest"]
        spx, ust, usd = (sessions[name] for name in MOVES.values())
        spx_pct, ust_bp, usd_pct = self.moves
        large = (spx <= spx_pct) & (ust >= ust_bp) & (usd <= usd_pct)
        notice, warning, critical = self.weakest
        code = np.select(
            [
                fell & (large | (weakest >= critical)),
                fell & (weakest >= warning),
                fell & np.isnan(weakest),
                fell & (weakest >= notice),
            ],
            [Severity.CRITICAL, Severity.WARNING, Evaluations.UNKNOWN, Severity.NOTICE],
            Evaluations.QUIET,
        )
        by_basket = sessions["basis"] != DollarSource.CLOSE
        code = np.where(by_basket, np.minimum(code, self.most_by_basket), code)
        # Two legs down and no dollar at all: it may have been one, and nobody can say. Two sources
        # that disagree leave nothing to judge by.
        unknown = sessions["maybe"] | pd.notna(sessions["dispute"])
        return np.where(unknown, Evaluations.UNKNOWN, code).astype(np.int8)

    def _ratios(self, sessions: Sessions) -> type_float:
        """The three moves over their critical sizes, and the weakest leg over the warning size."""
        limits = np.array([*self.moves, self.weakest.warning])
        judged = (*MOVES.values(), "weakest")
        return np.asarray(np.column_stack([sessions[name] for name in judged]) / limits)

    def _nearness(self, weakest: type_float, severity: Codes) -> type_float | None:
        """How much of the notice size the weakest leg has; None where every one is a notice."""
        if self.weakest.notice == 0:
            return None
        found = weakest / self.weakest.notice
        return np.where(severity > Evaluations.QUIET, np.fmax(found, 1.0), found)
