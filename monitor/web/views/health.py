"""For machines that watch the bot: whether it is well, and its figures."""

from __future__ import annotations

import json
from datetime import datetime

from flask import Blueprint, Response, current_app, request

from monitor import __version__
from monitor.check.standby_issues import standby_of
from monitor.web.healthz import wellness
from monitor.web.login import public
from monitor.web.metrics import Measured, exposition
from monitor.web.site import WebContext
from monitor.web.verdict_view import verdict_of
from state.alert_store import AlertStore
from state.database import Database
from state.digests import Digests
from state.health import Health
from state.outbox import Outbox


def routes(site: WebContext) -> Blueprint:
    """The two addresses; the first asks nobody to log in."""
    pages = Blueprint("health", __name__)

    @pages.get("/healthz")
    @public
    def healthz() -> Response:
        found = wellness(site.checked)
        wanted = request.accept_mimetypes.best_match(["text/plain", "application/json"])
        if wanted == "application/json":
            text = json.dumps(found.as_json()) + "\n"
            return Response(text, found.status, mimetype="application/json")
        return Response(found.text(), found.status, mimetype="text/plain")

    @pages.get("/metrics")
    def metrics() -> Response:
        body, content_type = exposition(_measured(site), request.headers.get("Accept", ""))
        return Response(body, content_type=content_type)

    return pages


def _measured(site: WebContext) -> Measured:
    at, reading = site.now(), site.reading
    database, report = reading.database, reading.report
    health = Health(database)
    return Measured(
        at=at,
        version=__version__,
        rules=list(report.titles),
        open_alerts=AlertStore(database).open_counts(),
        heartbeat=health.heartbeat(),
        sources=list(health.sources().values()),
        unsettled=Outbox(database).unsettled(),
        deliveries=Outbox(database).counts(),
        transitions=Digests(database).counts(),
        levels=site.kept("metrics levels", lambda: report.levels(at)),
        verdict=verdict_of(site),
        tokens=current_app.extensions["login"].offered,
        replica_lag_s=_replica_lag_s(database, at),
    )


def _replica_lag_s(database: Database, at: datetime) -> float | None:
    state = None if database.path is None else standby_of(database.path)
    return None if state is None else state.lag_s(at)
