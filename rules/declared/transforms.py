"""What a declared condition may do with a series: one vectorised statistic a function.

Each gives a value a row from that row and rows before it, never from one after it, and NaN until
there are enough of them. `window` counts the series' own periods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from rules.declared.track import Track
from rules.markets.change import usual_before
from rules.model import type_float

# 4.48 - 4.43 is not 0.05 in binary, and a move of exactly the size must count.
ROUNDED: Final = 9


@dataclass(frozen=True)
class Transform:
    """A statistic: what it gives, in which unit, and how it is said. An empty `unit` is that of the
    series; `said` takes `{window}` with its periods (`5 sessions`)."""

    of: Callable[[Track, int], type_float]
    unit: str
    said: str
    fewest: int = 1


def level(track: Track, window: int) -> type_float:  # noqa: ARG001
    """The number itself."""
    return track.level


def change(track: Track, window: int) -> type_float:
    """The difference from `window` periods before."""
    return np.asarray(np.round(track.level - track.before(window), ROUNDED))


def change_pct(track: Track, window: int) -> type_float:
    """The simple return from `window` periods before, in percent."""
    return _relative_pct(track.level, track.before(window))


def zscore(track: Track, window: int) -> type_float:
    """The distance from the mean of the `window` numbers before, in their standard deviations; NaN
    where those never vary."""
    mean, spread = usual_before(track.level, window)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(spread > 0, (track.level - mean) / spread, np.nan)


def percentile(track: Track, window: int) -> type_float:
    """The share of the `window` numbers before that are below this one, in percent."""
    place = _rolling(track, window + 1).rank(method="min").to_numpy()
    return np.asarray(100.0 * (place - 1.0) / window)


def drawdown(track: Track, window: int) -> type_float:
    """The distance below the highest of the last `window` numbers, in percent: 0 or less."""
    highest = np.asarray(_rolling(track, window).max(), dtype=np.float64)
    return _relative_pct(track.level, highest)


def from_mean(track: Track, window: int) -> type_float:
    """The distance from the mean of the last `window` numbers, this one among them, in percent."""
    mean = np.asarray(_rolling(track, window).mean(), dtype=np.float64)
    return _relative_pct(track.level, mean)


def total(track: Track, window: int) -> type_float:
    """The sum of the last `window` numbers; NaN where one of them is missing or disputed."""
    found = pd.Series(track.undisputed).rolling(window).sum().to_numpy()
    return np.where(track.is_unbroken(window), np.round(found, 6), np.nan)


def days_since_high(track: Track, window: int) -> type_float:
    """How many periods ago the highest of the last `window` numbers was; the latest of equals."""
    return _since(track.level, window)


def days_since_low(track: Track, window: int) -> type_float:
    """How many periods ago the lowest of the last `window` numbers was; the latest of equals."""
    return _since(-track.level, window)


def _relative_pct(level_now: type_float, base: type_float) -> type_float:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 100.0 * (level_now / np.where(base > 0, base, np.nan) - 1.0)
    return np.asarray(np.round(found, ROUNDED))


def _rolling(track: Track, window: int) -> pd.api.typing.Rolling[pd.Series[float]]:
    return pd.Series(track.level).rolling(window)


def _since(values: type_float, window: int) -> type_float:
    found = np.full(len(values), np.nan)
    if len(values) >= window:
        windows = np.lib.stride_tricks.sliding_window_view(values, window)[:, ::-1]
        ago = windows.argmax(axis=1).astype(np.float64)
        found[window - 1 :] = np.where(np.isnan(windows).any(axis=1), np.nan, ago)
    return found


LEVEL: Final = "level"
TRANSFORMS: Final[Mapping[str, Transform]] = {
    LEVEL: Transform(level, "", ""),
    "change": Transform(change, "", "change over {window}"),
    "change_pct": Transform(change_pct, "pct", "change over {window}"),
    "zscore": Transform(zscore, "sd", "z-score over {window}", fewest=2),
    "percentile": Transform(percentile, "pct", "percentile of {window}", fewest=2),
    "drawdown": Transform(drawdown, "pct", "below its high of {window}", fewest=2),
    "from_mean": Transform(from_mean, "pct", "from its mean of {window}", fewest=2),
    "sum": Transform(total, "", "sum of {window}"),
    "days_since_high": Transform(
        days_since_high, "count", "periods since its high of {window}", fewest=2
    ),
    "days_since_low": Transform(
        days_since_low, "count", "periods since its low of {window}", fewest=2
    ),
}
