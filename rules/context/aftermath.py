"""What followed the last periods like one, beside what all sessions did: context for any alert."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from rules.context.history_stats import Recent
from rules.markets.market import MARKET
from rules.model import Analogue, Panel, to_date, type_float, type_time

ANALOGUES: Final = 5
AFTER_SESSIONS: Final = (1, 5, 21)
# Stocks close at 16:00 in New York, 20:00 UTC in summer: what is published from then on is answered
# by the next session.
CLOSE_UTC: Final = np.timedelta64(20, "h")


def analogues(
    panel: Panel,
    known_by: np.datetime64,
    periods: type_time,
    values: type_float,
    unit: str,
    published: type_time | None = None,
) -> tuple[Analogue, ...]:
    """The last five of some earlier periods, the newest first, each with what the S&P 500 (%), the
    10-year yield (bp) and DXY (%) did 1, 5 and 21 of their own sessions after; None where that is
    not over. Last, what all sessions did on average; nothing where there is no earlier period.

    `published`: when each period became known, for what is no close itself; what followed is then
    counted from the last close before. Only closes known by an instant are used, so nothing of it
    was unknown to who was told.
    """
    if not len(periods):
        return ()
    begins = periods if published is None else (published - CLOSE_UTC).astype("datetime64[D]")
    closes = [_closes(panel, name, known_by) for name in MARKET]
    found = []
    for row in range(len(periods) - 1, max(len(periods) - 1 - ANALOGUES, -1), -1):
        value = None if np.isnan(values[row]) else float(values[row])
        spx, ust, dxy = (
            _after(*one, begins[row], name) for one, name in zip(closes, MARKET, strict=True)
        )
        found.append(Analogue(to_date(periods[row]), value, unit, spx, ust, dxy))
    return (*found, *_all_sessions(closes, known_by))


def followed(panel: Panel, known_by: np.datetime64, period: np.datetime64) -> Analogue:
    """What the S&P 500 (%), the 10-year yield (bp) and DXY (%) did 1, 5 and 21 of their own
    sessions after a period, as far as it was known by an instant."""
    spx, ust, dxy = (_after(*_closes(panel, name, known_by), period, name) for name in MARKET)
    return Analogue(to_date(period), None, "", spx, ust, dxy)


def release_instants(
    panel: Panel, series_ids: Sequence[str], periods: type_time, business_days: int
) -> type_time:
    """When the numbers of each period first came out: when the first of them was known, and
    `business_days` after the period at the latest, for where a revision replaced the first print or
    a newer vintage the whole history."""
    rows = panel.frame.index.searchsorted(periods.astype("datetime64[ns]"))
    known = panel.known_at[list(series_ids)].to_numpy()[rows].astype("datetime64[s]")
    usual = np.busday_offset(periods.astype("datetime64[D]"), business_days, roll="forward")
    # NaT, a number that is not there, is after everything.
    days = np.column_stack((known, usual.astype("datetime64[s]") + CLOSE_UTC))
    return np.asarray(np.fmin.reduce(days, axis=1)) if len(days) else days[:, 0]


def _closes(panel: Panel, name: str, known_by: np.datetime64) -> tuple[type_time, type_float]:
    """A market's own closes known by an instant, and their days."""
    level = panel.frame[name].to_numpy()
    there = ~np.isnan(level) & (panel.known_at[name].to_numpy() <= known_by)
    return panel.frame.index.to_numpy()[there].astype("datetime64[D]"), level[there]


def _after(
    days: type_time, level: type_float, begins: np.datetime64, name: str
) -> tuple[float | None, ...]:
    start = int(np.searchsorted(days, begins, side="right")) - 1
    return tuple(
        _rounded(float(_moved(level[[start, start + after]], 1, name)[0]), name)
        if start >= 0 and start + after < len(level)
        else None
        for after in AFTER_SESSIONS
    )


def _all_sessions(
    closes: list[tuple[type_time, type_float]], known_by: np.datetime64
) -> tuple[Analogue, ...]:
    """The mean of every session since 1999, of the last ten years, or of all that is stored; none
    where nothing is."""
    days = closes[0][0]
    if not len(days):
        return ()
    recent = Recent.of(days[0], known_by)
    began = days[0] if recent is None else recent.begins
    means: list[tuple[float | None, ...]] = []
    for (own_days, level), name in zip(closes, MARKET, strict=True):
        mine = level[own_days >= began]
        moves = [_moved(mine, after, name) for after in AFTER_SESSIONS]
        means.append(
            tuple(_rounded(float(one.mean()), name) if len(one) else None for one in moves)
        )
    count = int((days >= began).sum())
    spx, ust, dxy = means
    return (Analogue(to_date(began), None, "", spx, ust, dxy, mean_of=count),)


def _moved(level: type_float, rows: int, name: str) -> type_float:
    """Every move over so many sessions: basis points of the yield, percent of the others."""
    if name == "ust10y":
        return np.asarray((level[rows:] - level[:-rows]) * 100.0)
    return np.asarray((level[rows:] / level[:-rows] - 1.0) * 100.0)


def _rounded(move: float, name: str) -> float:
    return round(move, 1 if name == "ust10y" else 2)
