"""Every series that there is to look at: the stored ones, and those that a desk makes of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from monitor.views.read_model import ReadModel
from rules.model import to_date
from state.vintages import StoredSeries, Vintages

# What stands for the dataset of a made series.
MADE: Final = "made"


def series_there(reading: ReadModel, at: datetime) -> list[StoredSeries]:
    """Every series with a number at an instant, the made ones last."""
    return [*Vintages(reading.database).stored(), *_made(reading, at)]


def one_series(reading: ReadModel, series_id: str, at: datetime) -> StoredSeries | None:
    """One series, or None where it has no number at an instant."""
    if series_id in reading.config.series:
        return _one_made(reading, series_id, at)
    return Vintages(reading.database).stored_series(series_id)


def _made(reading: ReadModel, at: datetime) -> Iterator[StoredSeries]:
    for name in reading.config.series:
        found = _one_made(reading, name, at)
        if found is not None:
            yield found


def _one_made(reading: ReadModel, name: str, at: datetime) -> StoredSeries | None:
    panel = reading.known((name,), at)
    days, _, _ = panel.numbers(name)
    if not len(days):
        return None
    return StoredSeries(panel.series[name], MADE, to_date(days[0]), to_date(days[-1]), len(days))
