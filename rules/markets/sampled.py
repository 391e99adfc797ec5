"""Weeks and months of the three markets: each leg's move and its size, period by period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rules.markets.change import log_level
from rules.markets.market import MARKET, Leg, Market
from rules.model import type_float, type_time

# No month has more sessions; the yardstick ends before the period begins.
MOST_SESSIONS: Final = 25


@dataclass(frozen=True)
class Sampled:
    """One row a period, named by its last weekday: the moves over it, and each leg's fall in its
    usual size.

    `move` has the columns S&P 500 (%), 10-year yield (bp), DXY (%); `fall_sd` the fall of each leg
    over its trailing standard deviation of daily moves, times the root of the sessions it takes in;
    `until` the day of the close it ends at.
    """

    period: type_time
    known: type_time
    move: type_float
    fall_sd: type_float
    until: type_time
    disputed: npt.NDArray[np.bool_]


def sample(market: Market, unit: str, window: int) -> Sampled:
    """The periods that are over, by numpy's unit `W` (weeks to Friday) or `M`.

    A period is over once its last weekday has closed, or a session of a later one has. Each leg
    moves from its own market's last close of the period before to its last of this one.
    """
    group = group_of(market.session, unit)
    last, shown_by = period_ends(market.session, unit)
    first = np.searchsorted(group, group[last])
    keep = first >= 1
    last, first, shown_by = last[keep], first[keep], shown_by[keep]
    legs = [_sampled_leg(market.leg[name], unit, group[last], first, window) for name in MARKET]
    known = market.known_over(window + MOST_SESSIONS)[last]
    doubtful = np.zeros(len(last), dtype=bool)
    for leg, own in zip(legs, (market.leg[name] for name in MARKET), strict=True):
        doubtful |= np.isin(own.day[leg.end], market.disputed_days)
        doubtful |= np.isin(own.day[leg.begin], market.disputed_days)
    return Sampled(
        last_weekday(market.session[last], unit),
        np.maximum(known, market.known[shown_by]),
        np.column_stack([leg.move for leg in legs]),
        np.column_stack([leg.fall_sd for leg in legs]),
        np.column_stack([market.leg[n].day[leg.end] for n, leg in zip(MARKET, legs, strict=True)]),
        doubtful,
    )


def period_ends(session: type_time, unit: str) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The place of the last session of each period that is over, and of the session by which that
    is known: itself where it is the period's last weekday, else the next."""
    last = np.flatnonzero(np.diff(group_of(session, unit), append=np.iinfo(np.int64).max) != 0)
    shown_by = np.where(_is_last_weekday(session[last], unit), last, last + 1)
    over = shown_by < len(session)
    return last[over], shown_by[over]


@dataclass(frozen=True)
class _SampledLeg:
    begin: npt.NDArray[np.intp]
    end: npt.NDArray[np.intp]
    move: type_float
    fall_sd: type_float


def _sampled_leg(
    leg: Leg,
    unit: str,
    period: npt.NDArray[np.int64],
    first: npt.NDArray[np.intp],
    window: int,
) -> _SampledLeg:
    """One leg's moves over the periods, by places in its own closes, scaled by its usual changes
    before the first session of each."""
    own = group_of(leg.day, unit)
    end = np.searchsorted(own, period, side="right") - 1
    begin = np.searchsorted(own, period) - 1
    there = begin >= 0
    before, now = np.where(there, leg.close[begin], np.nan), leg.close[end]
    spans = np.sqrt(np.where(there, leg.number[end] - leg.number[begin], 1))
    if leg.is_yield:
        move = np.round((now - before) * 100.0, 4)
        fall = move
    else:
        move = (now / before - 1.0) * 100.0
        fall = (log_level(before) - log_level(now)) * 100.0
    return _SampledLeg(begin, end, move, fall / (leg.usual(window)[first] * spans))


def group_of(session: type_time, unit: str) -> npt.NDArray[np.int64]:
    """The number of each session's period; weeks begin on Monday."""
    days = session.astype("datetime64[D]").astype(np.int64)
    # 1970-01-01 was a Thursday.
    return (days + 3) // 7 if unit == "W" else session.astype("datetime64[M]").astype(np.int64)


def last_weekday(session: type_time, unit: str) -> type_time:
    """The last weekday of each session's period: its name, whether that day was a session or not,
    so that a close that comes late changes an answer and makes no second one."""
    if unit == "W":
        monday = group_of(session, unit) * 7 - 3
        return (monday + 4).astype("datetime64[D]")
    following = (session.astype("datetime64[M]") + 1).astype("datetime64[D]")
    return np.asarray(np.busday_offset(following, -1, roll="forward"))


def _is_last_weekday(session: type_time, unit: str) -> npt.NDArray[np.bool_]:
    """Whether no weekday of a session's period comes after it."""
    if not len(session):
        return np.array([], dtype=bool)
    following = np.busday_offset(session.astype("datetime64[D]"), 1, roll="forward")
    return np.asarray(group_of(following, unit) != group_of(session, unit))
