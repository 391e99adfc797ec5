"""A publication to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Release:
    """A coming publication that can confirm or contradict an alert. `estimated`: by rule of thumb,
    because the publisher's calendar known here has run out."""

    title: str
    at: datetime
    estimated: bool = False
    # Whether it is the one with the transactions of the period.
    settles: bool = False

    @property
    def name(self) -> str:
        """Its title without the remark on what it shows."""
        return self.title.partition(" (")[0]
