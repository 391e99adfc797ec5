"""Selloff cluster: several joint selloffs within a few sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.aftermath import analogues
from rules.base_rates import base_rate
from rules.evaluation import Evaluations, severity_codes, shown_against
from rules.history_stats import Frequency, Rank, openings
from rules.market import MARKET, Market, ReadsMarket, joint_falls, sessions_of, weakest_leg
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
from rules.plot import Plot, needed_plots
from rules.wording import day, number, plural

CAVEAT: Final = (
    "Price action only: it does not show who sold. Clusters follow one piece of news more often "
    "than one kind of seller; single sessions of it may be small."
)
FALSIFIER: Final = (
    "Two weeks without a further joint selloff close it; TIC transactions with net foreign "
    "purchases in these months would say that the selling was not foreign."
)

USUAL_SESSIONS: Final = 63
Sessions = Annotated[int, Interval(ge=1, le=60)]


@dataclass(frozen=True, kw_only=True)
class SelloffCluster(ReadsMarket):
    """A condition: `notice_sessions` or more of the last `window_sessions` sessions were joint
    selloffs (S&P 500 down, 10-year yield up, DXY down) whose weakest leg was
    `min_weakest_leg_sd` or more of its usual daily move; 0 counts every one.

    notice 3 of 10, warning 4, critical 5. It closes when `close_at_sessions` or fewer are left in
    the window. Judged with DXY closes alone, on sessions of all three markets. Of any size, three
    of ten open as often as independent days would; of this size more than twice as often.

    Base rate from S&P 500, DGS10 and DXY closes, 1999-01 to 2026-08: opened 0.4 times a year, 0.11
    reached the warning size, none the critical one; independent days would open 0.15.
    """

    rule_id: ClassVar[str] = "selloff_cluster"
    title: ClassVar[str] = "Selloff cluster"
    kind: ClassVar[Kind] = Kind.CONDITION
    prompt_within: ClassVar[timedelta] = timedelta(hours=42)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")

    enabled: bool = True
    window_sessions: Sessions = 10
    min_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    notice_sessions: Sessions = 3
    warning_sessions: Sessions = 4
    critical_sessions: Sessions = 5
    close_at_sessions: Annotated[int, Interval(ge=0, le=60)] = 1

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """Its closes, over the window."""
        return needed_plots(self.needs, panel, period_end, over=self.window_sessions)

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a session; unknown until the window is full, and while a disputed close leaves
        open whether enough of it fell."""
        market = sessions_of(panel, MARKET)
        weakest = weakest_leg(market, USUAL_SESSIONS)
        fell, doubt = _fell(market, weakest, self.min_weakest_leg_sd)
        count = _sum(fell, self.window_sessions)
        doubtful = _sum(doubt, self.window_sessions)
        severity = severity_codes(
            notice=count >= self.notice_sessions,
            warning=count >= self.warning_sessions,
            critical=count >= self.critical_sessions,
            unknown=np.isnan(count) | (count + doubtful >= self.notice_sessions) & (doubtful > 0),
        )

        keeps_open = np.asarray(count > self.close_at_sessions)

        def explain(row: int) -> AlertText:
            return self._explain(panel, market, fell, weakest, count, severity, keeps_open, row)

        return (
            Evaluations.final(
                self.rule_id,
                "us",
                market.session,
                market.known_over(self.window_sessions + USUAL_SESSIONS + 1),
                severity,
                count,
                "count",
                np.reshape(count / self.notice_sessions, (-1, 1)),
                explain,
                keeps_open,
                count / self.notice_sessions,
            ),
        )

    def _explain(
        self,
        panel: Panel,
        market: Market,
        fell: type_float,
        weakest: type_float,
        count: type_float,
        severity: npt.NDArray[np.int8],
        keeps_open: type_bool,
        row: int,
    ) -> AlertText:
        session = market.session[row]
        period = to_date(session)
        window = plural(self.window_sessions, "session")
        if severity[row] == Evaluations.UNKNOWN:
            dispute = market.dispute_at(row, self.window_sessions)
            why = f"fewer than {window} are stored" if dispute is None else dispute.said
            return AlertText(headline=f"The {window} to {day(period)} cannot be judged: {why}.")
        headline = (
            f"Stocks, the 10-year and the dollar fell together on {int(count[row])} of the "
            f"{window} to {day(period)}."
        )
        against = shown_against(severity[row])
        limit = {
            Severity.NOTICE: self.notice_sessions,
            Severity.WARNING: self.warning_sessions,
            Severity.CRITICAL: self.critical_sessions,
        }[against]
        sources = "; ".join(dict.fromkeys(panel.source(name, period) for name in MARKET))
        counted = Evidence(
            f"Joint selloffs in {window}", count[row], "count", period, sources, float(limit)
        )
        if severity[row] == Evaluations.QUIET:
            return AlertText(headline, evidence=(counted,))
        opened = openings(severity, keeps_open)
        place = Rank.of(count, market.session, row, low=False, sample=sources)
        often = Frequency.of(
            market.session[opened[opened <= row]],
            session,
            market.session[0],
            base_rate(self.rule_id, "us"),
        )
        before = opened[opened < row - self.window_sessions]
        those = (
            row
            - self.window_sessions
            + 1
            + np.flatnonzero(fell[row - self.window_sessions + 1 : row + 1] > 0)
        )
        listed = ", ".join(
            f"{day(to_date(market.session[one]))} ({number(weakest[one], 2)} sd)" for one in those
        )
        return AlertText(
            headline,
            f"By their weakest leg: {listed}. {often.said('opening')}.",
            CAVEAT,
            (
                counted,
                _quarter(fell, period, sources, row),
                *_moves_since(panel, market, row, self.window_sessions),
                *place.evidence(f"Joint selloffs in {window}", period),
                *often.evidence("Clusters opened", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel, market.known[row], market.session[before], count[before], "count"
            ),
            against=against,
        )


def _fell(market: Market, weakest: type_float, least_sd: float) -> tuple[type_float, type_float]:
    """Whether each session was a joint selloff of a size, and whether nobody can say, for a dispute
    or because its size is not known, as 1.0 and 0.0; the first has no session before it and is
    NaN."""
    down, disputed = joint_falls(market), market.disputed_move
    fell = np.where(down & ~disputed & (weakest >= least_sd), 1.0, 0.0)
    fell[:1] = np.nan
    return fell, (disputed | down & np.isnan(weakest)).astype(np.float64)


def _sum(values: type_float, rows: int) -> type_float:
    """The sum of the last `rows` values; NaN until there are so many."""
    return pd.Series(values).rolling(rows).sum().to_numpy()


def _quarter(fell: type_float, period: date, source: str, row: int) -> Evidence:
    """How many of the last 63 sessions were joint selloffs."""
    count = float(np.nansum(fell[max(0, row - 62) : row + 1]))
    return Evidence("Joint selloffs in 63 sessions", count, "count", period, source)


def _moves_since(panel: Panel, market: Market, row: int, rows: int) -> tuple[Evidence, ...]:
    """What the three did from before the window to its end, and over its selloffs together."""
    period, start = to_date(market.session[row]), row - rows
    spx, ust, dxy = (market.level[name] for name in MARKET)
    moved = (
        ("S&P 500 over the window", 100.0 * (spx[row] / spx[start] - 1.0), "pct", "spx"),
        ("10-year yield over the window", 100.0 * (ust[row] - ust[start]), "bp", "ust10y"),
        ("ICE DXY over the window", 100.0 * (dxy[row] / dxy[start] - 1.0), "pct", "dxy"),
    )
    return tuple(
        Evidence(label, float(value), unit, period, panel.source(name, period))
        for label, value, unit, name in moved
    )
