"""Rates up, dollar down: the pattern of an emerging market, where capital leaves both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition, RuleAnswers
from rules.markets.curve import CURVE, CurveMove
from rules.markets.market import MARKET, Market, sessions_of
from rules.model import Evidence, Panel, type_float
from rules.severity_grading import graded_by_all
from rules.terms import Kind
from rules.wording import day, moves_line, number, signed_bp, signed_pct

Bp = Annotated[float, Interval(gt=0, le=500)]
FallPct = Annotated[float, Interval(gt=0, le=50)]

LEGS: Final = ("ust10y", "dxy")
Moves = tuple[Market, type_float]  # the yield's move over the window in bp, DXY's in %


@dataclass(frozen=True, kw_only=True)
class RatesUpDollarDown(Definition[Moves]):
    """A condition: over `window_sessions` the 10-year yield is up and DXY is down, both by much.

    notice, warning and critical need both sizes at once. It closes when either is below
    `close_below_pct_of_notice` percent of its notice size. Changes of closes on sessions of both
    markets; the yield in basis points, DXY as a simple return.

    Base rate from DGS10 and DXY closes, 1999-01 to 2026-08: opened 1.7 times a year, 0.9 at warning
    and 0.4 at critical; both were beyond the notice sizes on 2.8% of sessions.
    """

    rule_id = "rates_up_dollar_down"
    title = "Rates up, dollar down"
    kind = Kind.CONDITION
    needed = tuple((name,) for name in LEGS)
    context_series = (*MARKET, *CURVE)
    sized = ("ust10y_rise_bp", "dxy_fall_pct")
    caveat = (
        "Price action only: it does not show who sold. A weaker dollar with higher yields also "
        "comes of growth abroad, of foreigners who hedge and keep their Treasuries, of inflation."
    )
    would_change = (
        "TIC net purchases over these weeks would mean that foreigners hedged and did not sell."
    )

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=2, le=252)] = 21
    notice_ust10y_rise_bp: Bp = 20.0
    notice_dxy_fall_pct: FallPct = 1.5
    warning_ust10y_rise_bp: Bp = 25.0
    warning_dxy_fall_pct: FallPct = 2.0
    critical_ust10y_rise_bp: Bp = 30.0
    critical_dxy_fall_pct: FallPct = 3.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    def judge(self, panel: Panel) -> RuleAnswers:
        """One answer a session; unknown until the window is full, and over a disputed close."""
        market, rows = sessions_of(panel, LEGS), self.window_sessions
        moves = np.column_stack([market.moved(name, rows) for name in LEGS])
        graded, known = graded_by_all(moves * [1.0, -1.0], self.sizes), market.known_over(rows)
        return (self._answers(panel, "us", (market, moves), market.session, known, graded),)

    def _plotted_over(self) -> int:
        return self.window_sessions

    def _why_unknown(self, case: Case[Moves]) -> str:
        why = case.on[0].why_disputed(case.row, self.window_sessions)
        return case.no_data(why or f"fewer than {self.window_sessions} earlier sessions")

    def _headline(self, case: Case[Moves]) -> str:
        rise, fall = case.on[1][case.row]
        moved = f"10-year yield {signed_bp(rise)} and DXY {signed_pct(fall)}"
        return f"{moved} over {self.window_sessions} sessions to {day(case.period)}."

    def _glance(self, case: Case[Moves]) -> str:
        fall = f"DXY {signed_pct(case.on[1][case.row, 1])} in {self.window_sessions} sessions"
        return moves_line(self._curve(case).short, fall)

    def _curve(self, case: Case[Moves]) -> CurveMove:
        return case.curve(float(case.on[1][case.row, 0]), self.window_sessions)

    def _numbers(self, case: Case[Moves]) -> tuple[Evidence, ...]:
        (market, moves), row = case.on, case.row
        rise_bp, fall_pct = self.sizes[self._against(case) - 1].tolist()
        (ust, dxy), over = map(case.source, LEGS), f"over {self.window_sessions} sessions"
        return (
            case.line(f"10-year yield {over}", moves[row, 0], "bp", ust, rise_bp),
            case.line(f"ICE DXY {over}", moves[row, 1], "pct", dxy, -fall_pct),
            case.line("10-year yield", market.level["ust10y"][row], "pct", ust),
            case.line("ICE DXY", market.level["dxy"][row], "index", dxy),
        )

    def _context(self, case: Case[Moves]) -> Context:
        smaller, often = case.answers.measure, case.frequency()
        place = case.rank(smaller, case.source(*LEGS))
        fallen = case.rank(case.on[1][:, 1], case.source("dxy"), low=True)
        found = Context(
            f"{number(case.measure, 1)}x the notice threshold on the smaller of the two, the "
            f"{place.said('largest')}. {often.said('time')}.",
            case.behind({"Smaller of the two": place, "DXY's fall": fallen, "Openings": often}),
            case.analogues(smaller, "x notice size"),
        )
        return found.beside(self._curve(case), case.panel, case.period)
