"""What comes when, for a calendar: iCalendar (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from icalendar import Calendar, Event

from monitor import __version__
from monitor.ingest.calendars import MARKETS, is_session
from monitor.views.source_calendar import Line, auction_words

CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
RELEASE_TAKES: Final = timedelta(minutes=15)
CLOSED_AHEAD: Final = timedelta(days=366)
# How long a calendar may wait before it asks again.
REFRESH: Final = timedelta(hours=6)


@dataclass(frozen=True)
class Planned:
    """One entry. Of a whole day `begins` is a date and `ends` the day after; `stamp` is when what
    it says was known first."""

    uid: str
    begins: date | datetime
    ends: date | datetime
    stamp: datetime
    title: str
    description: str
    is_estimated: bool = False


def releases(lines: Iterable[Line], began: datetime) -> list[Planned]:
    """The next release of each source, the nearest first; one whose source was never fetched is
    not known. `began`: when the program first looked, the stamp of what has no other."""
    found = [
        Planned(
            uid=f"release-{one.source}-{one.next_period}@havenwatch",
            begins=one.expected_at,
            ends=one.expected_at + RELEASE_TAKES,
            stamp=one.last_success_at or began,
            title=f"{one.source}: {one.next_period}{' (estimated)' if one.is_estimated else ''}",
            description=f"{one.publisher}; {one.licence}",
            is_estimated=one.is_estimated,
        )
        for one in lines
        if one.expected_at is not None
    ]
    return sorted(found, key=lambda one: (str(one.begins), one.uid))


def auctions(lines: Iterable[Line], began: datetime) -> list[Planned]:
    """The auctions that are announced, a whole day each: the hour is not in the announcement."""
    return [
        Planned(
            uid=f"auction-{one.day}-{one.what.replace(' ', '-')}@havenwatch",
            begins=one.day,
            ends=one.day + timedelta(days=1),
            stamp=line.last_success_at or began,
            title=f"Auction: {auction_words(one)}",
            description=f"{line.publisher}; {line.licence}",
        )
        for line in lines
        for one in line.announced
    ]


def closed_days(today: date, stamp: datetime) -> list[Planned]:
    """The weekdays of the coming year on which a market is closed, each with those that are."""
    days = [today + timedelta(days=count) for count in range(CLOSED_AHEAD.days)]
    found = []
    for day in days:
        closed = [title for market, title in MARKETS.items() if not is_session(market, day)]
        if closed and day.weekday() < 5:
            found.append(
                Planned(
                    uid=f"closed-{day}@havenwatch",
                    begins=day,
                    ends=day + timedelta(days=1),
                    stamp=stamp,
                    title=f"Closed: {', '.join(closed)}",
                    description="No joint-selloff evaluation on a day without a US session.",
                )
            )
    return found


def icalendar(planned: Sequence[Planned], name: str) -> bytes:
    """The entries as a calendar that is only read: folded at 75 octets, lines ended by CRLF."""
    calendar = Calendar()
    calendar.add("prodid", f"-//havenwatch//havenwatch {__version__}//EN")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    for one in planned:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", one.stamp)
        event.add("dtstart", one.begins)
        event.add("dtend", one.ends)
        event.add("summary", one.title)
        event.add("description", one.description)
        event.add("status", "TENTATIVE" if one.is_estimated else "CONFIRMED")
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    return bytes(calendar.to_ical())
