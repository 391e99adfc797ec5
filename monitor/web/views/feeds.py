"""For readers of feeds and for calendars: what changed, and what comes when."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for

from monitor.ingest.calendars import local_date
from monitor.views.source_calendar import source_calendar
from monitor.web import atom, ics
from monitor.web.etag import Tagged, answered
from monitor.web.feed_key import feed_key, may_read_feeds
from monitor.web.links import absolute_url, alert_url
from monitor.web.login import public
from monitor.web.site import WebContext
from state.digests import Digests
from state.health import Health
from state.instants import to_text

MOST_ENTRIES = 50


def routes(site: WebContext) -> Blueprint:
    """Two addresses, which a key opens too."""
    pages = Blueprint("feeds", __name__)

    @pages.get("/feed.atom")
    @public
    def feed() -> Response:
        if not may_read_feeds(site):
            return _refused()
        # A transition is never changed, so that the number of the last one names all of them.
        recorded = Digests(site.reading.database).recorded()
        name = ("feed", recorded, absolute_url(site, "home.home"))
        return answered(site.kept(name, lambda: Tagged.of(_feed(site))), atom.CONTENT_TYPE)

    @pages.get("/calendar.ics")
    @public
    def calendar() -> Response:
        if not may_read_feeds(site):
            return _refused()
        return answered(Tagged.of(_calendar(site)), ics.CONTENT_TYPE)

    @pages.app_template_global("feeds_have_key")
    def feeds_have_key() -> bool:
        return bool(site.token and g.get("person"))

    @pages.app_template_global("feed_url")
    def feed_url(endpoint: str) -> str:
        """The address; with the key for who has logged in, and for nobody else."""
        # What is None is no part of an address.
        return url_for(endpoint, key=feed_key(site.token) if feeds_have_key() else None)

    return pages


def _feed(site: WebContext) -> bytes:
    reading = site.reading
    beat, titles = Health(reading.database).heartbeat(), reading.report.titles
    began = site.now() if beat is None else beat.watching_since
    entries = [
        atom.Entry(
            one,
            titles.get(one.after.rule_id, one.after.rule_id),
            alert_url(site, one.after.alert_id),
        )
        for one in Digests(reading.database).newest(MOST_ENTRIES)
    ]
    return atom.atom(
        atom.Feed(
            title=f"havenwatch, {site.config.desk.name}",
            origin=to_text(began),
            began=began,
            self_url=absolute_url(site, "feeds.feed"),
            page_url=absolute_url(site, "home.home"),
            entries=entries,
        )
    )


def _calendar(site: WebContext) -> bytes:
    at, reading = site.now(), site.reading
    beat = Health(reading.database).heartbeat()
    began = at if beat is None else beat.watching_since
    lines = source_calendar(reading, at)
    planned = [
        *ics.releases(lines, began),
        *ics.auctions(lines, began),
        *ics.closed_days(local_date(at, site.zone), began),
    ]
    return ics.icalendar(planned, f"havenwatch, {site.config.desk.name}")


def _refused() -> Response:
    said = "Feeds need the key shown on the status page, or a login.\n"
    return Response(said, 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")
