"""Joint selloff: one session on which the S&P 500, Treasuries and the dollar all fall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition
from rules.evaluation import Evaluations
from rules.judged_over import JudgedOver
from rules.markets.curve import CURVE
from rules.markets.havens import CURRENCIES
from rules.markets.legs import AVERAGE, FIX, LEGS, DollarSource, Session, Sessions, judged_sessions
from rules.model import Evidence, Panel
from rules.shared.dollar_leg import dollar_leg, selloff_caveat
from rules.shared.selloff_phrases import selloff_glance, why_unknown
from rules.shared.selloff_sizes import SelloffSizes
from rules.shared.selloff_text import (
    leg_labels,
    leg_sources,
    selloff_context,
    selloff_headline,
    since_said,
    size_lines,
)
from rules.terms import Kind, Severity
from rules.wording import day

Sd = Annotated[float, Interval(gt=0, le=10)]


@dataclass(frozen=True, kw_only=True)
class JointSelloff(Definition[Sessions]):
    """A dated event: SPX return < 0, 10-year yield change > 0 and dollar return < 0 on one session.

    Sessions are the dates on which all three have a value; each leg moves from its own market's
    close before, and one that was closed between says since when. A leg is scaled by the sample
    standard deviation of its previous `window_sessions` changes from session to session (log
    returns for the index and the dollar, basis points for the yield), times the root of the
    sessions it spans; the *weakest leg* is the smallest of the three. notice: all three down and
    weakest leg >= `notice_weakest_leg_sd`, 0 for every one. warning: >= `warning_weakest_leg_sd`.
    critical: >= `critical_weakest_leg_sd`, or all three simple moves beyond the `critical_*` sizes.

    Without a DXY close a basket stands in and the signal is provisional: by the Bank of Canada's
    average of the day, known the same evening; without it by the ECB's fix of the day, then by the
    span from the fix before to the fix after (known next morning). It is at most
    `substitute_max_severity`, until DXY confirms or cancels it.

    Base rates, from S&P 500, DGS10 and DXY closes to 2026-08: all three down 24.2 sessions a year
    since 1973, 16.6 since 1999; notice or more 7.1, warning or more 2.9, critical 0.9 a year since
    1999.
    """

    rule_id = "joint_selloff"
    title = "Joint selloff"
    kind = Kind.EVENT
    settled_over = JudgedOver.SESSION
    needed = (("spx",), ("ust10y",), ("dxy", AVERAGE, FIX))
    context_series = (*CURVE, *CURRENCIES)
    would_change = (
        "TIC transactions of the month with net foreign purchases, or a custody level that held, "
        "would mean foreigners were not the sellers; an upward correction of DXY ends it."
    )

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=20, le=504)] = 63
    notice_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    warning_weakest_leg_sd: Sd = 0.5
    critical_weakest_leg_sd: Sd = 1.0
    critical_spx_fall_pct: Annotated[float, Interval(gt=0, le=30)] = 1.0
    critical_ust10y_rise_bp: Annotated[float, Interval(gt=0, le=200)] = 5.0
    critical_usd_fall_pct: Annotated[float, Interval(gt=0, le=20)] = 0.5
    substitute_max_severity: Literal["notice", "warning", "critical"] = "warning"

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session and version: final with DXY, provisional with a basket."""
        judged = judged_sessions(panel, self.window_sessions)
        graded = self._size.graded(judged)
        sessions = {**judged, "code": graded.severity}
        provisional = sessions["basis"] != DollarSource.CLOSE
        period, known = sessions["session"], sessions["known"].astype("datetime64[s]")
        answers = self._answers(
            panel, "us", sessions, period, known, graded, provisional=provisional
        )
        return (answers,)

    @property
    def _size(self) -> SelloffSizes:
        most = Severity[self.substitute_max_severity.upper()]
        return SelloffSizes(self._sizes("weakest_leg_sd"), self.critical_moves, most)

    @property
    def critical_moves(self) -> tuple[float, float, float]:
        """What the S&P 500, the 10-year yield and the dollar must all be beyond."""
        spx, usd = -self.critical_spx_fall_pct, -self.critical_usd_fall_pct
        return spx, self.critical_ust10y_rise_bp, usd

    def _why_unknown(self, case: Case[Sessions]) -> str:
        return why_unknown(Session.of(case.on, case.row), self.window_sessions)

    def _headline(self, case: Case[Sessions]) -> str:
        session = Session.of(case.on, case.row)
        return selloff_headline(
            f"on {day(case.period)}",
            session.moves,
            [since_said(session, leg) for leg in LEGS],
            dollar_leg(session).short,
            fell=session.fell,
            fired=case.code > Evaluations.QUIET,
        )

    def _glance(self, case: Case[Sessions]) -> str:
        session = Session.of(case.on, case.row)
        since = [since_said(session, leg) for leg in LEGS]
        dollar = dollar_leg(session).short.removeprefix("ICE ")
        return selloff_glance(
            session.spx_pct, case.curve(session.ust_bp), dollar, session.usd_pct, since, case.haven
        )

    def _caveat(self, case: Case[Sessions]) -> str:
        return selloff_caveat(Session.of(case.on, case.row))

    def _numbers(self, case: Case[Sessions]) -> tuple[Evidence, ...]:
        session = Session.of(case.on, case.row)
        labels, sources = leg_labels(session), leg_sources(case, session)
        against, window = self._against(case), self.window_sessions
        return size_lines(case, session, labels, sources, self._size, against, window)

    def _context(self, case: Case[Sessions]) -> Context:
        session = Session.of(case.on, case.row)
        found = selloff_context(case, session, self.window_sessions)
        return found.beside(case.curve(session.ust_bp), case.panel, case.period)
