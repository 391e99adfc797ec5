"""The page for ten seconds."""

from __future__ import annotations

from flask import Blueprint, render_template

from monitor.check import check
from monitor.web.site import Site


def routes(site: Site) -> Blueprint:
    """`/`."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def home() -> str:
        checked = check(site.database, site.limits, site.now())
        site.reading  # noqa: B018 - a database that cannot be read is told at once
        return render_template("home.html.j2", checked=checked)

    return pages
