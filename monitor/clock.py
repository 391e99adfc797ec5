"""The only module that reads the clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as an argument: everything else is told what time it is."""

    def now(self) -> datetime:
        """The current instant, aware, UTC, in whole seconds."""
        ...

    def monotonic_s(self) -> float:
        """Seconds that only go forward, for measuring a wait."""
        ...

    def sleep(self, seconds: float) -> None:
        """Return when so much time has passed."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The machine's time."""
        return datetime.now(UTC).replace(microsecond=0)

    def monotonic_s(self) -> float:
        """The machine's monotonic clock."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Really wait."""
        time.sleep(seconds)


class SetClock(SystemClock):
    """The machine's clock as if it had stood at an instant when this was made."""

    def __init__(self, start: datetime):
        self._ahead = start - super().now()

    def now(self) -> datetime:
        """The instant it was set to, and what has passed since."""
        return super().now() + self._ahead


class SimulatedClock:
    """A clock that stands still until it is moved; sleeping moves it."""

    def __init__(self, start: datetime):
        self._now = start

    def now(self) -> datetime:
        """The simulated time, in whole seconds."""
        return self._now.replace(microsecond=0)

    def monotonic_s(self) -> float:
        """Simulated seconds."""
        return self._now.timestamp()

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self._now += timedelta(seconds=seconds)

    def advance_to(self, moment: datetime) -> None:
        """Move to a later instant; an earlier one leaves the clock as it is."""
        self._now = max(self._now, moment)
