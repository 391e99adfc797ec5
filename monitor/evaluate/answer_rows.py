"""Which rows of a rule's answers to look at: pure, vectorised, in order of knowing."""

from __future__ import annotations

from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from rules.evaluation import Evaluations
from rules.model import Evidence, to_date
from rules.point_in_time.panel import BEGINNING, to_second
from rules.point_in_time.vintage_rows import Rows


def repeats_of_quiet(judged: Evaluations, rows: Rows) -> npt.NDArray[np.bool_]:
    """The rows that are quiet as the row before them was of the same period: a number was confirmed
    or corrected, which changes nothing where no alert is open. They are most of all corrections."""
    found = np.zeros(len(rows), dtype=bool)
    code, period = judged.severity[rows], judged.period_end[rows]
    found[1:] = (code[1:] == Evaluations.QUIET) & (code[:-1] == code[1:])
    found[1:] &= period[1:] == period[:-1]
    return found


def _episode_rows(judged: Evaluations, row: int, episode: date) -> Rows:
    """The rows of a condition from its opening to a row; none where the opening is not judged any
    more."""
    first = int(np.searchsorted(judged.period_end, np.datetime64(episode)))
    found = np.arange(first, row + 1)
    is_there = len(found) > 0 and judged.period_end[first] == np.datetime64(episode)
    return found if is_there else found[:0]


def peak_evidence(judged: Evaluations, row: int, episode: date) -> tuple[Evidence, ...]:
    """The furthest a condition has gone since it opened, and when; nothing where that is not
    judged any more."""
    rows = _episode_rows(judged, row, episode)
    rows = rows[judged.severity[rows] > Evaluations.QUIET]
    if not len(rows):
        return ()
    # A measure of falls is furthest where it is lowest: nearness is the same way up for all.
    by = judged.measure if judged.nearness is None else judged.nearness
    top = int(rows[np.nanargmax(by[rows])])
    when = to_date(judged.period_end[top])
    return (
        Evidence(
            "Furthest since it opened",
            float(judged.measure[top]),
            judged.measure_unit,
            when,
            f"this rule's own answers from {episode} to {to_date(judged.period_end[row])}",
        ),
    )


def has_happened(judged: Evaluations, row: int, episode: date) -> bool:
    """Whether an alert's condition fired since it opened by the numbers of now, or may have."""
    if judged.severity[row] != Evaluations.QUIET:
        return True
    severity = judged.severity[_episode_rows(judged, row, episode)]
    return len(severity) == 0 or bool((severity != Evaluations.QUIET).any())


def fresh_rows(judged: Evaluations, since: datetime | None, until: datetime) -> Rows:
    """The rows known in (since, until], by when they were known and by period."""
    low = BEGINNING if since is None else to_second(since)
    rows = np.flatnonzero((judged.known_at > low) & (judged.known_at <= to_second(until)))
    order = np.lexsort((judged.period_end[rows], judged.known_at[rows]))
    return np.asarray(rows[order])
