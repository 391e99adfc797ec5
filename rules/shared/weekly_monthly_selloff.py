"""Joint selloffs over weeks and months: what the two rules share. Their thresholds are in the
rules' own files, `rules/catalog/joint_selloff_weekly.py` and `joint_selloff_monthly.py`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

import numpy as np
import pandas as pd

from rules.case import Case
from rules.definition import Context, Definition
from rules.evaluation import Evaluations
from rules.markets.curve import CURVE, CurveMove
from rules.markets.market import MARKET, NAMES, sessions_of
from rules.markets.sampled import Sampled, group_of, last_weekday, sample
from rules.model import Evidence, Panel, to_date
from rules.plot import Plot, series_plot
from rules.severity_grading import Graded
from rules.shared.selloff_phrases import selloff_glance
from rules.shared.selloff_text import fall_lines, move_lines, selloff_headline, share_lines
from rules.terms import Kind
from rules.wording import day, number, weekday


@dataclass(frozen=True, kw_only=True)
class SampledSelloff(Definition[Sampled]):
    """A dated event: over one period the S&P 500 fell, the 10-year yield rose and DXY fell.

    Each leg moves from its own market's last close of the period before to its last of this one,
    and is scaled by the standard deviation of its `window_sessions` daily moves before the period,
    times the root of the sessions it takes in. notice: all three down and the weakest at or beyond
    its size, 0 for every one; warning and critical by their sizes.
    """

    # A letter of numpy for the period.
    unit: ClassVar[str]

    kind = Kind.EVENT
    # A week before a holiday is known to be over with the next session's closes.
    prompt_within = timedelta(days=5)
    needed = tuple((name,) for name in MARKET)
    context_series = (*MARKET, *CURVE)
    caveat = (
        "Price action only: it does not show who sold. A whole period hides the days inside it, "
        "and a period that is down on balance may hold no session on which all three fell."
    )
    would_change = (
        "TIC transactions of the month with net foreign purchases, or a custody level that held, "
        "would mean foreigners were not the sellers."
    )

    # Each rule states its own.
    enabled: bool
    window_sessions: int
    notice_weakest_leg_sd: float
    warning_weakest_leg_sd: float
    critical_weakest_leg_sd: float

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The last close of each period that is over."""
        market = sessions_of(panel, MARKET)
        last = np.flatnonzero(np.diff(group_of(market.session, self.unit), append=-1) != 0)
        period = last_weekday(market.session[last], self.unit)
        over = period <= max(*market.session[-1:], np.datetime64(period_end))
        return tuple(
            replace(
                series_plot(
                    panel,
                    name,
                    pd.Series(market.level[name][last][over], index=pd.DatetimeIndex(period[over])),
                ),
                frequency=self.noun,
            )
            for name in MARKET
        )

    def judge(self, panel: Panel) -> tuple[Evaluations, ...]:
        """One answer a period that is over; unknown where a close at its ends is disputed, or where
        all three fell before there was enough to scale them by."""
        sampled = sample(sessions_of(panel, MARKET), self.unit, self.window_sessions)
        fell = np.asarray((sampled.move * [-1.0, 1.0, -1.0] > 0).all(axis=1))
        weakest = sampled.fall_sd.min(axis=1) if len(fell) else np.array([])
        unknown = sampled.disputed | fell & np.isnan(weakest)
        graded = Graded(
            self._sizes("weakest_leg_sd").codes(weakest, unknown, fell & ~sampled.disputed),
            weakest,
            "sd",
            np.reshape(weakest / self.warning_weakest_leg_sd, (-1, 1)),
            weakest / self.notice_weakest_leg_sd if self.notice_weakest_leg_sd else None,
        )
        return (self._answers(panel, "us", sampled, sampled.period, sampled.known, graded),)

    def _why_unknown(self, case: Case[Sampled]) -> str:
        young = f"fewer than {self.window_sessions} earlier moves are stored"
        disputed = case.on.disputed[case.row]
        why = "two sources disagree on a close at one of its ends" if disputed else young
        return f"No data for the {self.noun} to {day(case.period)}: {why}."

    def _headline(self, case: Case[Sampled]) -> str:
        spx, ust, usd = case.on.move[case.row].tolist()
        until = case.on.until[case.row]
        ends = ["" if one == until.max() else f" to {weekday(to_date(one))}" for one in until]
        return selloff_headline(
            f"over the {self.noun} to {day(case.period)}",
            (spx, ust, usd),
            ends,
            "DXY",
            fell=spx < 0 < ust and usd < 0,
            fired=case.code > Evaluations.QUIET,
        )

    def _glance(self, case: Case[Sampled]) -> str:
        spx, ust, usd = case.on.move[case.row].tolist()
        moves = selloff_glance(spx, self._curve(case, ust), "DXY", usd)
        return f"{moves} over the {self.noun}"

    def _curve(self, case: Case[Sampled], ust_bp: float) -> CurveMove:
        until, before = case.on.until[case.row, 1], case.on.period[max(case.row - 1, 0)]
        return CurveMove.over(case.panel, to_date(until), case.known_by, ust_bp, to_date(before))

    def _numbers(self, case: Case[Sampled]) -> tuple[Evidence, ...]:
        sources, moves = [case.source(name) for name in MARKET], case.on.move[case.row].tolist()
        labels = [f"{NAMES[name]}, {self.noun}" for name in MARKET]
        window = f"{self.window_sessions}-day"
        limit = self._sizes("weakest_leg_sd").of(self._against(case))
        return (
            *move_lines(case, labels, moves, sources),
            *fall_lines(case, case.on.fall_sd[case.row], sources, window, limit, limit),
        )

    def _context(self, case: Case[Sampled]) -> Context:
        fired = case.answers.severity > Evaluations.QUIET
        weakest, often = case.answers.measure, case.frequency()
        place = case.rank(np.where(fired, weakest, np.nan), case.source("spx"))
        label = f"Joint selloffs by {self.noun}"
        sources, falls = [case.source(name) for name in MARKET], case.on.fall_sd[case.row]
        found = Context(
            f"Smallest of the three moves {number(case.measure, 2)}σ: {place.said('largest')}. "
            f"{often.said('joint selloff', self.noun)}.",
            (
                *share_lines(case, falls, sources),
                *case.behind({"Smallest of the three": place, label: often}),
            ),
            case.analogues(weakest, "sd"),
        )
        curve = self._curve(case, float(case.on.move[case.row, 1]))
        return found.beside(curve, case.panel, case.period)
