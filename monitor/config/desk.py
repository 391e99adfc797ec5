"""The desk, its database, its digest, and the intervals of the monitor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from annotated_types import Interval, Predicate

from monitor.check.check import Limits
from monitor.ingest.calendars import time_zones
from monitor.ingest.source import ClockTime
from monitor.retry import Retry
from state.corrections import Settling


@dataclass(frozen=True, kw_only=True)
class Desk:
    """The desk that reads the alerts."""

    name: str = "rates desk"
    time_zone: Annotated[str, Predicate(lambda name: name in time_zones())] = "America/New_York"

    @cached_property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown; read once, since a page asks for each time on it."""
        return ZoneInfo(self.time_zone)


@dataclass(frozen=True, kw_only=True)
class State:
    """Where the database is; a relative path starts at the configuration's folder."""

    path: str = "havenwatch.db"


@dataclass(frozen=True, kw_only=True)
class Monitor:
    """Intervals, retries and limits of the monitor."""

    tick_seconds: Annotated[int, Interval(ge=1, le=600)] = 15
    startup_lookback_hours: Annotated[int, Interval(ge=0, le=24 * 14)] = 24
    retry_first_seconds: Annotated[int, Interval(ge=1, le=3600)] = 60
    retry_most_seconds: Annotated[int, Interval(ge=1, le=24 * 3600)] = 3600
    delivery_horizon_hours: Annotated[int, Interval(ge=1, le=24 * 30)] = 72
    tick_overdue_minutes: Annotated[int, Interval(ge=1, le=24 * 60)] = 15
    delivery_overdue_minutes: Annotated[int, Interval(ge=1, le=24 * 60)] = 15
    event_active_hours: Annotated[int, Interval(ge=1, le=24 * 30)] = 24
    accept_after_polls: Annotated[int, Interval(ge=1, le=1000)] = 3
    accept_after_hours: Annotated[int, Interval(ge=1, le=24 * 60)] = 24

    @property
    def retry(self) -> Retry:
        """The wait before a retry."""
        first, most = self.retry_first_seconds, self.retry_most_seconds
        return Retry(timedelta(seconds=first), timedelta(seconds=most))

    @property
    def settling(self) -> Settling:
        """When a correction that stays the same is accepted automatically."""
        return Settling(self.accept_after_polls, timedelta(hours=self.accept_after_hours))

    @property
    def limits(self) -> Limits:
        """The limits of the health check."""
        return Limits(
            tick_overdue=timedelta(minutes=self.tick_overdue_minutes),
            delivery_overdue=timedelta(minutes=self.delivery_overdue_minutes),
            event_attention=timedelta(hours=self.event_active_hours),
        )


@dataclass(frozen=True, kw_only=True)
class Digest:
    """When the daily digest is due, after each US session, in the desk's time zone."""

    at: ClockTime = "19:00"
