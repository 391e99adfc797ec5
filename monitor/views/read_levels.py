"""The levels of a status, from what was known."""

from __future__ import annotations

from collections.abc import Iterator

from alerts.digest.level_table import LAGS
from alerts.digest.levels import change_over, levels
from monitor.views.levels import LevelChange, LevelNumber, Levels
from rules.model import Panel


def read_levels(panel: Panel) -> Levels:
    """The newest level of each series of a panel that is a level."""
    in_words = (one for frequency in LAGS for one in levels(panel, frequency))
    return Levels(tuple(in_words), tuple(_numbers(panel)))


def _numbers(panel: Panel) -> Iterator[LevelNumber]:
    for series_id in map(str, panel.frame.columns):
        known, series = panel.frame[series_id].dropna(), panel.series.get(series_id)
        if known.empty or series is None or series.frequency not in LAGS:
            continue
        changes = ((lag, change_over(known, lag, series.unit)) for lag in LAGS[series.frequency])
        yield LevelNumber(
            series=series_id,
            title=series.title,
            unit=series.unit,
            frequency=series.frequency,
            period_end=known.index[-1].date(),
            value=float(known.iloc[-1]),
            changes=tuple(LevelChange(lag, *one) for lag, one in changes if one is not None),
        )
