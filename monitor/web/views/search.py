"""The search over everything that has a name."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from monitor.web.search import asked_words, find, index_of
from monitor.web.site import WebContext


def routes(site: WebContext) -> Blueprint:
    """`/search?q=`."""
    pages = Blueprint("search", __name__)

    @pages.get("/search")
    def search() -> str:
        asked = asked_words(request.args.get("q", ""))
        found = find(index_of(site), asked) if asked else []
        return render_template("search.html.j2", asked=asked, found=found)

    return pages
