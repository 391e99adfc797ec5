"""The joint selloffs as a calendar, a session a cell."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from flask import Blueprint, abort, get_template_attribute, render_template, request
from markupsafe import Markup

from monitor.ingest.calendars import local_date
from monitor.web.heat_map import (
    Grid,
    count_sessions,
    grid,
    half_years,
    joint_selloffs,
    last_year,
    months_back,
)
from monitor.web.heat_overview import YEARS_SHOWN, Overview, overview
from monitor.web.joint_sessions import RULE_ID, Session, read_sessions
from monitor.web.site import WebContext
from state.alert_store import AlertStore

Made = TypeVar("Made")


@dataclass(frozen=True)
class Shown:
    """What the page shows: the spans, the joint selloffs in them, the oldest
    session stored, and the years there are."""

    title: str
    said: str
    grids: tuple[Grid, ...]
    joint_selloffs: tuple[Session, ...]
    oldest: date | None
    years: tuple[int, ...]
    year: int | None
    over_years: Overview
    has_more: bool


def routes(site: WebContext) -> Blueprint:
    """The page; and `joint_selloffs()`, the last twelve months for other pages."""
    pages = Blueprint("calendar", __name__)

    @pages.get("/calendar")
    def calendar() -> str:
        today = local_date(site.now())
        sessions = _sessions(site)
        year = _year(sessions, today)
        years = None if request.args.get("years") == "all" else YEARS_SHOWN
        found, drawing = _kept(
            site, ("calendar", year, years), lambda: _drawn(shown(sessions, today, year, years))
        )
        return render_template(
            "calendar.html.j2", shown=found, drawing=drawing, every=years is None
        )

    @pages.app_template_global("joint_selloffs")
    def joint_selloffs() -> Markup:
        """The last twelve months, drawn."""
        spans = last_year(local_date(site.now()))

        def make() -> Markup:
            sessions = _sessions(site)
            return _drawing([grid(sessions, first, last) for first, last in spans])

        return _kept(site, ("joint selloffs", spans[0]), make)

    return pages


def shown(
    sessions: Mapping[date, Session], today: date, year: int | None, years: int | None
) -> Shown:
    """The last 24 months, or one calendar year, below so many years or all."""
    if year is None:
        first, last, title = months_back(today), today, "last 24 months"
    else:
        first, last, title = date(year, 1, 1), min(date(year, 12, 31), today), str(year)
    halves = [(begin, min(end, today)) for begin, end in half_years(first, last)]
    oldest = min(sessions, default=None)
    # Of what was before all that is stored there is nothing to show.
    spans = [(begin, end) for begin, end in halves if oldest is None or end >= oldest] or halves[:1]
    begin = min(one for one, _ in spans)
    known = [one for day, one in sessions.items() if begin <= day <= last]
    stored = {day.year for day in sessions} | {today.year}
    over_years = overview(sessions, today, years)
    return Shown(
        title=title,
        said=count_sessions(known),
        grids=tuple(grid(sessions, *span) for span in spans),
        joint_selloffs=tuple(joint_selloffs(sessions, begin, last)),
        oldest=oldest,
        years=tuple(sorted(stored, reverse=True)),
        year=year,
        over_years=over_years,
        has_more=len(stored) > len(over_years.rows),
    )


def _year(sessions: Mapping[date, Session], today: date) -> int | None:
    text = request.args.get("year")
    if text is None:
        return None
    known = {str(day.year) for day in sessions} | {str(today.year)}
    if text not in known:
        abort(404, f"Data covers {min(known)} to {max(known)}.")
    return int(text)


def _drawn(found: Shown) -> tuple[Shown, Mapping[str, Markup]]:
    years: Callable[[Overview], Markup] = get_template_attribute("heat_map.html.j2", "over_years")
    return found, {"days": _drawing(found.grids), "years": years(found.over_years)}


def _drawing(grids: Sequence[Grid]) -> Markup:
    """Some hundred cells, which take longer to write than all the rest of a page."""
    heat_map: Callable[[Sequence[Grid]], Markup] = get_template_attribute(
        "heat_map.html.j2", "heat_map"
    )
    return heat_map(grids)


def _sessions(site: WebContext) -> Mapping[date, Session]:
    reading, at = site.reading, site.now()
    return _kept(site, "joint sessions", lambda: read_sessions(reading, at))


def _kept(site: WebContext, name: Hashable, make: Callable[[], Made]) -> Made:
    """What is made once for the numbers and the decisions that are stored."""
    decided = AlertStore(site.reading.database).decided_until(RULE_ID)
    return site.kept((name, decided, local_date(site.now())), make)
