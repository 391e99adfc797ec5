"""Numbers beside a second source: by their change, and whether anybody has checked them.

Two sources that measure a thing at another hour or in another way differ in level by an amount that
hardly changes. What they differ by, less its median over the last days, is the deviation compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from rules.model import SourceMismatch, Unchecked, type_float, type_time
from rules.point_in_time.panel import NEVER, History
from rules.point_in_time.source_priority import SourceChain

# The usual gap between two sources is the median of so many days, of which some must be there.
USUAL_DAYS: Final = 21
FEWEST_DAYS: Final = 5
# So many times the deviation at which a number is provisional it is in dispute.
DISPUTED_TIMES: Final = 1.5
# A number of the same day that was taken hours before the close confirms it only if they are as
# near as this share of what would put it in dispute.
CONFIRMS_SHARE: Final = 0.5

Places = npt.NDArray[np.intp]


@dataclass(frozen=True)
class _Line:
    """A series by period, as each number was first known."""

    period: type_time
    value: type_float
    known: type_time

    @classmethod
    def of(cls, stored: History, rows: Places) -> Self:
        # Rows are in order of knowing, so the first of a period is the one known first.
        period, first = np.unique(
            stored.period_end[rows].astype("datetime64[D]"), return_index=True
        )
        kept = rows[first]
        return cls(period, stored.value[kept], stored.known_at[kept])


def checked(history: History, stored: History, chains: Mapping[str, SourceChain]) -> History:
    """A chained history with the disputes about changes, and with the far moves that nobody has
    checked yet; `stored` is what it was made of."""
    column_of = {name: place for place, name in enumerate(stored.series_ids)}
    disputes: list[SourceMismatch] = []
    unchecked: list[Unchecked] = []
    for place, series_id in enumerate(history.series_ids):
        chain = chains.get(series_id)
        if chain is None:
            continue
        rows = {n: np.flatnonzero(stored.column == column_of[n]) for n in chain.all}
        lines = {name: _Line.of(stored, mine) for name, mine in rows.items()}
        for one, other in _compared(chain):
            disputes += _in_dispute(stored, chain, one, other, rows[one], lines)
        if chain.far is not None:
            mine = np.flatnonzero(history.column == place)
            unchecked += _unchecked(history, mine, chain, lines)
    return replace(history, disputes=(*history.disputes, *disputes), unchecked=tuple(unchecked))


def _compared(chain: SourceChain) -> Iterator[tuple[str, str]]:
    for place, one in enumerate(chain.members):
        for other in chain.all[place + 1 :]:
            if other in chain.steady:
                yield one, other


def _gap(chain: SourceChain, a: type_float, b: type_float) -> type_float:
    """How far `a` is above `b`: in percent where the chain is relative, else in its unit."""
    return np.asarray(100.0 * np.log(a / b) if chain.is_relative else a - b)


def _usual_gap(chain: SourceChain, a: _Line, b: _Line, periods: type_time) -> type_float:
    """The median gap of two sources over the last common days before each period; NaN where there
    are too few."""
    common, mine, others = np.intersect1d(
        a.period, b.period, assume_unique=True, return_indices=True
    )
    gap = _gap(chain, a.value[mine], b.value[others])
    days = np.lib.stride_tricks.sliding_window_view(
        np.concatenate((np.full(USUAL_DAYS, np.nan), gap)), USUAL_DAYS
    )
    # NaN is sorted behind every number.
    in_order = np.sort(days[np.searchsorted(common, periods)], axis=1)
    count = np.count_nonzero(~np.isnan(in_order), axis=1)
    row = np.arange(len(periods))
    middle = (in_order[row, np.maximum(count - 1, 0) // 2] + in_order[row, count // 2]) / 2.0
    return np.where(count >= FEWEST_DAYS, middle, np.nan)


def _deviation(
    chain: SourceChain, other: str, a: _Line, b: _Line, period: type_time, value: type_float
) -> tuple[type_float, type_time, type_float]:
    """Of numbers of `a`, how far each is from what `b` makes likely; when that was known; and what
    `b` gave. NaN and NEVER where `b` has nothing to say yet.

    A source whose number is taken before the close gives the one of that day and the next one: the
    close lies between, and the nearer one counts.
    """
    usual = _usual_gap(chain, a, b, period)
    if not len(b.period):
        nothing = np.full(len(period), np.nan)
        return nothing, np.full(len(period), NEVER), nothing
    at = np.searchsorted(b.period, period, side="right") - 1
    here = np.maximum(at, 0)
    has = (at >= 0) & ((b.period[here] == period) | (other in chain.before_close))
    off = np.where(has, _gap(chain, value, b.value[here]) - usual, np.nan)
    known = np.where(has, b.known[here], NEVER)
    given = b.value[here]
    if other in chain.before_close:
        following = np.minimum(at + 1, len(b.period) - 1)
        has_next = at + 1 < len(b.period)
        off_next = _gap(chain, value, b.value[following]) - usual
        is_between = np.sign(off) != np.sign(off_next)
        nearer = np.where(np.abs(off_next) < np.abs(off), off_next, off)
        given = np.where(np.abs(off_next) < np.abs(off), b.value[following], given)
        off = np.where(has & has_next, np.where(is_between, 0.0, nearer), np.nan)
        known = np.where(has & has_next, np.maximum(known, b.known[following]), NEVER)
    return off, known, given


def _in_dispute(
    stored: History,
    chain: SourceChain,
    one: str,
    other: str,
    mine: Places,
    lines: Mapping[str, _Line],
) -> Iterator[SourceMismatch]:
    """The spans in which a number of `one`, whose rows are `mine`, moved too far from `other`."""
    a, b = lines[one], lines[other]
    if not len(a.period) or not len(b.period):
        return
    period = stored.period_end[mine].astype("datetime64[D]")
    value, known = stored.value[mine], stored.known_at[mine]
    off, said_at, given = _deviation(chain, other, a, b, period, value)
    for place in np.flatnonzero(np.abs(off) > DISPUTED_TIMES * chain.steady[other]):
        later = known[(period == period[place]) & (known > known[place])]
        since = max(known[place], said_at[place])
        until = later.min() if len(later) else NEVER
        if until > since:
            yield SourceMismatch(
                series_id=chain.series_id,
                period_end=period[place],
                since=since,
                until=until,
                values=(float(value[place]), float(given[place])),
                sources=(stored.series[one].source, stored.series[other].source),
                unit=stored.series[one].unit,
            )


def _unchecked(
    history: History, mine: Places, chain: SourceChain, lines: Mapping[str, _Line]
) -> Iterator[Unchecked]:
    """The moves of a series that are far, or that another source of the same hour denies, from when
    they were known to when somebody else's number, the next of their own or a correction came."""
    assert chain.far is not None
    line = _Line.of(history, mine)
    period = history.period_end[mine].astype("datetime64[D]")
    value, known = history.value[mine], history.known_at[mine]
    at = np.searchsorted(line.period, period)
    before = [_before(one, at) for one in (line.value, _last_values(line.period, period, value))]
    is_far = np.any([_is_far(chain, _gap(chain, value, one)) for one in before], axis=0)
    is_denied = _denied(chain, line, lines, period, value, known)
    hits = np.flatnonzero((is_far | is_denied) & (at > 0))
    # Stable: the rows of a period stay in order of knowing.
    order = np.argsort(period, kind="stable")
    day_before = line.period[at[hits] - 1]
    spans = [np.searchsorted(period[order], day_before, side=side) for side in ("left", "right")]
    found: list[tuple[np.intp, float, np.datetime64]] = []
    for place, begin, end in zip(hits, *spans, strict=True):
        earlier = order[begin:end][known[order[begin:end]] <= known[place]]
        if not len(earlier):
            continue
        # The last of them is the number as it was known then.
        move = float(_gap(chain, value[place], value[earlier[-1]]))
        if is_denied[place] or _is_far(chain, np.array([move]))[0]:
            after = np.searchsorted(known, known[place], side="right")
            later = known[after:][period[after:] >= period[place]]
            found.append((place, move, later[0] if len(later) else NEVER))
    if not found:
        return
    places = np.array([place for place, _, _ in found])
    until = np.array([end for _, _, end in found])
    ours = (period[places], value[places], known[places])
    for other in chain.all:
        confirmed = _confirmed(chain, line, other, lines[other], *ours)
        until = np.minimum(until, confirmed)
    for (place, move, _), end in zip(found, until, strict=True):
        if end > known[place]:
            yield Unchecked(
                chain.series_id, period[place], known[place], end, move, chain.is_relative
            )


def _is_far(chain: SourceChain, moves: type_float) -> npt.NDArray[np.bool_]:
    assert chain.far is not None
    return np.asarray(np.round(np.abs(moves), 9) >= chain.far)


def _before(values: type_float, at: Places) -> type_float:
    """The value of the period before each place; NaN before the first."""
    return np.where(at > 0, values[np.maximum(at - 1, 0)], np.nan)


def _last_values(line: type_time, period: type_time, value: type_float) -> type_float:
    """The newest number of each period."""
    found = np.full(len(line), np.nan)
    found[np.searchsorted(line, period)] = value  # the last of several assignments is kept
    return found


def _denied(
    chain: SourceChain,
    line: _Line,
    lines: Mapping[str, _Line],
    period: type_time,
    value: type_float,
    known: type_time,
) -> npt.NDArray[np.bool_]:
    """The numbers that another source of the same hour moved away from, as was known with them."""
    found = np.zeros(len(period), dtype=bool)
    for other in chain.steady:
        if other not in chain.before_close:
            off, at, _ = _deviation(chain, other, line, lines[other], period, value)
            found |= (np.abs(off) > chain.steady[other]) & (at <= known)
    return found


def _confirmed(
    chain: SourceChain,
    line: _Line,
    other: str,
    b: _Line,
    periods: type_time,
    values: type_float,
    known_at: type_time,
) -> type_time:
    """When another source confirmed each of some numbers; NEVER where it did not."""
    nobody = np.full(len(periods), NEVER)
    if not len(b.period):
        return nobody
    at = np.minimum(np.searchsorted(b.period, periods), len(b.period) - 1)
    same_day = b.period[at] == periods
    if other not in chain.steady:
        # Its own number is no second one, and two of one hour agree in level.
        is_own = same_day & (b.value[at] == values) & (b.known[at] == known_at)
        # 4.43 - 4.40 is a little more than 0.03 in binary.
        gap = np.round(np.abs(_gap(chain, values, b.value[at])), 9)
        agrees = same_day & ~is_own & (gap <= chain.between(other, other))
        return np.where(agrees, b.known[at], nobody)
    off, known, _ = _deviation(chain, other, line, b, periods, values)
    found = np.where(np.abs(off) <= chain.steady[other], known, nobody)
    if other in chain.before_close:
        usual = _usual_gap(chain, line, b, periods)
        now = np.abs(_gap(chain, values, b.value[at]) - usual)
        agrees = same_day & (now <= CONFIRMS_SHARE * chain.steady[other])
        found = np.minimum(found, np.where(agrees, b.known[at], nobody))
    return found
