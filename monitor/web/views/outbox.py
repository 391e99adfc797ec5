"""What is owed, held or dead."""

from __future__ import annotations

from flask import Blueprint, render_template

from monitor.terminal.render_outbox import delivery_state, delivery_subject
from monitor.web.site import WebContext
from state.outbox import Outbox


def routes(site: WebContext) -> Blueprint:
    """`/outbox`."""
    pages = Blueprint("outbox", __name__)

    @pages.get("/outbox")
    def outbox() -> str:
        at = site.now()
        found = Outbox(site.reading.database).unsettled()
        return render_template(
            "outbox.html.j2",
            deliveries=[(one, delivery_state(one, at), delivery_subject(one)) for one in found],
        )

    return pages
