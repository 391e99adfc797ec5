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
from rules.change import log_level, log_return_pct, trailing_sd
from rules.context import Frequency, Place
from rules.judged import Judged, graded
from rules.market import MARKET, Market, ReadsMarket, sessions_of
from rules.model import Evidence, Explained, Kind, Panel, to_date, type_float, type_time
from rules.plot import Plot, series_plot
from rules.wording import day, number, signed

CAVEAT: Final = (
    "Price action only: it does not show who sold. A whole period hides the days inside it, and a "
    "period that is down on balance may hold no session on which all three fell."
)
FALSIFIER: Final = (
    "TIC transactions of the month with net foreign purchases, or a custody level that held, would "
    "say that prices fell without foreign selling."
)
LEGS: Final = ("S&P 500", "Treasuries (10-year)", "dollar")
# No month has more sessions; the yardstick ends before the period begins.
MOST_SESSIONS: Final = 25


@dataclass(frozen=True)
class Sampled:
    """One row a period, named by its last weekday: the moves over it, and each leg's fall in its
    usual size.

    `move` has the columns S&P 500 (%), 10-year yield (bp), DXY (%); `fall_sd` the fall of each leg
    over its trailing standard deviation of daily moves, times the root of the period's sessions.
    """

    period: type_time
    known: type_time
    move: type_float
    fall_sd: type_float
    disputed: npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class SampledSelloff(ReadsMarket):
    """A dated event: over one period the S&P 500 fell, the 10-year yield rose and DXY fell.

    Closes are compared from the last session of the period before to the last of this one. Each leg
    is scaled by the standard deviation of its own `window_sessions` daily moves before the period,
    times the root of the number of its sessions. notice: all three down. warning and critical: the
    weakest of the three at or beyond its size.
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
    warning_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 0.5
    critical_weakest_leg_sd: Annotated[float, Interval(gt=0, le=10)] = 1.0

    def plots(self, panel: Panel, subject: str, period_end: date) -> tuple[Plot, ...]:
        """The last close of each period that is over."""
        market = sessions_of(panel, MARKET)
        last = np.flatnonzero(np.diff(_group(market.session, self.unit), append=-1) != 0)
        period = _last_weekday(market.session[last], self.unit)
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

    def judge(self, panel: Panel) -> tuple[Judged, ...]:
        """One answer a period that is over; unknown where a close at its ends is disputed, or where
        all three fell before there was enough to scale them by."""
        sampled = sample(sessions_of(panel, MARKET), self.unit, self.window_sessions)
        fell = np.asarray((sampled.move * [-1.0, 1.0, -1.0] > 0).all(axis=1))
        weakest = sampled.fall_sd.min(axis=1) if len(fell) else np.array([])
        sized = fell & ~sampled.disputed
        severity = graded(
            notice=sized & ~np.isnan(weakest),
            warning=sized & (weakest >= self.warning_weakest_leg_sd),
            critical=sized & (weakest >= self.critical_weakest_leg_sd),
            unknown=sampled.disputed | fell,
        )

        def explain(row: int) -> Explained:
            return self._explain(panel, sampled, weakest, severity, row)

        return (
            Judged.final(
                self.rule_id,
                "us",
                sampled.period,
                sampled.known,
                severity,
                weakest,
                "sd",
                np.reshape(weakest / self.warning_weakest_leg_sd, (-1, 1)),
                explain,
            ),
        )

    def _explain(
        self,
        panel: Panel,
        sampled: Sampled,
        weakest: type_float,
        severity: npt.NDArray[np.int8],
        row: int,
    ) -> Explained:
        period = to_date(sampled.period[row])
        over = f"over the {self.noun} to {day(period)}"
        if severity[row] == Judged.UNKNOWN:
            why = (
                "a close at one of its ends is disputed"
                if sampled.disputed[row]
                else f"fewer than {self.window_sessions} earlier moves are stored"
            )
            return Explained(headline=f"The {self.noun} to {day(period)} cannot be judged: {why}.")
        spx, ust, usd = sampled.move[row]
        fired = severity > Judged.QUIET
        what = "fell together" if fired[row] else "did not all fall"
        headline = (
            f"Stocks, Treasuries and the dollar {what} {over}: S&P 500 {signed(spx, 1)} %, 10-year "
            f"yield {signed(ust, 0)} bp, DXY {signed(usd, 1)} %."
        )
        if not fired[row]:
            return Explained(headline, evidence=self._moves(panel, sampled, weakest, row))
        source = panel.source("spx", period)
        place = Place.of(
            np.where(fired, weakest, np.nan), sampled.period, row, low=False, sample=source
        )
        often = Frequency.of(
            sampled.period[fired & ~np.isnan(weakest)],
            sampled.period[row],
            sampled.period[0],
            base_rate(self.rule_id, "us"),
        )
        alike = np.flatnonzero(fired[:row] & (severity[:row] >= severity[row]))
        return Explained(
            headline,
            f"Weakest leg {number(weakest[row], 2)} sd: {place.said('largest')}. "
            f"{often.said('joint selloff')}.",
            CAVEAT,
            (
                *self._moves(panel, sampled, weakest, row),
                *_shares(panel, sampled, row),
                *place.evidence("Weakest leg", period),
                *often.evidence(f"Joint selloffs by {self.noun}", period),
            ),
            falsifier=FALSIFIER,
            analogues=analogues(
                panel, sampled.known[row], sampled.period[alike], weakest[alike], "sd"
            ),
        )

    def _moves(
        self, panel: Panel, sampled: Sampled, weakest: type_float, row: int
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
        falls = tuple(
            Evidence(f"{leg}, fall in its usual moves", float(value), "sd", period, source)
            for leg, value, source in zip(LEGS, sampled.fall_sd[row], sources, strict=True)
        )
        reached = weakest[row] >= self.critical_weakest_leg_sd
        limit = self.critical_weakest_leg_sd if reached else self.warning_weakest_leg_sd
        source = sources[int(np.argmin(sampled.fall_sd[row]))]
        return (*moved, *falls, Evidence("Weakest leg", weakest[row], "sd", period, source, limit))


def sample(market: Market, unit: str, window: int) -> Sampled:
    """The periods that are over, by numpy's unit `W` (weeks to Friday) or `M`.

    A period is over once its last weekday has closed, or a session of a later one has.
    """
    group = _group(market.session, unit)
    last = np.flatnonzero(np.diff(group, append=np.iinfo(np.int64).max) != 0)
    last = last[last >= 1]
    ended_itself = _is_last_weekday(market.session[last], unit)
    has_next = last + 1 < len(market.session)
    last = last[ended_itself | has_next]
    ended_itself = ended_itself[ended_itself | has_next]
    shown_by = np.where(ended_itself, last, np.minimum(last + 1, len(market.session) - 1))
    first = np.searchsorted(group, group[last], side="left")
    keep = first >= 1
    last, first, shown_by = last[keep], first[keep], shown_by[keep]
    before, sessions = first - 1, last - first + 1
    move, fall = np.empty((len(last), 3)), np.empty((len(last), 3))
    for place, name in enumerate(MARKET):
        level = market.level[name]
        if name == "ust10y":
            daily = np.concatenate(([np.nan], np.diff(level) * 100.0))[: len(level)]
            move[:, place] = np.round((level[last] - level[before]) * 100.0, 4)
            fallen = move[:, place]
        else:
            daily = log_return_pct(level)
            move[:, place] = (level[last] / level[before] - 1.0) * 100.0
            fallen = (log_level(level)[before] - log_level(level)[last]) * 100.0
        fall[:, place] = fallen / (trailing_sd(daily, window)[first] * np.sqrt(sessions))
    known = market.known_over(window + MOST_SESSIONS)[last] if len(last) else market.known
    return Sampled(
        _last_weekday(market.session[last], unit),
        np.maximum(known, market.known[shown_by]),
        move,
        fall,
        market.disputed[last] | market.disputed[before],
    )


def _group(session: type_time, unit: str) -> npt.NDArray[np.int64]:
    """The number of each session's period; weeks begin on Monday."""
    days = session.astype("datetime64[D]").astype(np.int64)
    # 1970-01-01 was a Thursday.
    return (days + 3) // 7 if unit == "W" else session.astype("datetime64[M]").astype(np.int64)


def _last_weekday(session: type_time, unit: str) -> type_time:
    """The last weekday of each session's period: its name, whether that day was a session or not,
    so that a close that comes late changes an answer and makes no second one."""
    if unit == "W":
        monday = _group(session, unit) * 7 - 3
        return (monday + 4).astype("datetime64[D]")
    following = (session.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return np.asarray(np.busday_offset(following, -1, roll="forward"))


def _is_last_weekday(session: type_time, unit: str) -> npt.NDArray[np.bool_]:
    """Whether no weekday of a session's period comes after it."""
    if not len(session):
        return np.array([], dtype=bool)
    following = np.busday_offset(session.astype("datetime64[D]"), 1, roll="forward")
    return np.asarray(_group(following, unit) != _group(session, unit))


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
