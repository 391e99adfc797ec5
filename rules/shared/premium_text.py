"""What a rise of the term premium is told with: its place, its share, the other model."""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from rules.context.history_stats import Rank
from rules.markets.change import change_bp
from rules.model import Evidence, Panel
from rules.wording import capitalized, day, number, plural, signed_bp

PREMIUM: Final = "acm_tp10y"
OTHER_MODEL: Final = "kw_tp10y"


def earlier_changes(panel: Panel, period: date, lag: int) -> pd.Series[float]:
    """All changes over as many sessions before a period, in basis points, oldest first.

    Each change is taken inside one vintage: the newest one where it reaches, the longest before.
    """
    newest = _changes_bp(panel.frame[PREMIUM].dropna(), lag)
    older = _changes_bp(panel.longest.get(PREMIUM, newest.iloc[:0]), lag)
    changes = pd.concat([older[~older.index.isin(newest.index)], newest]).sort_index()
    return changes[changes.index < pd.Timestamp(period)]


def rank_sentence(
    earlier: pd.Series[float], lag: int, size_bp: float, period: date, since: np.datetime64
) -> str:
    """The sentence about a rise's place among the earlier ones; the last time is one that ended
    before `since`, so that it is another rise."""
    if earlier.empty:
        return ""
    place = _place(earlier, period, size_bp)
    days = pd.DatetimeIndex(earlier[earlier >= size_bp].index)
    larger = days[days < pd.Timestamp(since)]
    last = f", last on {day(larger[-1].date())}" if len(larger) else ""
    said = place.said(f"largest rise over {plural(lag, 'session')}")
    return f"{capitalized(said)}{last}."


def _place(earlier: pd.Series[float], period: date, size_bp: float) -> Rank:
    days = pd.DatetimeIndex(earlier.index).append(pd.DatetimeIndex([period]))
    sizes = np.append(earlier.to_numpy(), size_bp)
    index = days.to_numpy().astype("datetime64[D]")
    return Rank.of(sizes, index, len(earlier), low=False, sample="stored vintages")


def rank_evidence(
    earlier: pd.Series[float], period: date, lag: int, size_bp: float, yield_bp: float
) -> tuple[Evidence, ...]:
    """The numbers behind it, and the premium's share of the yield's rise."""
    if earlier.empty:
        return ()
    source = f"stored vintages since {pd.DatetimeIndex(earlier.index)[0].date()}"
    over = f"over {plural(lag, 'session')}"
    share = 100.0 * size_bp / yield_bp if yield_bp > 0 else np.nan
    return (
        *_place(earlier, period, size_bp).evidence(f"Rise {over}", period),
        Evidence(f"Share of the fitted yield's rise {over}", share, "pct", period, source),
    )


def _changes_bp(level_pct: pd.Series[float], lag: int) -> pd.Series[float]:
    levels = level_pct.to_numpy().astype(np.float64)
    return pd.Series(change_bp(levels, lag), index=level_pct.index).dropna()


def share_sentence(size_bp: float, yield_bp: float) -> str:
    """How much of the rise of the fitted yield the premium is."""
    if np.isnan(yield_bp):
        return "The model's fitted yield is missing, so its share of the yield move is unknown."
    if yield_bp <= 0:
        return f"The fitted 10-year yield changed {signed_bp(yield_bp, 1)} over the same sessions."
    return (
        f"The fitted 10-year yield rose {number(yield_bp, 1)}bp over the same sessions, "
        f"{number(100 * size_bp / yield_bp)}% of it term premium."
    )


def other_model(panel: Panel, known_by: np.datetime64, period: date, lag: int) -> pd.Series[float]:
    """Kim-Wright's changes over `lag` sessions up to a period, as known by an instant, bp."""
    known = panel.known_at[OTHER_MODEL].to_numpy() <= known_by
    until = panel.frame.index.to_numpy() <= np.datetime64(period)
    return _changes_bp(panel.frame[OTHER_MODEL][known & until].dropna(), lag)


def agreement(other: pd.Series[float], period: date, size_bp: float) -> str:
    """Whether Kim-Wright says the same, as far as it is known."""
    if other.empty:
        return "No Kim-Wright data to compare with."
    change, at = float(other.iloc[-1]), pd.DatetimeIndex(other.index)[-1].date()
    said = f"{signed_bp(change, 1)} over as many sessions to {day(at)}"
    if at < period:
        return f"Kim-Wright is not published yet for these sessions; last {said}."
    return f"Kim-Wright {'agrees' if change * size_bp > 0 else 'does not agree'}: {said}."


def other_evidence(panel: Panel, other: pd.Series[float], lag: int) -> tuple[Evidence, ...]:
    """Kim-Wright's numbers, each with its own date."""
    if other.empty:
        return ()
    at = pd.DatetimeIndex(other.index)[-1].date()
    source = panel.source(OTHER_MODEL, at)
    label = "Kim-Wright 10-year term premium"
    change, level = float(other.iloc[-1]), float(panel.frame[OTHER_MODEL].loc[pd.Timestamp(at)])
    larger = 100.0 * float((other.iloc[:-1] < change).mean()) if len(other) > 1 else np.nan
    over = f"over {plural(lag, 'session')}"
    return (
        Evidence(f"{label}, change {over}", change, "bp", at, source),
        Evidence(f"{label}, percentile of that", larger, "pct", at, source),
        Evidence(label, level, "pct", at, source),
    )
