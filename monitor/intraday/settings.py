"""The settings of the session that is followed by quotes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from annotated_types import Interval, MinLen


@dataclass(frozen=True, kw_only=True)
class Intraday:
    """Whether a session is followed by quotes, off by default.

    `feeds`: whose quotes count, the best first. A developing alert is sent once it has held a
    warning size for `hold_minutes`. A quote older than `max_age_minutes` while its market trades is
    none: `^TNX` through Yahoo is 18 minutes late. Quotes are kept `keep_quotes_days`.
    """

    enabled: bool = False
    feeds: Annotated[tuple[str, ...], MinLen(1)] = ("yahoo_quotes",)
    hold_minutes: Annotated[int, Interval(ge=1, le=120)] = 10
    max_age_minutes: Annotated[int, Interval(ge=1, le=120)] = 30
    keep_quotes_days: Annotated[int, Interval(ge=1, le=400)] = 30

    @property
    def hold(self) -> timedelta:
        """How long a size is held before it is told."""
        return timedelta(minutes=self.hold_minutes)

    @property
    def max_age(self) -> timedelta:
        """How old a quote may be while its market trades."""
        return timedelta(minutes=self.max_age_minutes)

    @property
    def keep_quotes(self) -> timedelta:
        """How long quotes are kept."""
        return timedelta(days=self.keep_quotes_days)
