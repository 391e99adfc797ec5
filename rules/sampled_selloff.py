"""Joint selloffs at a slower sampling: weeks and months in place of sessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Annotated, ClassVar, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from annotated_types import Interval

from rules.aftermath import analogues
from rules.base_rates import base_rate
from rules.evaluation import Evaluations, severity_codes, shown_against
from rules.history_stats import Frequency, Rank
from rules.market import MARKET, ReadsMarket, sessions_of
from rules.model import AlertText, Evidence, Kind, Panel, Severity, to_date, type_float
from rules.plot import Plot, series_plot
from rules.sampled import Sampled, group_of, last_weekday, sample
from rules.wording import day, number, visible

CAVEAT: Final = (
    "Price action only: it does not show who sold. A whole period hides the days inside it, and a "
    "period that is down on balance may hold no session on which all three fell."
)
FALSIFIER: Final = (
    "TIC transactions of the month with net foreign purchases, or a custody level that held, would "
    "say that prices fell without foreign selling."
)
LEGS: Final = ("S&P 500", "10-year", "dollar")


@dataclass(frozen=True, kw_only=True)
class SampledSelloff(ReadsMarket):
    """A dated event: over one period the S&P 500 fell, the 10-year yield rose and DXY fell.

    Each leg moves from its own market's last close of the period before to its last of this one,
    and is scaled by the standard deviation of its `window_sessions` daily moves before the period,
    times the root of the sessions it takes in. notice: all three down and the weakest at or beyond
    its size, 0 for every one; warning and critical by their sizes.
    """

    # Two letters of numpy for the period and the words for it.
    unit: ClassVar[str]
    noun: ClassVar[str]

    kind: ClassVar[Kind] = Kind.EVENT
    # A week before a holiday is known to be over with the next session's closes.
    prompt_within: ClassVar[timedelta] = timedelta(days=5)
    awaits: ClassVar[tuple[str, ...]] = ("tic", "custody")
    rule_id: ClassVar[str]
    title: ClassVar[str]

    enabled: bool = True
    window_sessions: Annotated[int, Interval(ge=20, le=504)] = 63
    notice_weakest_leg_sd: Annotated[float, Interval(ge=0, le=10)] = 0.25
    warning_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 0.5
    critical_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 1.0

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
        sized = fell & ~sampled.disputed
        severity = severity_codes(
            notice=sized & (weakest >= self.notice_weakest_leg_sd),
            warning=sized & (weakest >= self.warning_weakest_leg_sd),
            critical=sized & (weakest >= self.critical_weakest_leg_sd),
            unknown=sampled.disputed | fell & np.isnan(weakest),
        )

        def explain(row: int) -> AlertText:
            return self._explain(panel, sampled, weakest, severity, row)

        return (
            Evaluations.final(
                self.rule_id,
                "us",
                sampled.period,
                sampled.known,
                severity,
                weakest,
                "sd",
                np.reshape(weakest / self.warning_weakest_leg_sd, (-1, 1)),
                explain,
                nearness=weakest / self.notice_weakest_leg_sd
                if self.notice_weakest_leg_sd
                else None,
            ),
        )

    def _explain(
        self,
        panel: Panel,
        sampled: Sampled,
        weakest: type_float,
        severity: npt.NDArray[np.int8],
        row: int,
    ) -> AlertText:
        period = to_date(sampled.period[row])
        over = f"over the {self.noun} to {day(period)}"
        if severity[row] == Evaluations.UNKNOWN:
            why = (
                "a close at one of its ends is disputed"
                if sampled.disputed[row]
                else f"fewer than {self.window_sessions} earlier moves are stored"
            )
            return AlertText(headline=f"The {self.noun} to {day(period)} cannot be judged: {why}.")
        fired = severity > Evaluations.QUIET
        headline = self._headline(sampled, fired, over, row)
        against = shown_against(severity[row])
        lines = self._moves(panel, sampled, weakest, against, row)
        if not fired[row]:
            return AlertText(headline, evidence=lines)
        source = panel.source("spx", period)
        place = Rank.of(
            np.where(fired, weakest, np.nan), sampled.period, row, low=False, sample=source
        )
        often = Frequency.of(
            sampled.period[fired & ~np.isnan(weakest)],
            sampled.period[row],
            sampled.period[0],
            base_rate(self.rule_id, "us"),
        )
        alike = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        return AlertText(
            headline,
            f"Weakest leg {number(weakest[row], 2)} sd: {place.said('largest')}. "
            f"{often.said('joint selloff')}.",
            CAVEAT,
            (
                *lines,
                *_shares(panel, sampled, row),
                *place.evidence("Weakest leg", period),
                *often.evidence(f"Joint selloffs by {self.noun}", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel, sampled.known[row], sampled.period[alike], weakest[alike], "sd"
            ),
            against=against,
        )

    def _headline(self, sampled: Sampled, fired: npt.NDArray[np.bool_], over: str, row: int) -> str:
        """That they fell together only of what is large enough to be told."""
        spx, ust, usd = (float(one) for one in sampled.move[row])
        fell = spx < 0 < ust and usd < 0
        what = "all fell, too little for a notice," if fell else "did not all fall"
        until = [_until(sampled, row, place) for place in range(len(MARKET))]
        return (
            f"Stocks, the 10-year and the dollar {'fell together' if fired[row] else what} {over}: "
            f"S&P 500 {visible(spx, 1)} %{until[0]}, 10-year yield {visible(ust, 0)} bp{until[1]}, "
            f"DXY {visible(usd, 1)} %{until[2]}."
        )

    def _moves(
        self,
        panel: Panel,
        sampled: Sampled,
        weakest: type_float,
        against: Severity,
        row: int,
    ) -> tuple[Evidence, ...]:
        period = to_date(sampled.period[row])
        sources = [panel.source(name, period) for name in MARKET]
        moved = tuple(
            Evidence(f"{label}, {self.noun}", float(value), unit, period, source)
            for label, value, unit, source in zip(
                ("S&P 500", "10-year yield", "ICE DXY"),
                sampled.move[row],
                ("pct", "bp", "pct"),
                sources,
                strict=True,
            )
        )
        limit = {
            Severity.NOTICE: self.notice_weakest_leg_sd,
            Severity.WARNING: self.warning_weakest_leg_sd,
            Severity.CRITICAL: self.critical_weakest_leg_sd,
        }[against]
        falls = tuple(
            Evidence(f"{leg}, fall in its usual moves", float(value), "sd", period, source, limit)
            for leg, value, source in zip(LEGS, sampled.fall_sd[row], sources, strict=True)
        )
        source = sources[int(np.argmin(sampled.fall_sd[row]))]
        return (*moved, *falls, Evidence("Weakest leg", weakest[row], "sd", period, source, limit))


def _until(sampled: Sampled, row: int, place: int) -> str:
    """` to Thu 10 Nov` of a leg whose last close of the period is before the others'."""
    until = sampled.until[row]
    if until[place] == until.max():
        return ""
    last = to_date(until[place])
    return f" to {last:%a} {last.day} {last:%b}"


def _shares(panel: Panel, sampled: Sampled, row: int) -> tuple[Evidence, ...]:
    """How much of the three falls together each leg is."""
    period = to_date(sampled.period[row])
    total = float(sampled.fall_sd[row].sum())
    return tuple(
        Evidence(
            f"{leg}, share of the fall",
            100.0 * float(fall) / total,
            "pct",
            period,
            panel.source(name, period),
        )
        for leg, fall, name in zip(LEGS, sampled.fall_sd[row], MARKET, strict=True)
    )
