"""The alerts for programs."""

from __future__ import annotations

import json

from flask import Blueprint, Response, request

from monitor.web.alerts_api import Unasked, asked, document
from monitor.web.answered import answered
from monitor.web.links import absolute_url, alert_url
from monitor.web.site import Site
from state.ledger import Ledger

JSON = "application/json"


def routes(site: Site) -> Blueprint:
    """One address."""
    pages = Blueprint("api", __name__)

    @pages.get("/api/alerts.json")
    def alerts() -> Response:
        report = site.reading.report
        try:
            wanted = asked(request.args.to_dict(), list(report.titles))
        except Unasked as error:
            return Response(_written({"problems": list(error.problems)}), 400, content_type=JSON)
        matching = wanted.matching(Ledger(site.reading.database).alerts())
        shown = matching[: wanted.limit]
        links = {
            "self": absolute_url(site, "api.alerts", **request.args.to_dict()),
            "page": absolute_url(site, "home.home"),
        }
        pages_of = [alert_url(site, one.alert_id) for one in shown]
        found = document(report.alerts_json(shown), len(matching), links, pages_of)
        return answered(_written(found), JSON)

    return pages


def _written(found: dict[str, object]) -> bytes:
    return (json.dumps(found, indent=2, ensure_ascii=False) + "\n").encode()
