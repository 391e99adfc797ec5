"""The alerts for programs."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from monitor.web.alerts_api import Asked, Unasked, asked, document
from monitor.web.cache import Cache
from monitor.web.etag import Tagged, answered
from monitor.web.links import absolute_url, alert_url
from monitor.web.moment import FIELD
from monitor.web.site import WebContext
from state.alert_store import AlertStore
from state.digests import Digests
from state.outbox import Outbox

JSON = "application/json"


def routes(site: WebContext) -> Blueprint:
    """One address."""
    pages = Blueprint("api", __name__)
    # Its own: a program that asks otherwise each time must not push out what the pages keep.
    answers = Cache()

    @pages.get("/api/alerts.json")
    def alerts() -> Response:
        report = site.reading.report
        query = {name: one for name, one in request.args.to_dict().items() if name != FIELD}
        try:
            wanted = asked(query, list(report.titles))
        except Unasked as error:
            return Response(_written({"problems": list(error.problems)}), 400, content_type=JSON)
        database = site.reading.database
        state = Digests(database).recorded(), Outbox(database).state()
        name = ("api", state, tuple(query.items()), absolute_url(site, "home.home"))
        found: Tagged = answers.result(
            name, database, site.now(), lambda: Tagged.of(_found(site, wanted, query))
        )
        return answered(found, JSON)

    return pages


def _found(site: WebContext, wanted: Asked, query: dict[str, str]) -> bytes:
    matching = wanted.matching(AlertStore(site.reading.database).alerts())
    shown = matching[: wanted.limit]
    links = {
        "self": absolute_url(site, "api.alerts", **query),
        "page": absolute_url(site, "home.home"),
    }
    pages_of = [alert_url(site, one.alert_id) for one in shown]
    alerts = site.reading.report.alerts_json(shown)
    return _written(document(alerts, len(matching), links, pages_of))


def _written(found: dict[str, object]) -> bytes:
    return (json.dumps(found, indent=2, ensure_ascii=False) + "\n").encode()
