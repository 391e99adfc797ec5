"""How one source does, in a line. Apart from what a digest says: a look at the sources alone loads
nothing of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class SourceLine:
    """How one source does."""

    name: str
    publisher: str
    state: str
    newest_period: date | None
    problem: str
