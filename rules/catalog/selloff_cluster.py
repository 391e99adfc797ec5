"""Selloff cluster: several joint selloffs within a few sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition, RuleAnswers
from rules.markets.change import sum_over
from rules.markets.market import MARKET, Market, joint_falls_of_size, moves_between, sessions_of
from rules.model import Evidence, Panel, type_float
from rules.terms import Kind
from rules.wording import day, number, plural

USUAL_SESSIONS: Final = 63
Sessions = Annotated[int, Interval(ge=1, le=60)]
Falls = tuple[Market, type_float, type_float]  # sessions; whether each counts; its weakest leg


@dataclass(frozen=True, kw_only=True)
class SelloffCluster(Definition[Falls]):
    """A condition: `notice_sessions` or more of the last `window_sessions` sessions were joint
    selloffs (S&P 500 down, 10-year yield up, DXY down) whose weakest leg was
    `min_weakest_leg_sd` or more of its usual daily move; 0 counts every one.

    notice 3 of 10, warning 4, critical 5. It closes when `close_at_sessions` or fewer are left in
    the window. Judged with DXY closes alone, on sessions of all three markets. Of any size, three
    of ten open as often as independent days would; of this size more than twice as often.

    Base rate from S&P 500, DGS10 and DXY closes, 1999-01 to 2026-08: opened 0.4 times a year, 0.11
    reached the warning size, none the critical one; independent days would open 0.15.
    """

    rule_id = "selloff_cluster"
    title = "Selloff cluster"
    kind = Kind.CONDITION
    needed = tuple((name,) for name in MARKET)
    caveat = (
        "Price action only: it does not show who sold. Clusters follow one piece of news more "
        "often than one kind of seller; single sessions of it may be small."
    )
    would_change = (
        "Two weeks without a further joint selloff close it; TIC transactions with net foreign "
        "purchases in these months would mean foreigners were not the sellers."
    )

    enabled: bool = True
    window_sessions: Sessions = 10
    min_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    notice_sessions: Sessions = 3
    warning_sessions: Sessions = 4
    critical_sessions: Sessions = 5
    close_at_sessions: Annotated[int, Interval(ge=0, le=60)] = 1

    def judge(self, panel: Panel) -> RuleAnswers:
        """One answer a session; unknown until the window is full, and while a disputed close leaves
        open whether enough of it fell."""
        market, least_sd = sessions_of(panel, MARKET), self.min_weakest_leg_sd
        fell, doubt, weakest = joint_falls_of_size(market, USUAL_SESSIONS, least_sd)
        count, doubtful = (sum_over(values, self.window_sessions) for values in (fell, doubt))
        unknown = np.isnan(count) | (count + doubtful >= self.notice_sessions) & (doubtful > 0)
        graded = self._sizes("sessions").graded(count, "count", unknown)
        known = market.known_over(self.window_sessions + USUAL_SESSIONS + 1)
        opens, on = np.asarray(count > self.close_at_sessions), (market, fell, weakest)
        return (self._answers(panel, "us", on, market.session, known, graded, keeps_open=opens),)

    @property
    def _window(self) -> str:
        return plural(self.window_sessions, "session")

    def _plotted_over(self) -> int:
        return self.window_sessions

    def _why_unknown(self, case: Case[Falls]) -> str:
        why = case.on[0].why_disputed(case.row, self.window_sessions)
        young = f"fewer than {self._window} are stored"
        return f"No data for the {self._window} to {day(case.period)}: {why or young}."

    def _headline(self, case: Case[Falls]) -> str:
        return (
            "Stocks, 10-year Treasuries and the dollar fell together on "
            f"{int(case.measure)} of the {self._window} to {day(case.period)}."
        )

    def _numbers(self, case: Case[Falls]) -> tuple[Evidence, ...]:
        limit, source = self._sizes("sessions").of(self._against(case)), case.source(*MARKET)
        label = f"Joint selloffs in {self._window}"
        return (case.line(label, case.measure, "count", source, limit),)

    def _context(self, case: Case[Falls]) -> Context:
        (market, fell, weakest), row, source = case.on, case.row, case.source(*MARKET)
        count, begins = case.answers.measure, row - self.window_sessions
        place, often = case.rank(count, source), case.frequency()
        those = (begins + 1 + np.flatnonzero(fell[begins + 1 : row + 1] > 0)).tolist()
        sizes = [f"{day(case.day_of(one))} ({number(weakest[one], 2)}σ)" for one in those]
        quarter = np.nansum(fell[max(0, row - 62) : row + 1])
        moved = [
            case.line(f"{label} over the window", change, unit, case.source(name))
            for name, label, change, unit in moves_between(market, begins, row)
        ]
        found = case.behind({f"Joint selloffs in {self._window}": place, "Clusters opened": often})
        return Context(
            f"By the smallest of the three moves: {', '.join(sizes)}. {often.said('time')}.",
            (case.line("Joint selloffs in 63 sessions", quarter, "count", source), *moved, *found),
            case.analogues(count, "count", case.fired[case.fired < begins]),
        )
