"""The sources with what comes next of each, and the days on which the markets are closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from monitor.ingest.calendars import MARKETS, is_session
from monitor.views.glance import Glance
from state.health import Health

HOLIDAYS_AHEAD: Final = timedelta(days=21)


@dataclass(frozen=True)
class Line:
    """One source now. `expected_at`: when the period after the newest one usually is there."""

    source: str
    publisher: str
    state: str
    newest_period: date | None
    last_success_at: datetime | None
    next_period: date | None
    expected_at: datetime | None
    is_estimated: bool
    next_poll_at: datetime | None
    licence: str
    problem: str
    probe: str | None = None


def source_calendar(reading: Glance, at: datetime) -> list[Line]:
    """Every source that is enabled, in the order of the configuration."""
    health = Health(reading.database).sources()
    coming = {one.source: one for one in reading.next_releases(reading.newest_periods(), at)}
    licences = {one.name: one.licence for one in reading.settings.sources}
    found = []
    for known in reading.source_lines(at):
        one, release = health.get(known.name), coming.get(known.name)
        found.append(
            Line(
                source=known.name,
                publisher=known.publisher,
                state=known.state,
                newest_period=known.newest_period,
                last_success_at=None if one is None else one.last_success_at,
                next_period=None if release is None else release.period,
                expected_at=None if release is None else release.expected_at,
                is_estimated=release is not None and release.is_estimated,
                next_poll_at=None if one is None else one.next_due_at,
                licence=licences[known.name],
                problem=known.problem,
            )
        )
    return found


def closed_days(today: date) -> list[str]:
    """The weekdays of the coming weeks on which a market is closed, in words."""
    days = [today + timedelta(days=count) for count in range(HOLIDAYS_AHEAD.days)]
    said = []
    for day in days:
        closed = [
            title for market, title in MARKETS.items()
            if day.weekday() < 5 and not is_session(market, day)
        ]  # fmt: skip
        if closed:
            said.append(f"{day} closed: {', '.join(closed)}")
    return said
