"""The six figures of the article this starts from, by today's numbers."""

from __future__ import annotations

from flask import Blueprint, Response, abort, render_template, request

from monitor.web.etag import answered
from monitor.web.figure_store import INKS, FigureStore
from monitor.web.site import WebContext

SVG = "image/svg+xml"
# The drawing has its styles inside, and nothing else that a browser could act on.
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def routes(site: WebContext) -> Blueprint:
    """The page, each drawing in each ink, and the numbers of each."""
    pages = Blueprint("figures", __name__)
    store = FigureStore()

    @pages.get("/figures")
    def figures() -> str:
        found = store.drawn(site.reading, site.now())
        return render_template("figures.html.j2", figures=list(found.values()))

    @pages.get("/figures/<int:number>.json")
    def numbers(number: int) -> Response:
        found = store.drawn(site.reading, site.now()).get(number)
        if found is None:
            abort(404, "Figures are numbered 1 to 6.")
        return answered(found.numbers, "application/json")

    @pages.get("/figures/<int:number>.svg")
    def drawing(number: int) -> Response:
        ink = request.args.get("ink", "light")
        found = store.drawn(site.reading, site.now()).get(number)
        if found is None or ink not in INKS:
            abort(404, f"Figures are numbered 1 to 6, and an ink is one of {', '.join(INKS)}.")
        if not found.has_numbers:
            abort(404, "No data for this figure yet.")
        response = answered(found.svg(ink), SVG)
        response.headers["Content-Security-Policy"] = SVG_POLICY
        return response

    return pages
