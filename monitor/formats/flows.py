"""Which series count what happened in a period, and which say how much there is at its end."""

from __future__ import annotations

from monitor.formats.mof_csv import PREFIX
from monitor.formats.tic_tables import is_tic_flow


def is_flow(series_id: str) -> bool:
    """Whether a series counts what happened in a period, so that its change means nothing."""
    return series_id.startswith(PREFIX) or is_tic_flow(series_id)
