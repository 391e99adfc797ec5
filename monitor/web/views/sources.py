"""How each source does, and what comes next."""

from __future__ import annotations

from flask import Blueprint, render_template

from monitor.ingest.calendars import local_date
from monitor.ingest.releases import next_releases
from monitor.views.source_calendar import auctions_ahead, closed_days, source_calendar
from monitor.web.site import WebContext


def routes(site: WebContext) -> Blueprint:
    """`/sources`."""
    pages = Blueprint("sources", __name__)

    @pages.get("/sources")
    def sources() -> str:
        at = site.now()
        lines = source_calendar(site.reading, at)
        return render_template(
            "sources.html.j2",
            lines=sorted(lines, key=lambda one: one.state == "OK"),
            releases=next_releases(at),
            auctions=auctions_ahead(lines),
            closed=closed_days(local_date(at, site.zone)),
        )

    return pages
