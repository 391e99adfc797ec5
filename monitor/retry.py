"""The wait before a retry, of a source as of a delivery: it doubles with each failure in a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Retry:
    """Waits that double from the first to the most: `retry_first_seconds` and
    `retry_most_seconds` of the configuration."""

    first: timedelta
    most: timedelta

    def wait(self, failures: int) -> timedelta:
        """The wait after so many failures in a row."""
        doubled: timedelta = self.first * 2 ** min(failures - 1, 20)
        return min(doubled, self.most)
