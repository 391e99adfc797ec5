"""The session so far, by quotes."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template

from alerts.model import Alert
from monitor.views.session_so_far import RuleSoFar
from monitor.views.session_tables import (
    NO_QUOTES,
    NOT_FOLLOWED,
    WHAT_IT_IS,
    session_tables,
    when,
)
from monitor.web.session_chart import session_chart
from monitor.web.site import WebContext
from state.alert_store import AlertStore


def _alerts(site: WebContext, rules: Sequence[RuleSoFar]) -> list[Alert]:
    """The developing alerts of the session that there are."""
    stored = AlertStore(site.reading.database)
    return [alert for one in rules if (alert := stored.alert(one.alert_id)) is not None]


def routes(site: WebContext) -> Blueprint:
    """`/session`."""
    pages = Blueprint("session", __name__)

    @pages.get("/session")
    def so_far() -> str:
        found = site.reading.session(site.now())
        legs = () if found is None else found.legs
        drawn = [(one, session_chart(one)) for one in legs]
        return render_template(
            "session.html.j2",
            found=found,
            when="" if found is None else when(found),
            tables=() if found is None else session_tables(found),
            charts=[(leg, chart) for leg, chart in drawn if chart is not None],
            alerts=[] if found is None else _alerts(site, found.rules),
            not_followed="" if site.config.intraday.enabled else NOT_FOLLOWED,
            no_quotes=NO_QUOTES,
            what_it_is=WHAT_IT_IS,
        )

    return pages
