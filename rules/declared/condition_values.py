"""The numbers that a declared rule is judged by: each condition's, on the rule's periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import numpy as np

from rules.declared.condition import Condition, series_read
from rules.declared.track import NEVER_OLD, OLDEST, Track
from rules.markets.change import usual_before
from rules.markets.correlation import correlation
from rules.markets.market import Market, sessions_of
from rules.model import Panel, type_float, type_time

# The more often it comes, the earlier; a series of another frequency comes last.
IN_ORDER: Final = ("session", "auction", "week", "month")


@dataclass(frozen=True)
class ConditionValues:
    """A row a period: `values` of each condition in the unit of its size, `units` those, and
    `frequencies` how often each comes; `market` the series that come most often, whose periods they
    are; `known` when the last input was."""

    market: Market
    frequency: str
    values: Mapping[Condition, type_float]
    units: Mapping[Condition, str]
    frequencies: Mapping[Condition, str]
    known: type_time

    @classmethod
    def of(cls, panel: Panel, conditions: Sequence[Condition]) -> ConditionValues:
        """The conditions of a rule on a panel. Raises ValueError for a size in a unit that the
        series has not."""
        names = series_read(conditions)
        frequency = {name: _frequency(panel, name) for name in names}
        fastest = min(frequency.values(), key=_place)
        often = tuple(name for name in names if frequency[name] == fastest)
        market = sessions_of(panel, often)
        rows = max((one.rows for one in conditions if one.series in often), default=0)
        found = cls(market, fastest, {}, {}, {}, market.known_over(rows))
        # Rules of the same series share what they measure, whatever its size.
        values = {
            one: panel.once(
                ("measured", often, rows, one.measured),
                partial(found._values, panel, one, frequency),
            )
            for one in conditions
        }
        units = {one: one.unit(_unit(panel, one.series)) for one in conditions}
        often_by = {one: frequency[one.series] for one in conditions}
        return cls(market, fastest, values, units, often_by, found.known)

    def is_unknown(self, condition: Condition, row: int) -> bool:
        """Whether a condition has no number at a row."""
        return bool(np.isnan(self.values[condition][row]))

    def _values(
        self, panel: Panel, condition: Condition, frequency: Mapping[str, str]
    ) -> type_float:
        series_unit = _unit(panel, condition.series)
        scale = condition.scale(series_unit)
        if scale is None:
            raise ValueError(
                f"{condition.series}: expected a size in {series_unit}, got "
                f"{condition.size_setting}; rename the setting"
            )
        mine = frequency[condition.series]
        if mine == self.frequency:
            return _scaled(_statistic(self.market, condition, mine), scale)
        # By the number known when the session was: a slower one does not wait for its next release.
        own = sessions_of(panel, condition.series_ids)
        values = _scaled(_statistic(own, condition, mine), scale)
        return _as_known(own, values, condition.rows, mine, self.market.session, self.known)


def _statistic(market: Market, condition: Condition, frequency: str) -> type_float:
    track = Track.of(market, condition.series, frequency)
    if condition.to:
        other = Track.of(market, condition.to, frequency)
        moves = np.column_stack((track.move, other.move))
        return correlation(moves, condition.window, least_share=1.0)
    found = condition.transform.of(track, condition.window)
    if condition.against_usual is not None:
        found = _in_usual(track, found, condition)
    gone = track.disputed_move if condition.window == 1 else track.disputed
    return np.where(gone, np.nan, found)


def _in_usual(track: Track, moved: type_float, condition: Condition) -> type_float:
    """Changes in standard deviations of those before; one over a session as the built-in rules have
    it, by the root of the sessions that it takes in."""
    window = condition.against_usual
    assert window is not None
    if track.frequency == "session" and condition.window == 1:
        fall = track.leg.fall_sd(window)
        return fall if track.leg.is_yield else -fall
    _, spread = usual_before(moved, window)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, moved / spread, np.nan)


def _scaled(values: type_float, scale: float) -> type_float:
    return values if scale == 1.0 else np.asarray(np.round(values * scale, 9))


def _as_known(
    own: Market, values: type_float, rows: int, frequency: str, day: type_time, known: type_time
) -> type_float:
    """The last of a slower series' values that was known when each day was; NaN where there is
    none, or it is too old."""
    if not len(values):
        return np.full(len(day), np.nan)
    came = np.maximum.accumulate(own.known_over(rows).astype(np.int64))
    place = np.searchsorted(came, known.astype("datetime64[s]").astype(np.int64), side="right")
    place = np.minimum(place, np.searchsorted(own.session, day, side="right")) - 1
    here = np.maximum(place, 0)
    is_old = day - own.session[here] > OLDEST.get(frequency, NEVER_OLD)
    return np.where((place < 0) | is_old, np.nan, values[here])


def _frequency(panel: Panel, series_id: str) -> str:
    return panel.series[series_id].frequency if series_id in panel.series else IN_ORDER[0]


def _unit(panel: Panel, series_id: str) -> str:
    return panel.series[series_id].unit if series_id in panel.series else ""


def _place(frequency: str) -> int:
    return IN_ORDER.index(frequency) if frequency in IN_ORDER else len(IN_ORDER)
