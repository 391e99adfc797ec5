"""The series for programs, and for the charts of the pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Blueprint, Response, abort, request, url_for

from monitor.views.series_list import one_series
from monitor.views.series_numbers import SeriesNumbers, alert_marks, read_numbers
from monitor.web.alerts_api import Unasked
from monitor.web.cache import Cache
from monitor.web.etag import Tagged, answered
from monitor.web.moment import FIELD
from monitor.web.series_document import (
    PERIODS,
    STEPS,
    Span,
    as_json,
    asked_span,
    series_document,
    series_table,
)
from monitor.web.site import WebContext
from state.digests import Digests

JSON: Final = "application/json"
CSV: Final = "text/csv; charset=utf-8"
Write = Callable[[SeriesNumbers, Span], bytes]


def routes(site: WebContext) -> Blueprint:
    """`/api/series/ID.json` and `.csv`."""
    pages = Blueprint("series_api", __name__)
    # Its own: a program that asks for all series must not push out what the pages keep.
    answers = Cache()

    @pages.get("/api/series/<path:series_id>.json")
    def as_document(series_id: str) -> Response:
        return answer(series_id, JSON, lambda known, span: _document(site, known, span))

    @pages.get("/api/series/<path:series_id>.csv")
    def as_table(series_id: str) -> Response:
        response = answer(series_id, CSV, lambda known, _: series_table(known))
        response.headers["Content-Disposition"] = f'inline; filename="{series_id}.csv"'
        return response

    def answer(series_id: str, kind: str, write: Write) -> Response:
        query = {name: one for name, one in request.args.items() if name != FIELD}
        try:
            span = asked_span(query)
            if span.as_steps and kind == CSV:
                raise Unasked([f"{PERIODS}: only the JSON has its periods as {STEPS}"])
        except Unasked as error:
            return Response(as_json({"problems": list(error.problems)}), 400, content_type=JSON)
        reading, at = site.reading, site.now()

        def make() -> Tagged:
            stored = one_series(reading, series_id, at)
            if stored is None:
                abort(404, "No series of this name; see the list of series.")
            return Tagged.packed_of(write(span.of(read_numbers(reading, stored, at)), span))

        # Alerts change without a new number.
        name = (kind, series_id, span, Digests(reading.database).recorded(), request.script_root)
        found: Tagged = answers.result(name, reading.database, at, make)
        return answered(found, kind)

    return pages


def _document(site: WebContext, known: SeriesNumbers, span: Span) -> bytes:
    name = known.stored.series.series_id
    source = site.reading.sources.get(known.stored.dataset)
    terms = "" if source is None else f"{source.publisher}; {source.licence}"
    links = {
        "page": url_for("series.one", series_id=name),
        "csv": url_for("series_api.as_table", series_id=name),
    }
    marks = alert_marks(site.reading, name)
    return series_document(
        known,
        marks,
        terms,
        links,
        lambda alert_id: url_for("alerts.one", alert_id=alert_id),
        as_steps=span.as_steps,
    )
