"""All alerts, one alert with everything behind it, and who answers for it."""

from __future__ import annotations

import sqlite3
from typing import Final

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from alerts.states import AlertState
from monitor.config.load import rules_in_order
from monitor.deliver.chart_cache import ChartRenderer
from monitor.views.alert_summary import summarize_alert
from monitor.web.acknowledge import LONGEST_NAME, LONGEST_NOTE, acknowledge
from monitor.web.alert_view import AlertView, last_message, story
from monitor.web.cache import Cache
from monitor.web.current_user import current_user
from monitor.web.etag import Tagged, answered
from monitor.web.plot_document import plot_document
from monitor.web.site import WebContext
from rules.terms import Severity
from state.alert_lists import list_alerts as alerts_listed
from state.alert_names import Wanted, count_alerts, rules_with_alerts
from state.alert_store import AlertStore

A_PAGE: Final = 50
CHART_KEPT_S: Final = 3600


def routes(site: WebContext) -> Blueprint:
    """`/alerts`, `/alerts/<id>` with its chart, and the form to acknowledge it."""
    pages = Blueprint("alerts", __name__)
    drawing = ChartRenderer(
        rules_in_order(site.config),
        lambda series, at, first: site.reading.known(series, at, first),
    )

    # Their own: there are more alerts than results that a site keeps.
    plotted = Cache()

    @pages.get("/alerts")
    def listed() -> str:
        named = ("rule", "severity", "state", "acknowledged")
        wanted = Wanted(**{name: request.args.get(name, "") for name in named})
        order = "worst" if request.args.get("order") == "worst" else ""
        reading = site.reading
        count = count_alerts(reading.database, wanted)
        places = max(-(-count // A_PAGE), 1)
        place = min(max(request.args.get("page", 1, type=int), 1), places)
        skipped, is_worst_first = (place - 1) * A_PAGE, bool(order)
        found = alerts_listed(reading.database, wanted, A_PAGE, skipped, worst_first=is_worst_first)
        return render_template(
            "alerts.html.j2",
            wanted=wanted,
            order=order,
            alerts=[summarize_alert(reading, one) for one in found],
            count=count,
            place=place,
            places=places,
            rules={
                name: reading.report.titles.get(name, name)
                for name in rules_with_alerts(reading.database)
            },
            severities=[one.label for one in sorted(Severity, reverse=True)],
            states=[one.value for one in AlertState],
        )

    @pages.get("/alerts/<path:alert_id>")
    def one(alert_id: str) -> str:
        found = _found(site, alert_id)
        return render_template(
            "alert.html.j2",
            story=found,
            was_pressed="pressed" in request.args,
            may_acknowledge=site.may_acknowledge,
            longest_name=LONGEST_NAME,
            longest_note=LONGEST_NOTE,
        )

    @pages.get("/alerts/<path:alert_id>/chart.png")
    def chart(alert_id: str) -> Response:
        told = AlertStore(site.reading.database).transitions_of(alert_id)
        image = drawing.chart(last_message(told)[0]) if told else None
        if image is None:
            abort(404, "This alert has no chart.")
        headers = {"Cache-Control": f"private, max-age={CHART_KEPT_S}"}
        return Response(image.png, mimetype="image/png", headers=headers)

    @pages.get("/alerts/<path:alert_id>/chart.json")
    def numbers(alert_id: str) -> Response:
        told = AlertStore(site.reading.database).transitions_of(alert_id)
        if not told:
            abort(404, f"There is no alert {alert_id}.")
        last = last_message(told)[0]
        title = site.reading.report.titles.get(last.signal.rule_id, last.signal.rule_id)
        found: Tagged = plotted.result(
            last.transition_id,
            site.reading.database,
            site.now(),
            lambda: Tagged.packed_of(plot_document(drawing.plots(last), last, title)),
        )
        return answered(found, "application/json")

    @pages.post("/alerts/<path:alert_id>/acknowledge")
    def answer(alert_id: str) -> AnyResponse:
        if not site.may_acknowledge:
            past, off = "not possible in a past view", "switched off (web.acknowledge)"
            off = off if site.as_of is None else past
            abort(403, f"Acknowledging from this page is {off}.")
        _found(site, alert_id)
        by = current_user().name or " ".join(request.form.get("by", "").split())
        if not by:
            abort(400, "Enter your name: it was empty.")
        try:
            acknowledge(site, alert_id, by, " ".join(request.form.get("note", "").split()))
        except sqlite3.OperationalError as error:
            abort(503, f"Not done: database busy ({error}). Go back and try again.")
        return redirect(url_for("alerts.one", alert_id=alert_id, pressed=""), 303)

    return pages


def _found(site: WebContext, alert_id: str) -> AlertView:
    found = story(site.reading, alert_id, site.now())
    if found is None:
        abort(404, f"There is no alert {alert_id}.")
    return found
