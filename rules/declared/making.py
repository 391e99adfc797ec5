"""The history of made series, from that of what they are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from rules.declared.made_series import MadeSeries, in_order
from rules.declared.track import Track
from rules.markets.change import months_before
from rules.markets.market import sessions_of
from rules.markets.sampled import last_weekday, period_ends
from rules.model import Panel, Series, SourceMismatch, Unchecked, to_instant, type_float, type_time
from rules.point_in_time.panel import BEGINNING, History, to_second
from rules.point_in_time.vintage_rows import Rows

NAMES: Final = ("period", "known", "vintage", "value")
# The same in a history, and what they are.
COLUMNS: Final = ("period_end", "known_at", "vintage", "value")
KINDS: Final = ("datetime64[D]", "datetime64[s]", np.int64, np.float64)
# What numpy calls them.
UNIT_OF: Final[Mapping[str, str]] = {"week": "W", "month": "M"}
SLOWEST_LAST: Final = ("session", "auction", "week", "month")


def with_made(history: History, wanted: tuple[str, ...], made: Mapping[str, MadeSeries]) -> History:
    """The history of some series, made ones among them, from that of all they are made of."""
    for name in in_order(wanted, made):
        history = _joined(history, name, made[name])
    return history.only(wanted)


@dataclass(frozen=True)
class _Numbers:
    period: type_time
    known: type_time
    vintage: npt.NDArray[np.int64]
    value: type_float

    def where(self, keep: npt.NDArray[np.bool_]) -> _Numbers:
        return _Numbers(self.period[keep], self.known[keep], self.vintage[keep], self.value[keep])


def _joined(history: History, name: str, one: MadeSeries) -> History:
    """A history with one made series more."""
    described = {each: history.series[each] for each in one.inputs if each in history.series}
    numbers = _made(history, name, one, described)
    numbers = numbers.where(~np.isnan(numbers.value))
    place, count = len(history.series_ids), len(numbers.value)
    mine = _described(name, one, described)
    series = {**history.series, **({} if mine is None else {name: mine})}
    label = "" if mine is None else mine.source
    origin = history.origin
    if origin is None:
        labels = [
            history.series[n].source if n in history.series else "" for n in history.series_ids
        ]
        origin = np.array(labels, dtype=object)[history.column]
    joined = History.of(
        (*history.series_ids, name),
        series,
        column=np.concatenate((history.column, np.full(count, place, dtype=np.int64))),
        period_end=np.concatenate((history.period_end, numbers.period)),
        known_at=np.concatenate((history.known_at, numbers.known)),
        vintage=np.concatenate((history.vintage, numbers.vintage)),
        value=np.concatenate((history.value, numbers.value)),
        origin=np.concatenate((origin, np.full(count, label, dtype=object))),
        disputes=(*history.disputes, *_disputes(history, name, one)),
    )
    return replace(joined, unchecked=(*history.unchecked, *_unchecked(history, name, one)))


def _made(
    history: History, name: str, one: MadeSeries, described: Mapping[str, Series]
) -> _Numbers:
    if not one.of:
        return _combined(history, name, one, described)
    mine = history.only((one.of,))
    known = described.get(one.of)
    frequency = known.frequency if known is not None else "session"
    if one.every is None:
        return _in_spans(mine, lambda panel: _rolled(panel, one, frequency))
    if _is_slower(frequency, one.every):
        return _Numbers(*(getattr(mine, column) for column in COLUMNS))
    return _in_spans(mine, lambda panel: _sampled(panel, one))


def _described(name: str, one: MadeSeries, of: Mapping[str, Series]) -> Series | None:
    """What is known of a made series; None where nothing is of any of its inputs."""
    if not of:
        return None
    frequencies = [each.frequency for each in of.values()]
    frequencies += [one.every] if one.every else []
    known = [each for each in SLOWEST_LAST if each in frequencies] or frequencies[-1:]
    publishers = dict.fromkeys(
        each.source.partition(": ")[2] or each.source for each in of.values()
    )
    is_whole = any(each.one_vintage for each in of.values())
    made_of = "" if one.every else "made of "
    source = f"{one.title}: {made_of}{'; '.join(publishers)}"
    return Series(name, one.title, one.unit, known[-1], source, one_vintage=is_whole)


def _combined(
    history: History, name: str, one: MadeSeries, described: Mapping[str, Series]
) -> _Numbers:
    """Its numbers, one for each instant at which one of its inputs changed, where all are known."""
    is_whole = {each.one_vintage for each in described.values()}
    if len(is_whole) > 1:
        raise ValueError(
            f"series {name}: expected inputs that are all re-estimated whole or none, got both; "
            "take them apart"
        )
    columns = [history.series_ids.index(each) for each in one.inputs]
    rows = np.flatnonzero(np.isin(history.column, columns))
    period = _periods(history, one, rows, described)
    vintage = history.vintage[rows]
    # Rows of a history are in order of knowing, and stay so within a period.
    keys = (period, vintage) if True in is_whole else (period,)
    order = np.lexsort(keys[::-1])
    rows, period, vintage = rows[order], period[order], vintage[order]
    begins = _first_of_group(tuple(key[order] for key in keys))
    values = [_filled(history, rows, column, begins) for column in columns]
    found = one.combined(values)
    known = history.known_at[rows]
    # What one instant brings is one change: the last of its rows has all of it.
    following = np.append((period[1:] == period[:-1]) & (known[1:] == known[:-1]), [False])
    if True in is_whole:
        following[:-1] &= vintage[1:] == vintage[:-1]
    return _Numbers(period, known, vintage, found).where(~following[: len(period)])


def _periods(
    history: History, one: MadeSeries, rows: Rows, described: Mapping[str, Series]
) -> type_time:
    """The period that each row counts for: a lagged one's so many weeks or months later."""
    period = history.period_end[rows].astype("datetime64[D]")
    if one.ratio is None or not one.ratio.lag:
        return period
    lagged = history.column[rows] == history.series_ids.index(one.ratio.to)
    if described.get(one.ratio.to) is not None and described[one.ratio.to].frequency == "month":
        return np.where(lagged, months_before(period, -one.ratio.lag), period)
    return np.where(lagged, period + np.timedelta64(7 * one.ratio.lag, "D"), period)


def _first_of_group(keys: Sequence[npt.NDArray[np.generic]]) -> Rows:
    """The place of the first row with the same keys, a place a row; rows are in order of those."""
    count = len(keys[0])
    starts = np.ones(count, dtype=bool)
    starts[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    return np.maximum.accumulate(np.where(starts, np.arange(count), 0))


def _filled(history: History, rows: Rows, column: int, begins: Rows) -> type_float:
    """The last number of a column at each row, of those of its group; NaN before the first."""
    places = np.where(history.column[rows] == column, np.arange(len(rows)), -1)
    last = np.maximum.accumulate(places) if len(places) else places
    return np.where(last >= begins, history.value[rows[np.maximum(last, 0)]], np.nan)


def _in_spans(mine: History, numbers_of: Callable[[Panel], _Numbers]) -> _Numbers:
    """The numbers made of one series, as those of it and of the periods before were known: all at
    once between two revisions of them."""
    found = [_Numbers(*(np.array([], dtype=kind) for kind in KINDS))]
    start: np.datetime64 = BEGINNING
    last = mine.known_at[-1:].tolist()
    for point in mine.revision_instants(None, to_instant(mine.known_at[-1])) if last else ():
        numbers, end = numbers_of(mine.as_of(point)), to_second(point)
        found.append(numbers.where((numbers.known > start) & (numbers.known <= end)))
        start = end
    return _Numbers(*(np.concatenate([getattr(each, name) for each in found]) for name in NAMES))


def _rolled(panel: Panel, one: MadeSeries, frequency: str) -> _Numbers:
    market = sessions_of(panel, (one.of,))
    known = market.known_over(getattr(one, one.statistic))
    vintage = np.zeros(len(known), dtype=np.int64)
    value = one.rolled(Track.of(market, one.of, frequency))
    return _Numbers(market.session, known, vintage, value)


def _sampled(panel: Panel, one: MadeSeries) -> _Numbers:
    """The last number of each week or month that is over, named by its Friday or its last day."""
    market, unit = sessions_of(panel, (one.of,)), UNIT_OF[one.every or ""]
    last, shown_by = period_ends(market.session, unit)
    session = market.session[last]
    period = last_weekday(session, unit) if unit == "W" else months_before(session, 0)
    known = np.maximum(market.known[last], market.known[shown_by])
    value = np.where(market.disputed[last], np.nan, market.level[one.of][last])
    return _Numbers(period, known, np.zeros(len(last), dtype=np.int64), value)


def _is_slower(frequency: str, every: str) -> bool:
    """Whether a series comes less often than it is to be sampled, and stays as it is."""
    return SLOWEST_LAST.index(frequency) > SLOWEST_LAST.index(every)


def _disputes(history: History, name: str, one: MadeSeries) -> Iterator[SourceMismatch]:
    """Those about its inputs are about it."""
    mine = (each for each in history.disputes if each.series_id in one.inputs)
    return (replace(each, series_id=name) for each in mine)


def _unchecked(history: History, name: str, one: MadeSeries) -> Iterator[Unchecked]:
    for each in history.unchecked:
        if each.series_id in one.inputs:
            known = history.series.get(each.series_id)
            title = each.title or ("" if known is None else known.title)
            yield replace(each, series_id=name, title=title)
