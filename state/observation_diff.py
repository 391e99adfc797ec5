"""A frame's filled cells against those stored: which are new, which changed, which are history."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd


def non_null(frame: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The filled cells of `frame`, long: series_id, period_end, value, before, is_new."""
    old = stored.reindex(index=frame.index, columns=frame.columns)
    values = frame.to_numpy(dtype=float)
    row, column = np.nonzero(~np.isnan(values))
    before = old.to_numpy(dtype=float)[row, column]
    return pd.DataFrame(
        {
            "series_id": frame.columns.to_numpy()[column],
            "period_end": frame.index[row],
            "value": values[row, column],
            "before": before,
            "is_new": np.isnan(before),
        }
    )


def changed_values(frame: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Those filled cells of `frame` whose value is not the one stored."""
    cells = non_null(frame, stored)
    return cells[cells["value"] != cells["before"]].copy()


def assumed_text(
    cells: pd.DataFrame,
    stored: pd.DataFrame,
    assumed_known_at: Callable[[pd.DatetimeIndex], pd.DatetimeIndex],
    limit: str,
) -> list[str | None]:
    """When each cell of history is assumed to have been known, None for every other cell.

    History is what belongs to a series never stored before or is older than all stored of it, as
    far as it was usually known by `limit`.
    """
    first = {name: stored[name].first_valid_index() for name in stored.columns}
    codes, names = pd.factorize(cells["series_id"])
    oldest = np.array([first.get(name) for name in names], dtype="datetime64[s]")[codes]
    periods = cells["period_end"].to_numpy()
    history = np.isnat(oldest) | (periods < oldest)
    if not history.any():
        return [None] * len(cells)
    place, unique = pd.factorize(periods)
    usual = assumed_known_at(pd.DatetimeIndex(unique)).strftime("%Y-%m-%dT%H:%M:%SZ")
    known = [text if text <= limit else None for text in usual]
    return [
        known[at] if old else None for at, old in zip(place.tolist(), history.tolist(), strict=True)
    ]
