"""What the clock of the other side says about this machine's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


def clock_offset(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How far this machine's clock is ahead of the one that wrote an answer's Date; None where it
    has none. What a cache has kept is as old as it says."""
    try:
        written = parsedate_to_datetime(headers.get("Date", "")).astimezone(UTC)
        kept = timedelta(seconds=int(headers.get("Age", "0")))
        return now - written - kept
    except (ValueError, TypeError, OverflowError):
        return None
