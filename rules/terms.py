"""How severe a signal is, what a rule answers of a period, and how long what it finds lasts.

They stand apart from `rules.model`, whose classes take 10 ms to make, for whoever only lists
alerts.
"""

from __future__ import annotations

import enum


class Severity(enum.IntEnum):
    """How loudly a signal is told. A notice goes to the digest only."""

    NOTICE = 1
    WARNING = 2
    CRITICAL = 3

    @property
    def label(self) -> str:
        """The word a person reads: `notice`, `warning` or `critical`."""
        return self.name.lower()


class Answer(enum.StrEnum):
    """What a rule says of one period. UNKNOWN never opens and never closes an alert."""

    FIRING = "firing"
    QUIET = "quiet"
    UNKNOWN = "unknown"


class Kind(enum.StrEnum):
    """EVENT: dated, its episode is its period. CONDITION: lasts, opens and closes."""

    EVENT = "event"
    CONDITION = "condition"
