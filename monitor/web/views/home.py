"""The page for ten seconds."""

from __future__ import annotations

from flask import Blueprint, render_template

from monitor.web.acknowledge import LONGEST_NAME, LONGEST_NOTE
from monitor.web.home_view import front
from monitor.web.site import WebContext


def routes(site: WebContext) -> Blueprint:
    """`/`."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def home() -> str:
        return render_template(
            "home.html.j2",
            front=front(site),
            may_acknowledge=site.may_acknowledge,
            longest_name=LONGEST_NAME,
            longest_note=LONGEST_NOTE,
        )

    return pages
