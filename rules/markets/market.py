"""The closes that the market rules are judged by, session by session."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from rules.markets.change import change_bp, known_over, log_return_pct, return_pct, trailing_sd
from rules.model import Panel, to_date, type_bool, type_float, type_time
from rules.wording import weekday

# What every message shows the aftermath of: stocks, Treasuries and the dollar.
MARKET: Final = ("spx", "ust10y", "dxy")
NAMES: Final = {"spx": "S&P 500", "ust10y": "10-year yield", "dxy": "ICE DXY"}
UNITS: Final = {"spx": "pct", "ust10y": "bp", "dxy": "pct"}
# The ids of Treasury yields, nominal and real.
TENOR: Final = re.compile(r"(?:h15\.)?ust(\d+)y(_real)?")
# Between a series and what it is sampled by: `spx@week`.
SAMPLED_BY: Final = "@"
# It trades on holidays of stocks and bonds.
DOLLAR: Final = ("dxy",)
NOTHING: Final = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Leg:
    """One market's own closes, and which of them are those of the sessions.

    `day` datetime64[D] and `close` of every close of its own, oldest first; `number` how many days
    on which stocks or bonds traded had passed by each; `at` the place of each session's close.
    `is_yield`: in percent, so that it moves in basis points and falls in price when it rises.
    """

    day: type_time
    close: type_float
    number: npt.NDArray[np.int64]
    at: npt.NDArray[np.intp]
    is_yield: bool

    @cached_property
    def move(self) -> type_float:
        """Each session's close against the market's own close before: basis points of a yield,
        else a simple return in percent; NaN where there is none before."""
        moved = change_bp(self.close) if self.is_yield else return_pct(self.close)
        return moved[self.at]

    @cached_property
    def since(self) -> type_time:
        """The day of the close that each session's move is taken from; NaT where there is none."""
        before = np.concatenate(([np.datetime64("NaT", "D")], self.day))
        return np.asarray(before[self.at])

    @cached_property
    def span(self) -> npt.NDArray[np.int64]:
        """How many sessions each move takes in: 1, and more after a closed day of its own."""
        return np.asarray(np.diff(self.number, prepend=self.number[:1] - 1)[self.at])

    def fall_sd(self, window: int) -> type_float:
        """Each session's fall in price, over the root of the sessions it spans, in standard
        deviations of the last `window` changes from session to session before it."""
        own = change_bp(self.close) if self.is_yield else -log_return_pct(self.close)
        return np.asarray(own[self.at] / (self.usual(window) * np.sqrt(self.span)))

    def usual(self, window: int) -> type_float:
        """The standard deviation of the last `window` changes from session to session, known before
        each session: basis points of a yield, else log percent."""
        if window not in self._usual:
            level = self.close[self.at]
            change = change_bp(level) if self.is_yield else log_return_pct(level)
            self._usual[window] = trailing_sd(change, window)
        return self._usual[window]

    @cached_property
    def _usual(self) -> dict[int, type_float]:
        return {}


@dataclass(frozen=True)
class Market:
    """Sessions on which every series asked for has a number, oldest first.

    `session` datetime64[D]; `level` a float64 array a series and `leg` its moves, each from its own
    market's close before; `known` datetime64[s], when the last of a session's numbers, and of those
    since the session before, was known, disputed or settled; `dispute` the Dispute about one of
    them and `dispute_before` about the close that one of them is compared with, else None.
    """

    session: type_time
    level: Mapping[str, type_float]
    leg: Mapping[str, Leg]
    known: type_time
    dispute: npt.NDArray[np.object_]
    dispute_before: npt.NDArray[np.object_]

    @cached_property
    def disputed(self) -> npt.NDArray[np.bool_]:
        """The sessions with a number two sources do not agree on."""
        return np.asarray(pd.notna(self.dispute), dtype=bool)

    @property
    def disputed_days(self) -> type_time:
        """The days of closes that two sources do not agree on."""
        both = np.concatenate((self.dispute, self.dispute_before))
        found = {one.period_end for one in both[pd.notna(both)]}
        return np.array(sorted(found), dtype="datetime64[D]")

    @cached_property
    def disputed_move(self) -> npt.NDArray[np.bool_]:
        """The sessions with a move that cannot be told for a dispute."""
        return np.asarray(self.disputed | pd.notna(self.dispute_before), dtype=bool)

    def known_over(self, rows: int) -> type_time:
        """When the last of the numbers of each session and of the `rows` before it was known; to be
        read only."""
        if rows not in self._known_over:
            found = self._known_over[rows] = known_over(self.known, rows)
            found.flags.writeable = False
        return self._known_over[rows]

    @cached_property
    def _known_over(self) -> dict[int, type_time]:
        return {}

    def moved(self, name: str, rows: int) -> type_float:
        """A market's move over the last `rows` sessions: basis points of a yield, else a simple
        return in percent; NaN where unknown, or where a close at one of the ends is disputed."""
        level = self.level[name]
        if self.leg[name].is_yield:
            moved = change_bp(level, rows)
        else:
            moved = np.full(len(level), np.nan)
            moved[rows:] = np.round(100.0 * (level[rows:] / level[:-rows] - 1.0), 9)
        moved[self.disputed] = np.nan
        moved[rows:][self.disputed[:-rows]] = np.nan
        return moved

    def since_words(self, name: str, row: int) -> str:
        """` since Wed 10 Nov` where a market was closed on the session before."""
        leg = self.leg[name]
        return "" if leg.span[row] == 1 else f" since {weekday(to_date(leg.since[row]))}"

    def why_disputed(self, row: int, rows_before: int) -> str:
        """The dispute about a session or one of those before it, in words; empty without one."""
        window = (*self.dispute[max(0, row - rows_before) : row + 1], self.dispute_before[row])
        return next((one.said for one in window if one is not None), "")


def sessions_of(
    panel: Panel,
    names: Sequence[str],
    known_by: np.datetime64 | None = None,
    beside: Sequence[str] = DOLLAR,
) -> Market:
    """The sessions of a panel on which all of `names` have a number, known by an instant if one is
    given; found once for all rules that ask for the same. `beside`: those of them that trade on
    holidays of the others, so that a day of theirs alone is no session."""
    key = ("sessions", tuple(names), known_by, tuple(beside))
    return panel.once(key, lambda: _sessions_of(panel, names, known_by, beside))


def _sessions_of(
    panel: Panel, names: Sequence[str], known_by: np.datetime64 | None, beside: Sequence[str]
) -> Market:
    rows_of = panel.rows(names)
    values, known = panel.value[rows_of], panel.known[rows_of]
    there = ~np.isnan(values)
    if known_by is not None:
        there &= known <= known_by
    rows = np.flatnonzero(there.all(axis=0))
    counted = [place for place, name in enumerate(names) if name not in beside] or [0]
    number = np.cumsum(there[counted].any(axis=0), dtype=np.int64)
    legs = {}
    for place, name in enumerate(names):
        own = np.flatnonzero(there[place])
        at = np.searchsorted(own, rows)
        # Nothing is known of a series before its first number.
        described = panel.series.get(name)
        is_yield = UNITS.get(name) == "bp" if described is None else described.unit == "pct"
        legs[name] = Leg(panel.days[own], values[place, own], number[own], at, is_yield)
    session = panel.days[rows]
    latest = _known_between(known, there, rows)
    disputes, before = (np.full(len(rows), None, dtype=object) for _ in range(2))
    for (series_id, period), at_instant in panel.settled.items():
        if series_id in names:
            mine = (session == np.datetime64(period)) | _from(legs[series_id], period)
            latest[mine] = np.maximum(latest[mine], at_instant)
    for (series_id, period), one in panel.disputes.items():
        if series_id in names:
            mine, after = session == np.datetime64(period), _from(legs[series_id], period)
            disputes[mine], before[after] = one, one
            latest[mine | after] = np.maximum(latest[mine | after], one.since)
    levels = {name: values[place, rows] for place, name in enumerate(names)}
    return Market(session, levels, legs, latest, disputes, before)


def _from(leg: Leg, period: date) -> type_bool:
    """The sessions whose move begins at the close of a day."""
    return np.asarray(leg.since == np.datetime64(period))


def _known_between(known: type_time, there: type_bool, rows: npt.NDArray[np.intp]) -> type_time:
    """When the last of the numbers of each row, and of those since the row before, was known."""
    if not len(rows):
        return np.array([], dtype="datetime64[s]")
    seconds = np.where(there, known.astype("datetime64[s]").astype(np.int64), NOTHING).max(axis=0)
    begins = np.concatenate(([0], rows[:-1] + 1))
    return np.maximum.reduceat(seconds[: rows[-1] + 1], begins).astype("datetime64[s]")


def joint_falls(market: Market) -> type_bool:
    """Whether the S&P 500 fell, the 10-year yield rose and DXY fell on each session of MARKET, each
    from its own market's close before; without one it did not."""
    spx, ust, dxy = (market.leg[name].move for name in MARKET)
    return np.asarray((spx < 0) & (ust > 0) & (dxy < 0))


def joint_falls_of_size(
    market: Market, window: int, least_sd: float
) -> tuple[type_float, type_float, type_float]:
    """Whether each session was a joint selloff of a size, and whether nobody can say, for a dispute
    or because its size is not known, as 1.0 and 0.0; the first has no session before it and is
    NaN. Last, its weakest leg."""
    weakest, down, disputed = weakest_leg(market, window), joint_falls(market), market.disputed_move
    fell = np.where(down & ~disputed & (weakest >= least_sd), 1.0, 0.0)
    fell[:1] = np.nan
    return fell, (disputed | down & np.isnan(weakest)).astype(np.float64), weakest


def moves_between(market: Market, start: int, end: int) -> list[tuple[str, str, float, str]]:
    """The series, name, move and unit of each from one session's close to another's: basis points
    of a yield, else percent."""
    found = []
    for name, level in market.level.items():
        is_yield = market.leg[name].is_yield
        change = level[end] - level[start] if is_yield else level[end] / level[start] - 1.0
        found.append((name, NAMES[name], float(100.0 * change), UNITS[name]))
    return found


def desk_name(series_id: str, titles: Mapping[str, str]) -> str:
    """What a desk calls a series: `10-year yield`, else its title; one sampled by week or month as
    what it is made of."""
    of, sampled, every = series_id.partition(SAMPLED_BY)
    if sampled:
        return desk_name(of, {of: titles.get(series_id, of).removesuffix(f" ({every}ly)")})
    if (tenor := TENOR.fullmatch(series_id)) is not None:
        return f"{tenor[1]}-year {'real ' if tenor[2] else ''}yield"
    return NAMES.get(series_id) or titles.get(series_id, series_id)


def weakest_leg(market: Market, window: int) -> type_float:
    """The smallest of the three falls of each session of MARKET, in each leg's usual moves."""
    falls = np.column_stack([market.leg[name].fall_sd(window) for name in MARKET])
    return np.asarray(falls.min(axis=1)) if len(falls) else np.array([])
