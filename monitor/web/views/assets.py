"""The stylesheet, the icon and the scripts."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, abort, render_template

from monitor.web.etag import answered
from monitor.web.login import public
from monitor.web.scripts import script
from monitor.web.site import WebContext

A_YEAR_S: Final = 365 * 24 * 3600
# The address changes with the content.
FOR_GOOD: Final = f"public, max-age={A_YEAR_S}, immutable"


def routes(site: WebContext) -> Blueprint:  # noqa: ARG001
    """`/style.css`, `/icon.svg` and `/scripts/NAME`, which say nothing of the desk."""
    pages = Blueprint("assets", __name__)

    @pages.get("/style.css")
    @public
    def style() -> Response:
        return _kept(render_template("style.css.j2"), "text/css")

    @pages.get("/icon.svg")
    @public
    def icon() -> Response:
        return _kept(render_template("icon.svg.j2"), "image/svg+xml")

    @pages.get("/scripts/<script_name>")
    @public
    def scripts(script_name: str) -> Response:
        try:
            found = script(script_name)
        except FileNotFoundError as error:
            abort(404, f"No such script: {error}.")
        return answered(found, "text/javascript; charset=utf-8", FOR_GOOD)

    return pages


def _kept(text: str, kind: str) -> Response:
    found = Response(text, mimetype=kind)
    found.headers["Cache-Control"] = FOR_GOOD
    return found
