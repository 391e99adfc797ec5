"""The sources with what comes next of each, and the days on which the markets are closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Final

from monitor.ingest.calendars import MARKETS, is_session, local_date
from monitor.views.glance import Glance
from rules.wording import day, listed, usd_bn
from state.announced import Announced, Announcements
from state.health import Health

HOLIDAYS_AHEAD: Final = timedelta(days=21)


@dataclass(frozen=True)
class Line:
    """One source now. `expected_at`: when the period after the newest one usually is there;
    `announced`: the auctions it announces from today on."""

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
    announced: tuple[Announced, ...] = ()


def source_calendar(reading: Glance, at: datetime) -> list[Line]:
    """Every source that is enabled, in the order of the configuration."""
    health = Health(reading.database).sources()
    announced = Announcements(reading.database).coming(local_date(at))
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
                announced=tuple(announced.get(known.name, ())),
            )
        )
    return found


def auctions_ahead(lines: Sequence[Line]) -> list[str]:
    """The auctions that are announced, the nearest first, in words: `Wed 9 Apr 2025: 10-year note
    $39.0bn`."""
    found = sorted((one for line in lines for one in line.announced), key=lambda one: one.day)
    return [
        f"{day(when)}: {listed([auction_words(one) for one in mine])}"
        for when, mine in groupby(found, key=lambda one: one.day)
    ]


def auction_words(one: Announced) -> str:
    """`10-year note $39.0bn`."""
    if one.offering_usd_mn is None:
        return f"{one.what} (amount to be announced)"
    return f"{one.what} {usd_bn(one.offering_usd_mn / 1000.0)}"


def closed_days(today: date) -> list[str]:
    """The weekdays of the coming weeks on which a market is closed, in words."""
    days = [today + timedelta(days=count) for count in range(HOLIDAYS_AHEAD.days)]
    said = []
    for one in days:
        closed = [
            title for market, title in MARKETS.items()
            if one.weekday() < 5 and not is_session(market, one)
        ]  # fmt: skip
        if closed:
            said.append(f"{one} closed: {', '.join(closed)}")
    return said
