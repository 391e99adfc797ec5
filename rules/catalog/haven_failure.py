"""Haven failure: a deep fall of stocks on a session on which Treasuries fall too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
from annotated_types import Interval

from rules.aftermath import analogues
from rules.base_rates import base_rate
from rules.curve import TENORS, curve_evidence, curve_said, tenor_moves
from rules.evaluation import Evaluations, all_of, severity_codes, shown_against
from rules.history_stats import Frequency, Rank
from rules.market import MARKET, Market, ReadsMarket, sessions_of
from rules.model import (
    AlertText,
    Evidence,
    Kind,
    Panel,
    Severity,
    to_date,
    type_bool,
    type_float,
)
from rules.wording import day, signed

LEGS: Final = ("spx", "ust10y")
WINDOW_SESSIONS: Final = 63
CAVEAT: Final = (
    "Price action only: it does not show who sold. Yields also rise with stocks falling when "
    "inflation or supply is the news, and forced sellers raise cash with what they can sell."
)
FALSIFIER: Final = (
    "Yields that fall back within a week while stocks stay down, or TIC transactions with net "
    "foreign purchases in this month, would say that the haven held."
)

FallPct = Annotated[float, Interval(gt=0, le=30)]


@dataclass(frozen=True)
class Moves:
    """A row a session: the S&P 500's move in percent and the 10-year yield's in basis points, each
    fall in price in its usual moves, and whether the yield rose by enough."""

    spx_pct: type_float
    ust_bp: type_float
    spx_sd: type_float
    ust_sd: type_float
    rose: type_bool


@dataclass(frozen=True, kw_only=True)
class HavenFailure(ReadsMarket):
    """A dated event: the S&P 500 falls deeply on a session and the 10-year par yield rises.

    The hedge pays when stocks fall and yields fall with them; here it does not. notice: the S&P 500
    down `notice_spx_fall_pct` or more and the yield up `min_ust10y_rise_bp` or more and
    `min_ust10y_rise_sd` or more of its usual daily moves, because one basis point is a rounding
    unit; warning and critical by the depth of the fall. Simple returns, each from its own market's
    close before, on sessions of both; one that was closed between says since when. The dollar is
    context and not part of the rule: joint_selloff is the rule with all three.

    Base rate from S&P 500 and DGS10 closes, 1999-01 to 2026-08: notice or more 3.7 sessions a year,
    warning or more 1.8, critical 0.7; deep falls of 2 % or more came 10.5 times a year, so the
    hedge failed on about one in six of them.
    """

    rule_id: ClassVar[str] = "haven_failure"
    title: ClassVar[str] = "Haven failure"
    kind: ClassVar[Kind] = Kind.EVENT
    prompt_within: ClassVar[timedelta] = timedelta(hours=42)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    legs: ClassVar[tuple[str, ...]] = LEGS

    enabled: bool = True
    notice_spx_fall_pct: FallPct = 1.5
    warning_spx_fall_pct: FallPct = 2.0
    critical_spx_fall_pct: FallPct = 3.0
    min_ust10y_rise_bp: Annotated[float, Interval(gt=0, le=100)] = 1.0
    min_ust10y_rise_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25

    @property
    def series(self) -> tuple[str, ...]:
        """S&P 500 close, 10-year par yield and DXY close; the other maturities for the words."""
        return (*MARKET, *TENORS)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session of both markets; unknown where a close of it or of the session
        before is disputed."""
        market = sessions_of(panel, LEGS)
        moves = self._moves(market)
        fall_pct = moves.spx_pct
        disputed = market.disputed_move[1:]
        severity = severity_codes(
            notice=moves.rose & ~disputed & (fall_pct <= -self.notice_spx_fall_pct),
            warning=moves.rose & ~disputed & (fall_pct <= -self.warning_spx_fall_pct),
            critical=moves.rose & ~disputed & (fall_pct <= -self.critical_spx_fall_pct),
            unknown=disputed,
        )
        ratios = self._ratios(moves)

        def explain(row: int) -> AlertText:
            return self._explain(panel, market, moves, severity, row)

        return (
            Evaluations.final(
                self.rule_id,
                "us",
                market.session[1:],
                # The yardstick of usual moves ends at the session before.
                market.known_over(WINDOW_SESSIONS + 1)[1:],
                severity,
                # Stocks that fell without a rise of yields are no nearer to the threshold.
                np.where(moves.rose, fall_pct, np.maximum(fall_pct, 0.0)),
                "pct",
                ratios,
                explain,
                nearness=all_of(ratios),
            ),
        )

    def _moves(self, market: Market) -> Moves:
        """Both moves of every session but the first, and whether the yield rose by enough; before
        there is a usual move to compare with, by basis points alone."""
        ust_bp = market.leg["ust10y"].move[1:]
        ust_sd = market.leg["ust10y"].fall_sd(WINDOW_SESSIONS)[1:]
        large = np.isnan(ust_sd) | (ust_sd >= self.min_ust10y_rise_sd)
        return Moves(
            spx_pct=market.leg["spx"].move[1:],
            ust_bp=ust_bp,
            spx_sd=market.leg["spx"].fall_sd(WINDOW_SESSIONS)[1:],
            ust_sd=ust_sd,
            rose=np.asarray((ust_bp >= self.min_ust10y_rise_bp) & large),
        )

    def _ratios(self, moves: Moves) -> type_float:
        """The fall over its notice size, and the rise over the one of its two smallest sizes that
        it is further from; by basis points alone where there is no usual move, or no size for it.
        """
        in_sd = moves.ust_sd / self.min_ust10y_rise_sd if self.min_ust10y_rise_sd else np.nan
        in_bp = moves.ust_bp / self.min_ust10y_rise_bp
        return np.column_stack((moves.spx_pct / -self.notice_spx_fall_pct, np.fmin(in_bp, in_sd)))

    def _explain(
        self,
        panel: Panel,
        market: Market,
        moves: Moves,
        severity: npt.NDArray[np.int8],
        row: int,
    ) -> AlertText:
        session = market.session[row + 1]
        period = to_date(session)
        dispute = market.dispute_at(row + 1, 1)
        if dispute is not None:
            return AlertText(headline=f"{day(period)} cannot be judged: {dispute.said}.")
        fell, rose = float(moves.spx_pct[row]), float(moves.ust_bp[row])
        headline = (
            f"The S&P 500 moved {signed(fell, 1)} %{_since(market, 'spx', row)} on {day(period)} "
            f"and the 10-year yield {signed(rose, 0)} bp{_since(market, 'ust10y', row)}"
        )
        against = shown_against(severity[row])
        lines = self._lines(panel, market, moves, against, row)
        if severity[row] <= Evaluations.QUIET:
            return AlertText(f"{headline}.", evidence=lines)
        fired = severity > Evaluations.QUIET
        source = panel.source("spx", period)
        days = market.session[1:]
        falls = Rank.of(np.where(fired, moves.spx_pct, np.nan), days, row, low=True, sample=source)
        often = Frequency.of(days[fired], session, days[0], base_rate(self.rule_id, "us"))
        alike = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        tenors = tenor_moves(panel, period, market.known[row + 1])
        return AlertText(
            f"{headline}: the 10-year did not shelter.",
            f"{curve_said(tenors, rose)}Of such sessions the {falls.said('deepest fall')}. "
            f"{often.said('such session')}.",
            CAVEAT,
            (
                *lines,
                *_failing(market, moves, self, row),
                *falls.evidence("S&P 500, fall with yields up", period),
                *often.evidence("Haven failures", period),
                *curve_evidence(panel, tenors, period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel, market.known[row + 1], days[alike], moves.spx_pct[alike], "pct"
            ),
            against=against,
        )

    def _lines(
        self, panel: Panel, market: Market, moves: Moves, against: Severity, row: int
    ) -> tuple[Evidence, ...]:
        """Both moves against the sizes of one severity, in their units and their usual moves."""
        period = to_date(market.session[row + 1])
        limit = {
            Severity.NOTICE: self.notice_spx_fall_pct,
            Severity.WARNING: self.warning_spx_fall_pct,
            Severity.CRITICAL: self.critical_spx_fall_pct,
        }[against]
        spx, ust = (panel.source(name, period) for name in LEGS)
        fell, rose = float(moves.spx_pct[row]), float(moves.ust_bp[row])
        level = float(market.level["ust10y"][row + 1])
        return (
            Evidence(f"S&P 500{_since(market, 'spx', row)}", fell, "pct", period, spx, -limit),
            Evidence(
                f"10-year yield{_since(market, 'ust10y', row)}",
                rose,
                "bp",
                period,
                ust,
                self.min_ust10y_rise_bp,
            ),
            Evidence(
                "10-year yield, rise in its usual daily moves",
                float(moves.ust_sd[row]),
                "sd",
                period,
                ust,
                self.min_ust10y_rise_sd or None,
            ),
            Evidence(
                "S&P 500, fall in its usual daily moves",
                float(moves.spx_sd[row]),
                "sd",
                period,
                spx,
            ),
            Evidence("10-year yield, level", level, "pct", period, ust),
        )


def _since(market: Market, name: str, row: int) -> str:
    """` since Wed 10 Nov` where a market was closed on the session before."""
    leg = market.leg[name]
    if leg.span[row + 1] == 1:
        return ""
    since = to_date(leg.since[row + 1])
    return f" since {since:%a} {since.day} {since:%b}"


def _failing(market: Market, moves: Moves, rule: HavenFailure, row: int) -> tuple[Evidence, ...]:
    """On how many of all falls as deep as a notice the hedge failed: ever and in the last year."""
    period = to_date(market.session[row + 1])
    deep = moves.spx_pct[: row + 1] <= -rule.notice_spx_fall_pct
    failed = deep & moves.rose[: row + 1]
    source = f"stored sessions since {to_date(market.session[1])}"
    return (
        Evidence(
            "Deep falls on which yields rose",
            100.0 * float(failed.sum() / deep.sum()),
            "pct",
            period,
            source,
        ),
        Evidence(
            "The same over the last 252 sessions",
            100.0 * float(failed[-252:].sum() / deep[-252:].sum()),
            "pct",
            period,
            source,
        ),
        Evidence("Deep falls in the sample", float(deep.sum()), "count", period, source),
    )
