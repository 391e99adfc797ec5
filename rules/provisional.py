"""Answers that rest on a number nobody has checked yet: provisional until somebody has."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rules.evaluation import Evaluations, Rule
from rules.model import AlertText, Panel, Unchecked, to_date, type_bool, type_time
from rules.point_in_time.panel import to_second
from rules.point_in_time.vintage_rows import Rows
from rules.terms import Kind
from rules.wording import day, signed

# A period that ends so long after the far move is not judged by it.
TOUCHED: Final = np.timedelta64(40, "D")


def until_checked(rule: Rule, judged: Evaluations, panel: Panel) -> Evaluations:
    """The same answers, with one that was given while a far move was unchecked twice: provisional
    when it was known, and as it is when the move was confirmed, if that is known at `as_of`.

    Of an event only what fires; of a condition the quiet too, which ends nothing meanwhile.
    """
    far = _moves_behind(panel, frozenset(rule.decided_by))
    if not far.moves:
        return judged
    rows, behind = _waiting(rule, judged, far)
    if not len(rows):
        return judged
    until = np.array([one.until for one in behind])
    is_over = (until <= to_second(panel.as_of)) & ~_superseded(judged, rows, until)
    titles = {name: one.title for name, one in panel.series.items()}
    by_row = dict(zip(rows.tolist(), behind, strict=True))
    return _twice(rule, judged, rows, until, by_row, is_over, titles)


@dataclass(frozen=True)
class _FarMoves:
    """Far moves, the one that is checked last first, and the days and seconds of each."""

    moves: Sequence[Unchecked]
    period: type_time
    since: type_time
    until: type_time


def _moves_behind(panel: Panel, decided_by: frozenset[str]) -> _FarMoves:
    """The far moves of some series, found once for all rules that they decide."""
    return panel.once(("far moves", decided_by), lambda: _far_moves(panel, decided_by))


def _far_moves(panel: Panel, decided_by: frozenset[str]) -> _FarMoves:
    mine = [one for one in panel.unchecked if one.series_id in decided_by]
    until = np.array([one.until for one in mine], dtype="datetime64[s]")
    moves = [mine[place] for place in np.argsort(-until.astype(np.int64), kind="stable")]
    fields = (("period_end", "D"), ("since", "s"), ("until", "s"))
    return _FarMoves(
        moves,
        *(
            np.array([getattr(one, name) for one in moves], dtype=f"datetime64[{unit}]")
            for name, unit in fields
        ),
    )


def _waiting(rule: Rule, judged: Evaluations, far: _FarMoves) -> tuple[Rows, list[Unchecked]]:
    """The rows that were known while a move was unchecked, of its period and some weeks after, in
    order; and the move of each that is checked last."""
    moves, period, since, until = far.moves, far.period, far.since, far.until
    first = np.searchsorted(judged.period_end, period)
    count = np.searchsorted(judged.period_end, period + TOUCHED, side="right") - first
    # One place a pair of a move and a row that is near it, move by move.
    move = np.repeat(np.arange(len(moves)), count)
    row = np.arange(len(move)) - np.repeat(np.cumsum(count) - count, count) + first[move]
    known_at, severity = judged.known_at[row], judged.severity[row]
    matters = severity > Evaluations.QUIET
    if rule.kind is Kind.CONDITION:
        matters = severity != Evaluations.UNKNOWN
    waits = matters & (known_at >= since[move]) & (known_at < until[move])
    if not waits.any():
        return row[:0], []
    rows, place = np.unique(row[waits], return_index=True)
    return rows, [moves[one] for one in move[waits][place]]


def _superseded(
    judged: Evaluations,
    rows: Rows,
    until: type_time,
) -> type_bool:
    """The rows of whose period a later version was known by then, which stands in any case."""
    following = np.minimum(rows + 1, len(judged.period_end) - 1)
    is_later = (rows + 1 < len(judged.period_end)) & (judged.known_at[following] <= until)
    same = judged.period_end[following] == judged.period_end[rows]
    return np.asarray(is_later & same)


def _twice(
    rule: Rule,
    judged: Evaluations,
    rows: Rows,
    until: type_time,
    behind: dict[int, Unchecked],
    is_over: type_bool,
    titles: Mapping[str, str],
) -> Evaluations:
    count = len(judged.period_end)
    origin = np.concatenate((np.arange(count), rows[is_over]))
    known_at = np.concatenate((judged.known_at, until[is_over]))
    first = np.zeros(len(origin), dtype=bool)
    first[rows] = True
    order = np.lexsort((known_at, judged.period_end[origin]))
    origin, known_at, first = origin[order], known_at[order], first[order]
    quiet = judged.severity[origin] == Evaluations.QUIET
    waits = first & quiet if rule.kind is Kind.CONDITION else np.zeros(len(origin), dtype=bool)
    return replace(
        judged,
        period_end=judged.period_end[origin],
        known_at=known_at,
        severity=judged.severity[origin],
        provisional=judged.provisional[origin] | first,
        keeps_open=judged.keeps_open[origin] | waits,
        measure=judged.measure[origin],
        ratios=judged.ratios[origin],
        explain=_explaining(judged.explain, origin.tolist(), first.tolist(), behind, titles),
        nearness=None if judged.nearness is None else judged.nearness[origin],
    )


def _explaining(
    explain: Callable[[int], AlertText],
    origin: Sequence[int],
    first: Sequence[bool],
    behind: dict[int, Unchecked],
    titles: Mapping[str, str],
) -> Callable[[int], AlertText]:
    """The words of each row; those of a provisional one say what nobody has checked."""

    def explained(row: int) -> AlertText:
        words = explain(origin[row])
        if not first[row]:
            return words
        one = behind[origin[row]]
        said = not_checked(one, one.title or titles[one.series_id])
        return replace(words, caveat=f"{said} {words.caveat}".rstrip())

    return explained


def not_checked(one: Unchecked, title: str) -> str:
    """What nobody has checked, as a person reads it."""
    pct = 100.0 * math.expm1(one.move / 100.0)  # from the logarithm it is compared by
    size = f"{signed(pct, 1)}%" if one.is_relative else f"{signed(100.0 * one.move)}bp"
    return (
        f"Provisional: no second source has confirmed the move of the {title} on "
        f"{day(to_date(one.period_end))} ({size}); it stands until one does, or the next number."
    )
