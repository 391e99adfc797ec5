"""The daily digests as they were composed, each with all that it was cut from."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, abort, render_template

from alerts.message.sections import Table, Text
from monitor.web.site import WebContext

MOST_LISTED = 60


def routes(site: WebContext) -> Blueprint:
    """`/digests` and `/digests/<day>`."""
    pages = Blueprint("digests", __name__)

    @pages.get("/digests")
    def listed() -> str:
        days = site.reading.digest_days()[-MOST_LISTED:]
        found = [(day, site.reading.stored_digest(day)) for day in reversed(days)]
        return render_template("digests.html.j2", digests=found)

    @pages.get("/digests/<day>")
    def one(day: str) -> str:
        found = site.reading.stored_digest(_date(day))
        if found is None:
            abort(404, f"There is no digest of {day}.")
        return render_template(
            "digest.html.j2",
            digest=found,
            sections=[s for s in (found.rest or found.sections) if isinstance(s, Text | Table)],
        )

    return pages


def _date(day: str) -> date:
    try:
        return date.fromisoformat(day)
    except ValueError:
        abort(404, "A digest is named by its day, such as 2025-04-10.")
