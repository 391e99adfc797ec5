"""Forms that only this site can have made a browser send."""

from __future__ import annotations

import secrets
from urllib.parse import urlsplit

from flask import Flask, abort, g, request, url_for
from werkzeug.wrappers import Response

from monitor.web.current_user import current_user
from monitor.web.signing import derived_key, is_same, signature
from monitor.web.site import WebContext

COOKIE = "havenwatch_form"
FIELD = "form_token"
SAFE = ("GET", "HEAD", "OPTIONS")


def add_forms(app: Flask, site: WebContext) -> None:
    """Give each form a token that is bound to the browser it is shown in, and refuse whatever else
    would change something."""
    key = derived_key(site.token, "havenwatch forms") if site.token else site.key

    def form_token() -> str:
        """The hidden field of a form. Without a login it is bound to a cookie made here."""
        person = current_user()
        if person.session:
            return signature(key, person.session, person.name)
        bound = request.cookies.get(COOKIE) or g.get("form_cookie")
        if not bound:
            bound = g.form_cookie = secrets.token_urlsafe(16)
        return signature(key, bound, person.name)

    @app.before_request
    def only_from_here() -> None:
        if request.method in SAFE or current_user().is_program:
            return
        _refuse_elsewhere(site)
        view = app.view_functions.get(request.endpoint or "")
        if getattr(view, "is_public", False):
            return
        person = current_user()
        bound = person.session or request.cookies.get(COOKIE, "")
        offered = request.form.get(FIELD, "")
        if not bound or not is_same(offered, signature(key, bound, person.name)):
            abort(403, "The form has expired or belongs to another page.")

    @app.after_request
    def with_cookie(response: Response) -> Response:
        if "form_cookie" in g:
            response.set_cookie(
                COOKIE,
                g.form_cookie,
                httponly=True,
                samesite="Strict",
                secure=site.web.public_url.startswith("https:"),
                path=url_for("home.home", at=None),
            )
        return response

    app.jinja_env.globals["form_token"] = form_token


def _refuse_elsewhere(site: WebContext) -> None:
    """Refuse what another site made a browser send. A browser says from where, in one or the other
    of these headers."""
    site_said, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    is_said = site_said is not None or origin is not None
    is_ours = site_said in (None, "same-origin") and (origin is None or _is_ours(site, origin))
    if not is_said or not is_ours:
        abort(
            403,
            "The request did not come from a page of this site. Behind a reverse proxy, set "
            "web.public_url to the address that people use.",
        )


def _is_ours(site: WebContext, origin: str) -> bool:
    """Whether an origin is this site's, by its own name or by the public one."""
    try:
        host = urlsplit(origin).netloc  # none where a browser says `null`
    except ValueError:
        return False
    return host != "" and host in (request.host, urlsplit(site.web.public_url).netloc)
