"""The joint selloffs as a calendar, a session a cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, abort, render_template, request

from monitor.calendars import local_date
from monitor.web.heat_map import (
    Grid,
    counted,
    grid,
    half_years,
    joint,
    last_year,
    months_back,
)
from monitor.web.joint_sessions import RULE_ID, Session, read_sessions
from monitor.web.site import Site
from state.ledger import Ledger


@dataclass(frozen=True)
class Shown:
    """What the page shows: the spans, the joint selloffs in them, the oldest
    session stored, and the years there are."""

    title: str
    said: str
    grids: tuple[Grid, ...]
    joint: tuple[Session, ...]
    oldest: date | None
    years: tuple[int, ...]
    year: int | None


def routes(site: Site) -> Blueprint:
    """The page; and `joint_selloffs()`, the last twelve months for other pages."""
    pages = Blueprint("calendar", __name__)

    @pages.get("/calendar")
    def calendar() -> str:
        today = local_date(site.now())
        sessions = _sessions(site)
        return render_template(
            "calendar.html.j2", shown=shown(sessions, today, _year(sessions, today))
        )

    @pages.app_template_global("joint_selloffs")
    def joint_selloffs() -> list[Grid]:
        sessions = _sessions(site)
        spans = last_year(local_date(site.now()))
        return [grid(sessions, first, last) for first, last in spans]

    return pages


def shown(sessions: Mapping[date, Session], today: date, year: int | None) -> Shown:
    """The last 24 months, or one calendar year."""
    if year is None:
        first, last, title = months_back(today), today, "the last 24 months"
    else:
        first, last, title = date(year, 1, 1), min(date(year, 12, 31), today), str(year)
    halves = [(begin, min(end, today)) for begin, end in half_years(first, last)]
    oldest = min(sessions, default=None)
    # Of what was before all that is stored there is nothing to show.
    spans = [(begin, end) for begin, end in halves if oldest is None or end >= oldest] or halves[:1]
    begin = min(one for one, _ in spans)
    known = [one for day, one in sessions.items() if begin <= day <= last]
    years = {day.year for day in sessions} | {today.year}
    return Shown(
        title=title,
        said=counted(known),
        grids=tuple(grid(sessions, *span) for span in spans),
        joint=tuple(joint(sessions, begin, last)),
        oldest=oldest,
        years=tuple(sorted(years, reverse=True)),
        year=year,
    )


def _year(sessions: Mapping[date, Session], today: date) -> int | None:
    text = request.args.get("year")
    if text is None:
        return None
    known = {str(day.year) for day in sessions} | {str(today.year)}
    if text not in known:
        abort(404, f"Years with sessions are {min(known)} to {max(known)}.")
    return int(text)


def _sessions(site: Site) -> Mapping[date, Session]:
    """The sessions, judged once for the numbers and decisions stored."""
    reading, at = site.reading, site.now()
    decided = Ledger(reading.database).decided_until(RULE_ID)
    return site.kept(("joint sessions", decided), lambda: read_sessions(reading, at))
