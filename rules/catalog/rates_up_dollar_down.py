"""Rates up, dollar down: the pattern of an emerging market, where capital leaves both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
from annotated_types import Interval

from rules.aftermath import analogues
from rules.base_rates import base_rate
from rules.change import change_bp
from rules.evaluation import Evaluations, severity_codes, shown_against
from rules.history_stats import Frequency, Rank, openings
from rules.market import Market, ReadsMarket, sessions_of
from rules.model import AlertText, Evidence, Kind, Panel, Severity, to_date, type_bool, type_float
from rules.plot import Plot, needed_plots
from rules.wording import day, number, signed

LEGS: Final = ("ust10y", "dxy")
CAVEAT: Final = (
    "Price action only: it does not show who sold. A developed market's currency rises with its "
    "yields most of the time; a weaker dollar with higher yields also comes of growth abroad, of "
    "currency hedging by foreigners who keep their Treasuries, and of inflation."
)
FALSIFIER: Final = (
    "It closes when either of the two has given back half; TIC transactions with net foreign "
    "purchases over these weeks would say that foreigners hedged and did not sell."
)

Bp = Annotated[float, Interval(gt=0, le=500)]
FallPct = Annotated[float, Interval(gt=0, le=50)]


@dataclass(frozen=True, kw_only=True)
class RatesUpDollarDown(ReadsMarket):
    """A condition: over `window_sessions` the 10-year yield is up and DXY is down, both by much.

    notice, warning and critical need both sizes at once. It closes when either is below
    `close_below_pct_of_notice` percent of its notice size. Changes of closes on sessions of both
    markets; the yield in basis points, DXY as a simple return.

    Base rate from DGS10 and DXY closes, 1999-01 to 2026-08: opened 1.7 times a year, 0.9 of them at
    the warning size and 0.4 at the critical one; both were beyond the notice sizes on 2.8 % of
    sessions.
    """

    rule_id: ClassVar[str] = "rates_up_dollar_down"
    title: ClassVar[str] = "Rates up, dollar down"
    kind: ClassVar[Kind] = Kind.CONDITION
    prompt_within: ClassVar[timedelta] = timedelta(hours=42)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    legs: ClassVar[tuple[str, ...]] = LEGS

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=2, le=252)] = 21
    notice_ust10y_rise_bp: Bp = 20.0
    notice_dxy_fall_pct: FallPct = 1.5
    warning_ust10y_rise_bp: Bp = 25.0
    warning_dxy_fall_pct: FallPct = 2.0
    critical_ust10y_rise_bp: Bp = 30.0
    critical_dxy_fall_pct: FallPct = 3.0
    close_below_pct_of_notice: Annotated[float, Interval(gt=0, le=100)] = 50.0

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Its closes, over the window."""
        return needed_plots(self.needs, panel, period_end, over=self.window_sessions)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session; unknown until the window is full, and where a close at one of its
        ends is disputed."""
        market = sessions_of(panel, LEGS)
        moves = self._moves(market)
        severity = severity_codes(
            notice=self._reached(moves, self.notice_ust10y_rise_bp, self.notice_dxy_fall_pct),
            warning=self._reached(moves, self.warning_ust10y_rise_bp, self.warning_dxy_fall_pct),
            critical=self._reached(moves, self.critical_ust10y_rise_bp, self.critical_dxy_fall_pct),
            unknown=np.asarray(np.isnan(moves).any(axis=1)),
        )
        ratios: type_float = moves / [self.notice_ust10y_rise_bp, -self.notice_dxy_fall_pct]
        weaker = ratios.min(axis=1) if len(ratios) else np.array([])

        keeps_open = np.asarray(100.0 * weaker >= self.close_below_pct_of_notice)

        def explain(row: int) -> AlertText:
            return self._explain(panel, market, moves, weaker, severity, keeps_open, row)

        return (
            Evaluations.final(
                self.rule_id,
                "us",
                market.session,
                market.known_over(self.window_sessions),
                severity,
                weaker,
                "x notice size",
                ratios,
                explain,
                keeps_open,
                weaker,
            ),
        )

    def _moves(self, market: Market) -> type_float:
        """The changes of the yield (bp) and of DXY (%) over the window; NaN where unknown."""
        rows, dxy = self.window_sessions, market.level["dxy"]
        fall = np.full(len(dxy), np.nan)
        fall[rows:] = 100.0 * (dxy[rows:] / dxy[:-rows] - 1.0)
        moves = np.column_stack((change_bp(market.level["ust10y"], rows), np.round(fall, 9)))
        moves[market.disputed] = np.nan
        moves[rows:][market.disputed[:-rows]] = np.nan
        return moves

    def _reached(self, moves: type_float, rise_bp: float, fall_pct: float) -> type_bool:
        return np.asarray((moves[:, 0] >= rise_bp) & (moves[:, 1] <= -fall_pct))

    def _explain(
        self,
        panel: Panel,
        market: Market,
        moves: type_float,
        weaker: type_float,
        severity: npt.NDArray[np.int8],
        keeps_open: type_bool,
        row: int,
    ) -> AlertText:
        session, rows = market.session[row], self.window_sessions
        period = to_date(session)
        if severity[row] == Evaluations.UNKNOWN:
            dispute = market.dispute_at(row, rows)
            why = f"fewer than {rows} earlier sessions" if dispute is None else dispute.said
            return AlertText(headline=f"{day(period)} cannot be judged: {why}.")
        rise, fall = float(moves[row, 0]), float(moves[row, 1])
        headline = (
            f"Over {rows} sessions to {day(period)} the 10-year yield moved {signed(rise, 0)} bp "
            f"and DXY {signed(fall, 1)} %."
        )
        against = shown_against(severity[row])
        evidence = self._evidence(panel, market, moves, against, row)
        if severity[row] == Evaluations.QUIET:
            return AlertText(headline, evidence=evidence)
        opened = openings(severity, keeps_open)
        before = opened[opened <= row][:-1]
        source = "; ".join(panel.source(name, period) for name in LEGS)
        place = Rank.of(weaker, market.session, row, low=False, sample=source)
        often = Frequency.of(
            market.session[opened[opened <= row]],
            session,
            market.session[0],
            base_rate(self.rule_id, "us"),
        )
        fallen = Rank.of(
            moves[:, 1], market.session, row, low=True, sample=panel.source("dxy", period)
        )
        return AlertText(
            headline,
            f"The smaller of the two is {number(weaker[row], 1)}x its notice threshold, the "
            f"{place.said('largest')}. {often.said('opening')}.",
            CAVEAT,
            (
                *evidence,
                *place.evidence("Weaker of the two", period),
                *fallen.evidence("DXY's fall", period),
                *often.evidence("Openings", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel, market.known[row], market.session[before], weaker[before], "x notice size"
            ),
            against=against,
        )

    def _evidence(
        self,
        panel: Panel,
        market: Market,
        moves: type_float,
        against: Severity,
        row: int,
    ) -> tuple[Evidence, ...]:
        period = to_date(market.session[row])
        rise_bp, fall_pct = {
            Severity.NOTICE: (self.notice_ust10y_rise_bp, self.notice_dxy_fall_pct),
            Severity.WARNING: (self.warning_ust10y_rise_bp, self.warning_dxy_fall_pct),
            Severity.CRITICAL: (self.critical_ust10y_rise_bp, self.critical_dxy_fall_pct),
        }[against]
        over = f"over {self.window_sessions} sessions"
        ust, dxy = (panel.source(name, period) for name in LEGS)
        return (
            Evidence(f"10-year yield {over}", float(moves[row, 0]), "bp", period, ust, rise_bp),
            Evidence(f"ICE DXY {over}", float(moves[row, 1]), "pct", period, dxy, -fall_pct),
            Evidence("10-year yield", float(market.level["ust10y"][row]), "pct", period, ust),
            Evidence("ICE DXY", float(market.level["dxy"][row]), "index", period, dxy),
        )
