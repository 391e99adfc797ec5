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
from rules.change import change_bp, return_pct, trailing_sd
from rules.context import Frequency, Place
from rules.judged import Judged, all_of, graded
from rules.market import Market, ReadsMarket, sessions_of
from rules.model import Evidence, Explained, Kind, Panel, to_date, type_float
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


@dataclass(frozen=True, kw_only=True)
class HavenFailure(ReadsMarket):
    """A dated event: the S&P 500 falls deeply on a session and the 10-year par yield rises.

    The hedge pays when stocks fall and yields fall with them; here it does not. notice: the S&P 500
    down `notice_spx_fall_pct` or more and the yield up `min_ust10y_rise_bp` or more; warning and
    critical by the depth of the fall. Simple returns, close to close, on sessions of both markets.
    The dollar is context and not part of the rule: joint_selloff is the rule with all three.

    Base rate from S&P 500 and DGS10 closes, 1999-01 to 2026-08: notice or more 4.0 sessions a year,
    warning or more 2.0, critical 0.8; deep falls of 2 % or more came 10.6 times a year, so the
    hedge failed on about one in five of them.
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

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """One answer a session of both markets; unknown where a close of it or of the session
        before is disputed."""
        market = sessions_of(panel, LEGS)
        spx_pct = return_pct(market.level["spx"])[1:]
        ust_bp = change_bp(market.level["ust10y"])[1:]
        rose = ust_bp >= self.min_ust10y_rise_bp
        ratios = np.column_stack(
            (spx_pct / -self.notice_spx_fall_pct, ust_bp / self.min_ust10y_rise_bp)
        )
        disputed = market.disputed_move[1:]
        severity = graded(
            notice=rose & ~disputed & (spx_pct <= -self.notice_spx_fall_pct),
            warning=rose & ~disputed & (spx_pct <= -self.warning_spx_fall_pct),
            critical=rose & ~disputed & (spx_pct <= -self.critical_spx_fall_pct),
            unknown=disputed,
        )

        def explain(row: int) -> Explained:
            return self._explain(panel, market, spx_pct, ust_bp, severity, row)

        return (
            Judged.final(
                self.rule_id,
                "us",
                market.session[1:],
                market.known_over(1)[1:],
                severity,
                # Stocks that fell without a rise of yields are no nearer to the threshold.
                np.where(rose, spx_pct, np.maximum(spx_pct, 0.0)),
                "pct",
                ratios,
                explain,
                nearness=all_of(ratios),
            ),
        )

    def _explain(
        self,
        panel: Panel,
        market: Market,
        spx_pct: type_float,
        ust_bp: type_float,
        severity: npt.NDArray[np.int8],
        row: int,
    ) -> Explained:
        session = market.session[row + 1]
        period = to_date(session)
        dispute = market.dispute_at(row + 1, 1)
        if dispute is not None:
            return Explained(headline=f"{day(period)} cannot be judged: {dispute.said}.")
        fell, rose = float(spx_pct[row]), float(ust_bp[row])
        headline = (
            f"The S&P 500 moved {signed(fell, 1)} % on {day(period)} and the 10-year yield "
            f"{signed(rose, 0)} bp"
        )
        moves = self._moves(panel, market, fell, rose, row)
        if severity[row] <= Judged.QUIET:
            return Explained(f"{headline}.", evidence=moves)
        fired = severity > Judged.QUIET
        source = panel.source("spx", period)
        falls = Place.of(
            np.where(fired, spx_pct, np.nan), market.session[1:], row, low=True, sample=source
        )
        often = Frequency.of(
            market.session[1:][fired], session, market.session[1], base_rate(self.rule_id, "us")
        )
        alike = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        return Explained(
            f"{headline}: Treasuries did not shelter.",
            f"Of such sessions the {falls.said('deepest fall')}. {often.said('such session')}.",
            CAVEAT,
            (
                *moves,
                *_scaled(panel, market, fell, rose, row),
                *_failing(market, spx_pct, ust_bp, self, row),
                *falls.evidence("S&P 500, fall with yields up", period),
                *often.evidence("Haven failures", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel, market.known[row + 1], market.session[1:][alike], spx_pct[alike], "pct"
            ),
        )

    def _moves(
        self, panel: Panel, market: Market, fell: float, rose: float, row: int
    ) -> tuple[Evidence, ...]:
        period = to_date(market.session[row + 1])
        sizes = (self.critical_spx_fall_pct, self.warning_spx_fall_pct)
        limit = next((one for one in sizes if fell <= -one), self.notice_spx_fall_pct)
        spx, ust = (panel.source(name, period) for name in LEGS)
        return (
            Evidence("S&P 500", fell, "pct", period, spx, -limit),
            Evidence("10-year yield", rose, "bp", period, ust, self.min_ust10y_rise_bp),
            Evidence(
                "10-year yield, level",
                float(market.level["ust10y"][row + 1]),
                "pct",
                period,
                ust,
            ),
        )


def _scaled(
    panel: Panel, market: Market, fell: float, rose: float, row: int
) -> tuple[Evidence, ...]:
    """Both moves in the standard deviations of the 63 before."""
    period = to_date(market.session[row + 1])
    usual_pct = trailing_sd(return_pct(market.level["spx"]), WINDOW_SESSIONS)[row + 1]
    usual_bp = trailing_sd(change_bp(market.level["ust10y"]), WINDOW_SESSIONS)[row + 1]
    return (
        Evidence(
            "S&P 500, fall in its usual daily moves",
            -fell / usual_pct,
            "sd",
            period,
            panel.source("spx", period),
        ),
        Evidence(
            "10-year yield, rise in its usual daily moves",
            rose / usual_bp,
            "sd",
            period,
            panel.source("ust10y", period),
        ),
    )


def _failing(
    market: Market, spx_pct: type_float, ust_bp: type_float, rule: HavenFailure, row: int
) -> tuple[Evidence, ...]:
    """On how many of all falls as deep as a notice the hedge failed: ever and in the last year."""
    period = to_date(market.session[row + 1])
    deep = spx_pct[: row + 1] <= -rule.notice_spx_fall_pct
    failed = deep & (ust_bp[: row + 1] >= rule.min_ust10y_rise_bp)
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
