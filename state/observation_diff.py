"""A frame's filled cells against those stored: which are new, which changed, which are history."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd

Values = npt.NDArray[np.float64]


def non_null(frame: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """The filled cells of `frame`, long: series_id, period_end, value, before, is_new."""
    values, before = _side_by_side(frame, stored)
    return _cells(frame, values, before, ~np.isnan(values))


def changed_values(frame: pd.DataFrame, stored: pd.DataFrame) -> pd.DataFrame:
    """Those filled cells of `frame` whose value is not the one stored."""
    values, before = _side_by_side(frame, stored)
    return _cells(frame, values, before, ~np.isnan(values) & (values != before))


def _side_by_side(frame: pd.DataFrame, stored: pd.DataFrame) -> tuple[Values, Values]:
    """The values of `frame` and those stored in their places, NaN for none; in arrays, since a
    frame that pandas has brought into the shape of another takes ten times as long."""
    values = frame.to_numpy(dtype=np.float64)
    row = stored.index.get_indexer(frame.index)
    column = stored.columns.get_indexer(frame.columns)
    before = np.full(values.shape, np.nan)
    old = stored.to_numpy(dtype=np.float64)[np.ix_(row[row >= 0], column[column >= 0])]
    before[np.ix_(row >= 0, column >= 0)] = old
    return values, before


def _cells(
    frame: pd.DataFrame, values: Values, before: Values, wanted: npt.NDArray[np.bool_]
) -> pd.DataFrame:
    row, column = np.nonzero(wanted)
    was = before[row, column]
    return pd.DataFrame(
        {
            "series_id": frame.columns.to_numpy()[column],
            "period_end": frame.index[row],
            "value": values[row, column],
            "before": was,
            "is_new": np.isnan(was),
        }
    )


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
