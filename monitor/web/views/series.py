"""The series, stored and made: all of them, and a page each with its revisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, abort, render_template, url_for
from markupsafe import Markup

from monitor.views.read_model import ReadModel
from monitor.views.series_list import MADE, series_there
from monitor.web.cache import Cache
from monitor.web.series_document import FIRST, PERIODS, STEPS
from monitor.web.series_facts import by_dataset, drawn_from, read_series
from monitor.web.site import WebContext
from state.vintages import StoredSeries


def routes(site: WebContext) -> Blueprint:
    """The list and the page."""
    pages = Blueprint("series", __name__)
    # Their own: there are more series than results that a site keeps.
    kept = Cache()

    @pages.get("/series")
    def listed() -> str:
        groups = site.kept("list of series", lambda: _groups(site))
        return render_template("series_list.html.j2", groups=groups)

    @pages.get("/series/<path:series_id>")
    def one(series_id: str) -> str:
        stored = next((it for it in _stored(site) if it.series.series_id == series_id), None)
        if stored is None:
            abort(404, "No series of this name; see the list of series.")
        reading, at = site.reading, site.now()
        facts: Markup = kept.result(
            series_id, reading.database, at, lambda: _facts(reading, stored, at)
        )
        return render_template(
            "series.html.j2",
            title=stored.series.title,
            drawn_first=_drawn_first(stored),
            facts=facts,
        )

    return pages


def _stored(site: WebContext) -> list[StoredSeries]:
    reading, at = site.reading, site.now()
    return site.kept("every series", lambda: series_there(reading, at))


def _facts(reading: ReadModel, stored: StoredSeries, at: datetime) -> Markup:
    facts = read_series(reading, stored, at)
    return Markup(
        render_template(
            "series_facts.html.j2",
            facts=facts,
            drawn_first=_drawn_first(stored),
            drawn_whole=_numbers(stored),
        )
    )


def _drawn_first(stored: StoredSeries) -> str:
    """The address of the numbers that the first picture is drawn from."""
    first = drawn_from(stored)
    asked = {} if first is None else {FIRST: first.isoformat()}
    return _numbers(stored, **asked)


def _numbers(stored: StoredSeries, **narrowed: str) -> str:
    asked: dict[str, Any] = {"series_id": stored.series.series_id, PERIODS: STEPS, **narrowed}
    return url_for("series_api.as_document", **asked)


def _groups(site: WebContext) -> Markup:
    terms = {name: f"{one.publisher}; {one.licence}" for name, one in site.reading.sources.items()}
    terms[MADE] = "made of others by the configuration"
    groups = by_dataset(_stored(site))
    # Escaped as every template is.
    return Markup(render_template("series_groups.html.j2", groups=groups, terms=terms))
