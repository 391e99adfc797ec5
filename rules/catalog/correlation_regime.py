"""Correlation regime: Treasuries or the dollar fall with stocks, so that the hedge fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
from annotated_types import Interval

from rules.aftermath import analogues
from rules.base_rates import base_rate
from rules.correlation import HEDGES, WINDOWS_SESSIONS, Hedge, correlations, daily_moves
from rules.evaluation import Evaluations, severity_codes, shown_against
from rules.figure import Line
from rules.history_stats import Frequency, Rank, openings
from rules.market import Market, ReadsMarket, sessions_of
from rules.model import AlertText, Evidence, Kind, Panel, to_date, type_bool, type_float
from rules.plot import Plot
from rules.wording import day, signed

CAVEAT: Final = (
    "A correlation says that two prices moved together, not who sold and not how far. Before 1998 "
    "stocks and bonds rose and fell together for decades without anybody leaving."
)
FALSIFIER: Final = (
    "It closes when the 63-session correlation is back below its closing level; net foreign "
    "purchases in TIC through the window would say that the cause was not foreign selling."
)

Correlation = Annotated[float, Interval(ge=-1, le=1)]


@dataclass(frozen=True, kw_only=True)
class CorrelationRegime(ReadsMarket):
    """A condition, one for Treasuries and one for the dollar: their daily returns move with stocks.

    The correlation of S&P 500 log returns with minus the change of the 10-year par yield, or with
    DXY log returns, over 63, 126 and 252 sessions of both. A haven's is below zero. notice: at or
    above `open_correlation` over 63 sessions; warning: over 63 and 126; critical: over all three.
    It closes when the 63-session one is below `close_correlation`.

    Base rate from S&P 500, DGS10 and DXY closes, 1999-01 to 2026-08: for Treasuries it opened 0.5
    times a year, 0.2 reached warning and 0.07 critical; for the dollar 0.5, 0.3 and 0.2.
    """

    rule_id: ClassVar[str] = "correlation_regime"
    title: ClassVar[str] = "Correlation regime"
    kind: ClassVar[Kind] = Kind.CONDITION
    prompt_within: ClassVar[timedelta] = timedelta(hours=42)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "acm")

    enabled: bool = True
    open_correlation: Correlation = 0.25
    close_correlation: Correlation = 0.1

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The three correlations over a year, against the level at which it opens."""
        market = sessions_of(panel, ("spx", HEDGES[subject].series_id))
        found = correlations(market, HEDGES[subject])
        lines = tuple(
            Line(f"over {window} sessions", market.session[known], found[known, place])
            for place, window in enumerate(WINDOWS_SESSIONS)
            for known in [~np.isnan(found[:, place])]
        )
        title = f"{HEDGES[subject].short.capitalize()} correlation"
        shown = WINDOWS_SESSIONS[-1]
        levels = (self.open_correlation,)
        return (Plot(title, "correlation", "session", lines, levels=levels, periods=shown),)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a hedge and session; unknown until 63 moves are known, and while more than a
        tenth of them is in dispute. A longer window that is not full yet holds nothing back."""
        return tuple(self._judge(panel, subject) for subject in HEDGES)

    def _judge(self, panel: Panel, subject: str) -> Evaluations:
        market = sessions_of(panel, ("spx", HEDGES[subject].series_id))
        moves = daily_moves(market, HEDGES[subject])
        found = correlations(market, HEDGES[subject])
        high = found >= self.open_correlation
        severity = severity_codes(
            notice=high[:, 0],
            warning=high[:, 0] & high[:, 1],
            critical=np.asarray(high.all(axis=1)),
            unknown=np.isnan(found[:, 0]),
        )

        keeps_open = np.asarray(found[:, 0] >= self.close_correlation)
        # Far below zero is as quiet as zero.
        ratios = np.maximum(found, 0.0) / self.open_correlation

        def explain(row: int) -> AlertText:
            return self._explain(panel, market, subject, moves, found, severity, keeps_open, row)

        return Evaluations.final(
            self.rule_id,
            subject,
            market.session,
            market.known_over(WINDOWS_SESSIONS[-1]),
            severity,
            found[:, 0],
            "correlation",
            ratios,
            explain,
            keeps_open,
            ratios[:, 0],
        )

    def _explain(
        self,
        panel: Panel,
        market: Market,
        subject: str,
        moves: type_float,
        found: type_float,
        severity: npt.NDArray[np.int8],
        keeps_open: type_bool,
        row: int,
    ) -> AlertText:
        hedge, session = HEDGES[subject], market.session[row]
        period = to_date(session)
        shortest = WINDOWS_SESSIONS[0]
        if severity[row] == Evaluations.UNKNOWN:
            dispute = market.dispute_at(row, shortest)
            why = f"fewer than {shortest} moves are stored" if dispute is None else dispute.said
            return AlertText(headline=f"The correlation on {day(period)} cannot be judged: {why}.")
        headline = (
            f"The {hedge.short} correlation over {shortest} sessions to {day(period)} is "
            f"{signed(found[row, 0], 2)}; a hedge's is below zero."
        )
        against = shown_against(severity[row])
        source = f"{panel.source('spx', period)}; {panel.source(hedge.series_id, period)}"
        levels = tuple(
            Evidence(
                f"{hedge.short.capitalize()} correlation, {window} sessions",
                found[row, place],
                "correlation",
                period,
                source,
                # One level for all; a severity asks it of as many windows as it is high.
                self.open_correlation if place < against else None,
            )
            for place, window in enumerate(WINDOWS_SESSIONS)
        )
        if severity[row] == Evaluations.QUIET:
            return AlertText(headline, evidence=levels)
        opened = openings(severity, keeps_open)
        place = Rank.of(found[:, 0], market.session, row, low=False, sample=source)
        often = Frequency.of(
            market.session[opened[opened <= row]],
            session,
            market.session[0],
            base_rate(self.rule_id, subject),
        )
        # The last opening up to the row is that of its own episode.
        before = opened[opened <= row][:-1]
        return AlertText(
            headline,
            f"The {place.said('highest')}. {often.said('opening')}.",
            CAVEAT,
            (
                *levels,
                *_then(found, market, row, hedge, source),
                *_together(moves, market, row, hedge, source),
                *place.evidence(f"{hedge.short.capitalize()} correlation", period),
                *often.evidence("Openings", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel, market.known[row], market.session[before], found[before, 0], "correlation"
            ),
            against=against,
        )


def _then(
    found: type_float, market: Market, row: int, hedge: Hedge, source: str
) -> tuple[Evidence, ...]:
    """The same correlation a quarter and a year before: what it has come from."""
    lines = []
    for sessions in (63, 252):
        if row < sessions:
            continue
        label = f"{hedge.short.capitalize()} correlation {sessions} sessions before"
        then = to_date(market.session[row - sessions])
        lines.append(Evidence(label, found[row - sessions, 0], "correlation", then, source))
    return tuple(lines)


def _together(
    moves: type_float, market: Market, row: int, hedge: Hedge, source: str
) -> tuple[Evidence, ...]:
    """On how many of the falls of stocks in the window the hedge fell too."""
    period, first = to_date(market.session[row]), max(0, row - WINDOWS_SESSIONS[0] + 1)
    window = moves[first : row + 1]
    fell = window[:, 0] < 0
    both = fell & (window[:, 1] < 0)
    return (
        Evidence("Falls of the S&P 500 in 63 sessions", float(fell.sum()), "count", period, source),
        Evidence(f"Of them with {hedge.name} down", float(both.sum()), "count", period, source),
        Evidence(
            "Worst session on which both fell, S&P 500",
            float(window[both, 0].min()) if both.any() else np.nan,
            "pct",
            period,
            source,
        ),
    )
