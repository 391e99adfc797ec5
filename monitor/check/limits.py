"""When silence is suspicious, and when nothing can be checked. Standard library alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Final, NamedTuple

# The same defaults as the configuration's; a test holds them equal.
TICK_OVERDUE_MINUTES: Final = 15
DELIVERY_OVERDUE_MINUTES: Final = 15
EVENT_ATTENTION_HOURS: Final = 24


class Limits(NamedTuple):
    """When silence is suspicious, and how long a dated event asks for attention."""

    tick_overdue: timedelta = timedelta(minutes=TICK_OVERDUE_MINUTES)
    delivery_overdue: timedelta = timedelta(minutes=DELIVERY_OVERDUE_MINUTES)
    event_attention: timedelta = timedelta(hours=EVENT_ATTENTION_HOURS)


class CheckFailed(Exception):
    """Nothing could be checked, and why."""
