"""The stylesheet, the icon and the scripts."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from monitor.web.login import public
from monitor.web.site import WebContext

A_YEAR_S = 365 * 24 * 3600


def routes(site: WebContext) -> Blueprint:  # noqa: ARG001
    """`/style.css`, `/icon.svg` and scripts, which say nothing of the desk."""
    pages = Blueprint("assets", __name__)

    @pages.get("/style.css")
    @public
    def style() -> Response:
        return _kept(render_template("style.css.j2"), "text/css")

    @pages.get("/icon.svg")
    @public
    def icon() -> Response:
        return _kept(render_template("icon.svg.j2"), "image/svg+xml")

    @pages.get("/walk.js")
    @public
    def walk() -> Response:
        return _kept(render_template("walk.js.j2"), "text/javascript")

    return pages


def _kept(text: str, kind: str) -> Response:
    found = Response(text, mimetype=kind)
    found.headers["Cache-Control"] = f"public, max-age={A_YEAR_S}, immutable"
    return found
