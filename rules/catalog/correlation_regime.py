"""Correlation regime: Treasuries or the dollar fall with stocks, so that the hedge fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

import numpy as np
from annotated_types import Interval

from rules.case import Case
from rules.definition import Context, Definition
from rules.evaluation import Evaluations, severity_codes
from rules.figure import Line
from rules.markets.correlation import HEDGES, WINDOWS_SESSIONS, Hedge, moves_and_correlations
from rules.markets.market import MARKET, Market, sessions_of
from rules.model import Evidence, Panel, to_date, type_float
from rules.plot import Plot
from rules.severity_grading import Graded
from rules.terms import Kind
from rules.wording import day, signed

Correlation = Annotated[float, Interval(ge=-1, le=1)]


@dataclass(frozen=True)
class Found:
    """A pair's sessions, its moves, and its correlations, a column a window."""

    hedge: Hedge
    market: Market
    moves: type_float
    correlation: type_float


@dataclass(frozen=True, kw_only=True)
class CorrelationRegime(Definition[Found]):
    """A condition, one for Treasuries and one for the dollar: their daily returns move with stocks.

    The correlation of S&P 500 log returns with minus the change of the 10-year par yield, or with
    DXY log returns, over 63, 126 and 252 sessions of both. A haven's is below zero. notice: at or
    above `open_correlation` over 63 sessions; warning: over 63 and 126; critical: over all three.
    It closes when the 63-session one is below `close_correlation`.

    Base rate from S&P 500, DGS10 and DXY closes, 1999-01 to 2026-08: for Treasuries it opened 0.5
    times a year, 0.2 reached warning and 0.07 critical; for the dollar 0.5, 0.3 and 0.2.
    """

    rule_id = "correlation_regime"
    title = "Correlation regime"
    kind = Kind.CONDITION
    awaits = ("tic", "acm")
    needed = tuple((name,) for name in MARKET)
    caveat = (
        "A correlation says that two prices moved together, not who sold and not how far. Before "
        "1998 stocks and bonds rose and fell together for decades without anybody leaving."
    )
    would_change = (
        "It closes when the 63-session correlation is back below its closing level; net foreign "
        "purchases in TIC through the window would mean foreigners were not the sellers."
    )

    enabled: bool = True
    open_correlation: Correlation = 0.25
    close_correlation: Correlation = 0.1

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The three correlations over a year, against the level at which it opens."""
        market = sessions_of(panel, ("spx", HEDGES[subject].series_id))
        _, found = moves_and_correlations(panel, market, HEDGES[subject])
        lines = tuple(
            Line(f"over {window} sessions", market.session[known], found[known, place])
            for place, window in enumerate(WINDOWS_SESSIONS)
            for known in [~np.isnan(found[:, place])]
        )
        title = f"{HEDGES[subject].short.capitalize()} correlation"
        levels, shown = (self.open_correlation,), WINDOWS_SESSIONS[-1]
        return (Plot(title, "correlation", "session", lines, levels=levels, periods=shown),)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a hedge and session; unknown until 63 moves are known, and while more than a
        tenth of them is in dispute. A longer window that is not full yet holds nothing back."""
        return tuple(self._judge(panel, subject, hedge) for subject, hedge in HEDGES.items())

    def _judge(self, panel: Panel, subject: str, hedge: Hedge) -> Evaluations:
        market = sessions_of(panel, ("spx", hedge.series_id))
        moves, found = moves_and_correlations(panel, market, hedge)
        high, shortest = found >= self.open_correlation, found[:, 0]
        severity = severity_codes(
            notice=high[:, 0],
            warning=high[:, 0] & high[:, 1],
            critical=np.asarray(high.all(axis=1)),
            unknown=np.isnan(shortest),
        )
        # Far below zero is as quiet as zero.
        ratios = np.maximum(found, 0.0) / self.open_correlation
        return self._answers(
            panel,
            subject,
            Found(hedge, market, moves, found),
            market.session,
            market.known_over(WINDOWS_SESSIONS[-1]),
            Graded(severity, shortest, "correlation", ratios, ratios[:, 0]),
            keeps_open=np.asarray(shortest >= self.close_correlation),
        )

    def _why_unknown(self, case: Case[Found]) -> str:
        rows = WINDOWS_SESSIONS[0]
        why = case.on.market.why_disputed(case.row, rows) or f"fewer than {rows} moves are stored"
        return f"No data for the correlation on {day(case.period)}: {why}."

    def _headline(self, case: Case[Found]) -> str:
        return (
            f"{_name(case)} {signed(case.measure, 2)} over {WINDOWS_SESSIONS[0]} sessions to "
            f"{day(case.period)}; a hedge should be negative."
        )

    def _numbers(self, case: Case[Found]) -> tuple[Evidence, ...]:
        name, source, against = _name(case), _source(case), self._against(case)
        # One level for all; a severity asks it of as many windows as it is high.
        limits = [self.open_correlation if place < against else None for place in range(3)]
        return tuple(
            case.line(f"{name}, {window} sessions", value, "correlation", source, limit)
            for window, value, limit in zip(
                WINDOWS_SESSIONS, case.on.correlation[case.row], limits, strict=True
            )
        )

    def _context(self, case: Case[Found]) -> Context:
        shortest = case.answers.measure
        place, often = case.rank(shortest, _source(case)), case.frequency()
        return Context(
            f"The {place.said('highest')}. {often.said('time')}.",
            (
                *_before(case),
                *_together(case),
                *case.behind({_name(case): place, "Openings": often}),
            ),
            case.analogues(shortest, "correlation"),
        )


def _name(case: Case[Found]) -> str:
    return f"{case.on.hedge.short.capitalize()} correlation"


def _source(case: Case[Found]) -> str:
    return case.source("spx", case.on.hedge.series_id)


def _before(case: Case[Found]) -> tuple[Evidence, ...]:
    """The same correlation a quarter and a year before: what it has come from."""
    label, source, now = _name(case), _source(case), case.row
    value, period = case.answers.measure, case.answers.period_end
    return tuple(
        case.line(
            f"{label} {n} sessions before",
            value[now - n],
            "correlation",
            source,
            at=to_date(period[now - n]),
        )
        for n in (63, 252)
        if n <= now
    )


def _together(case: Case[Found]) -> tuple[Evidence, ...]:
    """On how many of the falls of stocks in the window the hedge fell too."""
    source = _source(case)
    window = case.on.moves[max(0, case.row - WINDOWS_SESSIONS[0] + 1) : case.row + 1]
    fell = window[:, 0] < 0
    both = fell & (window[:, 1] < 0)
    worst = window[both, 0].min() if both.any() else np.nan
    return (
        case.line("Falls of the S&P 500 in 63 sessions", fell.sum(), "count", source),
        case.line(f"Of them with {case.on.hedge.name} down", both.sum(), "count", source),
        case.line("Worst session on which both fell, S&P 500", worst, "pct", source),
    )
