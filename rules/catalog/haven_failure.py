"""Haven failure: a deep fall of stocks on a session on which Treasuries fall too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Final

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition
from rules.evaluation import Evaluations, all_of
from rules.judged_over import JudgedOver
from rules.markets.curve import CURVE
from rules.markets.havens import CURRENCIES
from rules.markets.market import MARKET, Market, sessions_of
from rules.model import Evidence, Panel, to_date, type_bool, type_float
from rules.severity_grading import Graded
from rules.terms import Kind
from rules.wording import day, moves_line, signed_bp, signed_pct

LEGS: Final = ("spx", "ust10y")
WINDOW_SESSIONS: Final = 63

FallPct = Annotated[float, Interval(gt=0, le=30)]


@dataclass(frozen=True)
class Moves:
    """A row a session but the first: the S&P 500's move in percent, the 10-year yield's in basis
    points and in its usual moves, and whether it rose by enough."""

    market: Market
    spx_pct: type_float
    ust_bp: type_float
    ust_sd: type_float
    rose: type_bool


@dataclass(frozen=True, kw_only=True)
class HavenFailure(Definition[Moves]):
    """A dated event: the S&P 500 falls deeply on a session and the 10-year par yield rises.

    The hedge pays when stocks fall and yields fall with them; here it does not. notice: the S&P 500
    down `notice_spx_fall_pct` or more and the yield up `min_ust10y_rise_bp` or more and
    `min_ust10y_rise_sd` or more of its usual daily moves, because one basis point is a rounding
    unit; warning and critical by the depth of the fall. Simple returns, each from its own market's
    close before, on sessions of both; one that was closed between says since when. The dollar is
    context and not part of the rule: joint_selloff is the rule with all three.

    Base rate from S&P 500 and DGS10 closes, 1999-01 to 2026-08: notice or more 3.7 sessions a year,
    warning or more 1.8, critical 0.7; deep falls of 2% or more came 10.5 times a year, so the
    hedge failed on about one in six of them.
    """

    rule_id = "haven_failure"
    title = "Haven failure"
    kind = Kind.EVENT
    settled_over = JudgedOver.SESSION
    needed = tuple((name,) for name in LEGS)
    context_series = (*MARKET, *CURVE, *CURRENCIES)
    caveat = (
        "Price action only: it does not show who sold. Yields also rise with stocks falling when "
        "inflation or supply is the news, and forced sellers raise cash with what they can sell."
    )
    would_change = (
        "Yields that fall back within a week while stocks stay down, or TIC transactions with net "
        "foreign purchases in this month, would mean that the haven held."
    )

    enabled: bool = True
    notice_spx_fall_pct: FallPct = 1.5
    warning_spx_fall_pct: FallPct = 2.0
    critical_spx_fall_pct: FallPct = 3.0
    min_ust10y_rise_bp: Annotated[float, Interval(gt=0, le=100)] = 1.0
    min_ust10y_rise_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session of both markets; unknown where a close of it or of the session
        before is disputed."""
        market = sessions_of(panel, LEGS)
        moves, disputed = self._moves(market), market.disputed_move[1:]
        fall_pct, counts = moves.spx_pct, moves.rose & ~disputed
        ratios = self._ratios(moves)
        severity = self._sizes("spx_fall_pct").codes(-fall_pct, disputed, counts)
        # The yardstick of usual moves ends at the session before.
        known = market.known_over(WINDOW_SESSIONS + 1)[1:]
        # Stocks that fell without a rise of yields are no nearer to the threshold.
        measure = np.where(moves.rose, fall_pct, np.maximum(fall_pct, 0.0))
        graded = Graded(severity, measure, "pct", ratios, all_of(ratios))
        return (self._answers(panel, "us", moves, market.session[1:], known, graded),)

    def _moves(self, market: Market) -> Moves:
        """Every move; before there is a usual one to compare with, a rise by basis points alone."""
        bp, sd = (
            market.leg["ust10y"].move[1:],
            market.leg["ust10y"].fall_sd(WINDOW_SESSIONS)[1:],
        )
        large = np.isnan(sd) | (sd >= self.min_ust10y_rise_sd)
        rose = np.asarray((bp >= self.min_ust10y_rise_bp) & large)
        return Moves(market, market.leg["spx"].move[1:], bp, sd, rose)

    def _ratios(self, moves: Moves) -> type_float:
        """The fall over its notice size, and the rise over the one of its two smallest sizes that
        it is further from; by basis points alone where there is no usual move, or no size for it.
        """
        in_sd = moves.ust_sd / self.min_ust10y_rise_sd if self.min_ust10y_rise_sd else np.nan
        in_bp = moves.ust_bp / self.min_ust10y_rise_bp
        return np.column_stack((moves.spx_pct / -self.notice_spx_fall_pct, np.fmin(in_bp, in_sd)))

    def _why_unknown(self, case: Case[Moves]) -> str:
        why = case.on.market.why_disputed(case.row + 1, 1)
        return case.no_data(why)

    def _headline(self, case: Case[Moves]) -> str:
        moves, row = case.on, case.row
        spx, ust = (moves.market.since_words(name, row + 1) for name in LEGS)
        what = ": Treasuries failed to hedge" if case.code > Evaluations.QUIET else ""
        return (
            f"S&P 500 {signed_pct(moves.spx_pct[row])}{spx} {day(case.period)}, 10-year yield "
            f"{signed_bp(moves.ust_bp[row])}{ust}{what}."
        )

    def _glance(self, case: Case[Moves]) -> str:
        moves, row = case.on, case.row
        spx, ust = (moves.market.since_words(name, row + 1) for name in LEGS)
        curve = case.curve(float(moves.ust_bp[row])).short
        return moves_line(f"S&P {signed_pct(moves.spx_pct[row])}{spx}", f"{curve}{ust}", case.haven)

    def _numbers(self, case: Case[Moves]) -> tuple[Evidence, ...]:
        moves, row, (spx, ust) = case.on, case.row, (case.source(name) for name in LEGS)
        market, least_sd = moves.market, self.min_ust10y_rise_sd or None
        since = {name: market.since_words(name, row + 1) for name in LEGS}
        limit, rise = -self._sizes("spx_fall_pct").of(self._against(case)), self.min_ust10y_rise_bp
        level, sd = market.level["ust10y"][row + 1], f"in σ ({WINDOW_SESSIONS}-day)"
        fall_sd = market.leg["spx"].fall_sd(WINDOW_SESSIONS)[row + 1]
        return (
            case.line(f"S&P 500{since['spx']}", moves.spx_pct[row], "pct", spx, limit),
            case.line(f"10-year yield{since['ust10y']}", moves.ust_bp[row], "bp", ust, rise),
            case.line(f"10-year yield, rise {sd}", moves.ust_sd[row], "sd", ust, least_sd),
            case.line(f"S&P 500, fall {sd}", fall_sd, "sd", spx),
            case.line("10-year yield, level", level, "pct", ust),
        )

    def _context(self, case: Case[Moves]) -> Context:
        moves, fired = case.on, case.answers.severity > Evaluations.QUIET
        falls = case.rank(np.where(fired, moves.spx_pct, np.nan), case.source("spx"), low=True)
        often = case.frequency()
        found = Context(
            f"Of such sessions the {falls.said('deepest fall')}. {often.said('such session')}.",
            (
                *self._failing(case),
                *case.behind({"S&P 500, fall with yields up": falls, "Haven failures": often}),
            ),
            case.analogues(moves.spx_pct, "pct"),
        )
        return found.beside(case.curve(float(moves.ust_bp[case.row])), case.panel, case.period)

    def _failing(self, case: Case[Moves]) -> tuple[Evidence, ...]:
        """On how many of all falls as deep as a notice the hedge failed: ever, in the last year."""
        moves, until = case.on, slice(case.row + 1)
        deep = moves.spx_pct[until] <= -self.notice_spx_fall_pct
        failed, source = (
            deep & moves.rose[until],
            f"stored sessions since {to_date(moves.market.session[1])}",
        )
        ever, lately = (100.0 * (failed[-n:].sum() / deep[-n:].sum()) for n in (len(deep), 252))
        return (
            case.line("Falls as deep on which yields rose", ever, "pct", source),
            case.line("The same over the last 252 sessions", lately, "pct", source),
            case.line("Falls as deep in the sample", deep.sum(), "count", source),
        )
