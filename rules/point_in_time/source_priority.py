"""Several sources for one series: the first that has a number gives it, and they must agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from rules.model import Series, SourceMismatch, type_float, type_time
from rules.point_in_time.panel import NEVER, History
from rules.point_in_time.vintage_rows import Rows


@dataclass(frozen=True)
class SourceChain:
    """Who gives the numbers of the series `series_id`.

    `members` are series that can each give them, the best first: a later one stands in where none
    better is known. `checks` are only compared with the members. Two of them that differ by more
    than `tolerance`, or than what `tolerance_for` says for one of the two, dispute the period: in
    percent of the level where `is_relative`, else in the series' own unit.

    `steady`: of those that measure it in another way, how far their difference may be from its
    usual size; beyond it the number is provisional, and half as far again it is in dispute.
    `before_close`: those whose number is taken hours before the close. A move of `far` or more is
    provisional until another source, or the next number, confirms it. All in the measure of
    `tolerance`.
    """

    series_id: str
    members: tuple[str, ...]
    checks: tuple[str, ...]
    tolerance: float
    is_relative: bool
    tolerance_for: Mapping[str, float] = field(default_factory=dict)
    steady: Mapping[str, float] = field(default_factory=dict)
    before_close: frozenset[str] = frozenset()
    far: float | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """Every series it reads."""
        return (*self.members, *self.checks)

    def between(self, one: str, other: str) -> float:
        """How far two of its series may differ."""
        return max(
            self.tolerance_for.get(one, self.tolerance),
            self.tolerance_for.get(other, self.tolerance),
        )


def members_of(series_id: str, chains: Mapping[str, SourceChain]) -> tuple[str, ...]:
    """The stored series that give a series' numbers, the best first; itself without a chain."""
    return chains[series_id].members if series_id in chains else (series_id,)


def expanded(series_ids: Sequence[str], chains: Mapping[str, SourceChain]) -> tuple[str, ...]:
    """The stored series that have to be read to know some series."""
    found: list[str] = []
    for series_id in series_ids:
        found += chains[series_id].all if series_id in chains else (series_id,)
    return tuple(dict.fromkeys(found))


def chained(
    stored: History, series_ids: tuple[str, ...], chains: Mapping[str, SourceChain]
) -> History:
    """The history of some series, from that of all the stored ones they are known from."""
    column_of = {name: place for place, name in enumerate(stored.series_ids)}
    rows: list[Rows] = []
    columns: list[npt.NDArray[np.int64]] = []
    disputes: list[SourceMismatch] = []
    described: dict[str, Series] = {}
    for place, series_id in enumerate(series_ids):
        chain = chains.get(series_id)
        members = members_of(series_id, chains)
        mine = _first_known(stored, [column_of[name] for name in members])
        rows.append(mine)
        columns.append(np.full(len(mine), place, dtype=np.int64))
        known = next((name for name in members if name in stored.series), None)
        if known is not None:
            described[series_id] = replace(stored.series[known], series_id=series_id)
        if chain is not None:
            disputes += _disputes(stored, chain, column_of)
    picked = np.concatenate(rows) if rows else np.array([], dtype=np.intp)
    placed = np.concatenate(columns) if columns else np.array([], dtype=np.int64)
    labels = [
        stored.series[name].source if name in stored.series else "" for name in stored.series_ids
    ]
    return History.of(
        series_ids,
        described,
        column=placed,
        period_end=stored.period_end[picked],
        known_at=stored.known_at[picked],
        vintage=stored.vintage[picked],
        value=stored.value[picked],
        origin=np.array(labels, dtype=object)[stored.column[picked]],
        disputes=tuple(disputes),
    )


def _first_known(stored: History, columns: Sequence[int]) -> Rows:
    """The rows of several columns, the best first, without those of one that came for a period of
    which a better one was known by then."""
    kept: list[Rows] = []
    for column in columns:
        mine = np.flatnonzero(stored.column == column)
        for better in kept:
            # Rows are in order of knowing, so the first of a period is the one known first.
            periods, first = np.unique(stored.period_end[better], return_index=True)
            if not len(periods):
                continue
            place = np.minimum(np.searchsorted(periods, stored.period_end[mine]), len(periods) - 1)
            has_better = periods[place] == stored.period_end[mine]
            known_by_then = stored.known_at[better][first][place] <= stored.known_at[mine]
            mine = mine[~(has_better & known_by_then)]
        kept.append(mine)
    return np.concatenate(kept)


def _disputes(
    stored: History, chain: SourceChain, column_of: Mapping[str, int]
) -> list[SourceMismatch]:
    found: list[SourceMismatch] = []
    for place, one in enumerate(chain.members):
        for other in chain.all[place + 1 :]:
            found += _between(stored, chain, column_of[one], column_of[other])
    return found


def _between(stored: History, chain: SourceChain, one: int, other: int) -> list[SourceMismatch]:
    """The spans of time in which two columns disagreed on a period."""
    a, b = (np.flatnonzero(stored.column == column) for column in (one, other))
    names = (stored.series_ids[one], stored.series_ids[other])
    left, right = _pairs(stored.period_end[a], stored.period_end[b])
    apart = _too_far(chain, names, stored.value[a[left]], stored.value[b[right]])
    disputed = np.unique(stored.period_end[a[left[apart]]].astype("datetime64[D]"))
    found: list[SourceMismatch] = []
    for period in disputed:
        mine = [rows[stored.period_end[rows].astype("datetime64[D]") == period] for rows in (a, b)]
        found += _spans(stored, chain, names, period, mine[0], mine[1])
    return found


def _pairs(a: type_time, b: type_time) -> tuple[Rows, Rows]:
    """The places of every two equal periods, of each version of one with each of the other."""
    order = np.argsort(b, kind="stable")
    first = np.searchsorted(b[order], a)
    count = np.searchsorted(b[order], a, side="right") - first
    left = np.repeat(np.arange(len(a)), count)
    behind = np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
    return left, order[first[left] + behind]


def _spans(
    stored: History,
    chain: SourceChain,
    names: tuple[str, str],
    period: np.datetime64,
    a: Rows,
    b: Rows,
) -> list[SourceMismatch]:
    """When two numbers of one period disagreed: from the later of them to a correction."""
    known = stored.known_at
    turns = np.unique(np.concatenate((known[a], known[b])))
    turns = turns[turns >= max(known[a].min(), known[b].min())]
    found: list[SourceMismatch] = []
    for since, until in zip(turns, [*turns[1:], NEVER], strict=True):
        values = [float(stored.value[rows[known[rows] <= since][-1]]) for rows in (a, b)]
        if not _too_far(chain, names, np.array(values[:1]), np.array(values[1:]))[0]:
            continue
        found.append(
            SourceMismatch(
                series_id=chain.series_id,
                period_end=period,
                since=since,
                until=until,
                values=(values[0], values[1]),
                sources=(stored.series[names[0]].source, stored.series[names[1]].source),
                unit=stored.series[names[0]].unit,
            )
        )
    return found


def _too_far(
    chain: SourceChain, names: tuple[str, str], a: type_float, b: type_float
) -> npt.NDArray[np.bool_]:
    gap = np.abs(a - b)
    if chain.is_relative:
        gap = 100.0 * gap / np.abs(b)
    # 4.46 - 4.43 is a little more than 0.03 in binary.
    return np.asarray(np.round(gap, 9) > chain.between(*names))


def latest_disputes(history: History, at_most_periods: int) -> list[SourceMismatch]:
    """The disputes standing at the end of a history about its newest periods."""
    newest: type_time = np.unique(history.period_end.astype("datetime64[D]"))[-at_most_periods:]
    return [one for one in history.disputes if one.until == NEVER and one.period_end in newest]
