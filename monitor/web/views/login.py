"""Logging in with the token, and out."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from monitor.web.login import public
from monitor.web.site import WebContext

if TYPE_CHECKING:
    from monitor.web.login import Login


def routes(site: WebContext) -> Blueprint:
    """`/login` and `/logout`, where a token lets people in."""
    pages = Blueprint("login", __name__)

    @pages.get("/login")
    @public
    def form() -> str:
        if not site.token:
            abort(404)
        return render_template("login.html.j2", to=_inside(request.args.get("to")), wrong=False)

    @pages.post("/login")
    @public
    def log_in() -> Response | tuple[str, int]:
        if not site.token:
            abort(404)
        to = _inside(request.form.get("to"))
        if not _login().is_token(request.form.get("token", "").strip()):
            return render_template("login.html.j2", to=to, wrong=True), 403
        response = redirect(to, 303)
        _login().remember(response)
        return response

    @pages.post("/logout")
    def log_out() -> Response:
        response = redirect(url_for("login.form"), 303)
        _login().forget(response)
        return response

    return pages


def _login() -> Login:
    return cast("Login", current_app.extensions["login"])


def _inside(wanted: str | None) -> str:
    """A path of this site and of no other, where a person goes on after logging in."""
    home = url_for("home.home", at=None)
    is_inside = wanted is not None and wanted.startswith("/") and wanted[1:2] not in ("/", "\\")
    if not is_inside or wanted is None or any(ord(one) < 0x21 for one in wanted):
        return home
    return f"{home.rstrip('/')}{wanted}"
