"""What is said where a page cannot be: in the same dress, with what to do."""

from __future__ import annotations

import logging
import sqlite3
from functools import partial

from flask import Flask, render_template, request
from werkzeug.exceptions import HTTPException

from monitor.errors import HavenwatchError
from monitor.web.database_handle import NoDatabase
from monitor.web.health_dot import HealthDot
from state.database import UnfitDatabase

log = logging.getLogger("havenwatch.web")

TITLES = {
    400: "Bad request",
    401: "Log in first",
    403: "Not allowed",
    404: "Page not found",
    405: "This page is read-only",
    413: "Request too large",
    429: "Too many wrong tokens; try again in a few seconds",
    500: "This page failed",
    503: "The database cannot be read right now",
}


def add_error_pages(app: Flask) -> None:
    """Tell every error as a page."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> tuple[str, int]:
        code = error.code or 500
        said = "" if error.description == type(error).description else str(error.description)
        return error_page(code, said), code

    @app.errorhandler(sqlite3.Error)
    @app.errorhandler(UnfitDatabase)
    @app.errorhandler(NoDatabase)
    def unreadable(error: Exception) -> tuple[str, int]:
        log.warning("%s: %s", request.path, error)
        return error_page(503, str(error)), 503

    @app.errorhandler(HavenwatchError)
    def not_there(error: HavenwatchError) -> tuple[str, int]:
        return error_page(404, str(error)), 404

    @app.errorhandler(Exception)
    def broken(error: Exception) -> tuple[str, int]:
        log.error("%s could not be made", request.path, exc_info=error)
        said = "The log of havenwatch says why. The alerts themselves are not touched by this."
        return error_page(500, said), 500


def error_page(code: int, said: str) -> str:
    """The page of an HTTP status."""
    title = TITLES.get(code, "Request failed")
    page = partial(render_template, "error.html.j2", code=code, title=title, said=said)
    if code != 503:
        return page()
    # The check may read a database that the pages cannot, and its dot would call that healthy.
    return page(health=lambda: HealthDot("critical", title, (), 0))
