"""Who may look: by a token, by a reverse proxy's word, or from this machine."""

from __future__ import annotations

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from monitor.config.web import LOOPBACK_NAMES
from monitor.web.current_user import User
from monitor.web.signing import derived_key, is_same, signature
from monitor.web.site import WebContext

log = logging.getLogger("havenwatch.web")

COOKIE: Final = "havenwatch_login"
LOGIN_LASTS: Final = timedelta(hours=12)
BEARER: Final = "Bearer "
# A wrong token waits so long, and no more of them at once.
WRONG_TOKEN_WAITS_S: Final = 1.0
MOST_WAITING: Final = 2
FAILED_SAID_EVERY: Final = timedelta(minutes=1)
# What a token that was offered is counted as.
RIGHT: Final = "right"
WRONG: Final = "wrong"

View = TypeVar("View", bound=Callable[..., object])


def public(view: View) -> View:
    """Mark a view that anybody who reaches the server may see."""
    view.is_public = True  # type: ignore[attr-defined]
    return view


class Login:
    """The logins of one site. They last by the machine's clock, whatever instant is shown, and no
    longer than the process."""

    def __init__(self, site: WebContext):
        self._site = site
        purpose = f"havenwatch login cookie {site.key.hex()}"
        self._key = derived_key(site.token, purpose) if site.token else b""
        self._lock = threading.Lock()
        self._waiting = 0
        self._failed = FailedLogins()
        self._offered = dict.fromkeys((RIGHT, WRONG), 0)
        # The nonces of cookies that were logged out, each with when it would have ended.
        self._logged_out: dict[str, float] = {}

    def is_token(self, offered: str) -> bool:
        """Whether it is the token. After a wrong one the answer waits; while too many wait, another
        wrong one is refused at once. The right one never waits for others."""
        is_right = is_same(offered, self._site.token)
        with self._lock:
            self._offered[RIGHT if is_right else WRONG] += 1
        if is_right:
            return True
        self._failed.note(self._site.real_now(), request.remote_addr or "")
        with self._lock:
            if self._waiting >= MOST_WAITING:
                abort(429)
            self._waiting += 1
        try:
            self._site.sleep(WRONG_TOKEN_WAITS_S)
        finally:
            with self._lock:
                self._waiting -= 1
        return False

    @property
    def offered(self) -> Mapping[str, int]:
        """How many tokens were offered since the process began, right and wrong ones."""
        with self._lock:
            return dict(self._offered)

    def remember(self, response: AnyResponse) -> None:
        """Let a browser in for as long as a login lasts."""
        ends = str(int((self._site.real_now() + LOGIN_LASTS).timestamp()))
        nonce = secrets.token_urlsafe(16)
        response.set_cookie(
            COOKIE,
            f"{ends}.{nonce}.{signature(self._key, ends, nonce)}",
            max_age=int(LOGIN_LASTS.total_seconds()),
            httponly=True,
            samesite="Strict",
            secure=self._site.web.public_url.startswith("https:"),
            path=url_for("home.home", at=None),
        )

    def forget(self, response: AnyResponse) -> None:
        """Let a browser in no longer, nor anybody else who has its cookie."""
        response.delete_cookie(COOKIE, path=url_for("home.home", at=None))
        found = self._read(request.cookies.get(COOKIE, ""))
        if found is not None:
            nonce, ends = found
            now = self._site.real_now().timestamp()
            with self._lock:
                kept = {one: until for one, until in self._logged_out.items() if until > now}
                self._logged_out = {**kept, nonce: ends}

    def person(self) -> User | None:
        """Who asks, None where nobody is known. Aborts with 403 where somebody pretends."""
        header = self._site.web.login_header
        if header and header in request.headers:
            if not self._site.web.trusts(request.remote_addr or ""):
                abort(403, f"{header} is accepted only from a proxy in web.trusted_proxies.")
            name = " ".join(request.headers[header].split())
            if name:
                return User(name=name)
        if not self._site.token:
            return None
        offered = request.headers.get("Authorization", "")
        if offered.startswith(BEARER):
            is_let_in = self.is_token(offered.removeprefix(BEARER).strip())
            return User(is_program=True) if is_let_in else None
        cookie = request.cookies.get(COOKIE, "")
        return User(session=cookie) if self._is_valid(cookie) else None

    def _is_valid(self, cookie: str) -> bool:
        found = self._read(cookie)
        return found is not None and found[0] not in self._logged_out

    def _read(self, cookie: str) -> tuple[str, float] | None:
        """The nonce of a cookie of this site and when it ends; None for any other, and after it."""
        ends, _, rest = cookie.partition(".")
        nonce, _, signed = rest.partition(".")
        if not is_same(signed, signature(self._key, ends, nonce)):
            return None
        return (nonce, float(ends)) if self._site.real_now().timestamp() < int(ends) else None


class FailedLogins:
    """Says in the log that somebody tries tokens: the first at once, then how many a minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._said_at: datetime | None = None
        self._unsaid = 0

    def note(self, at: datetime, address: str) -> None:
        """A wrong token came from an address."""
        with self._lock:
            self._unsaid += 1
            if self._said_at is not None and at - self._said_at < FAILED_SAID_EVERY:
                return
            count, self._unsaid, self._said_at = self._unsaid, 0, at
        log.warning("%d failed login(s), the last from %s", count, address)


def guard(app: Flask, site: WebContext, login: Login) -> None:
    """Let nobody see anything who may not."""

    @app.before_request
    def only_who_may() -> AnyResponse | None:
        view = app.view_functions.get(request.endpoint or "")
        # A cookie is bound to the name it was set for; a header, or nothing at all, is not.
        if site.web.login_header or not site.token:
            _refuse_other_hosts(site)
        if not site.web.asks_for_login:
            return None
        if getattr(view, "is_public", False):
            return None
        person = login.person()
        if person is not None:
            g.person = person
            return None
        return _ask(site)


def _ask(site: WebContext) -> AnyResponse:
    """Ask a person to log in, and tell a program that it must."""
    if not site.token:
        abort(403, "Log in at the reverse proxy: it sent no user name.")
    # A program that takes anything is no browser: those name HTML.
    if request.method == "GET" and "text/html" in request.headers.get("Accept", ""):
        wanted = request.full_path.rstrip("?")
        return redirect(url_for("login.form", to=wanted), 303)
    said = "Log in, or send the header: Authorization: Bearer TOKEN\n"
    return Response(said, 401, {"WWW-Authenticate": "Bearer"}, mimetype="text/plain")


def _refuse_other_hosts(site: WebContext) -> None:
    """Refuse a request by another name than this machine's, which a page elsewhere could have made
    a browser send here."""
    # As it was sent: Flask takes a name that it does not know, as one with `_`, for none at all. A
    # program may send none; a browser always does.
    asked = request.headers.get("Host", "")
    own = urlsplit(site.web.public_url).hostname or site.web.host
    if asked and urlsplit(f"//{asked}").hostname not in (*LOOPBACK_NAMES, site.web.host, own):
        abort(403, "Unknown host name: use localhost, or set web.public_url.")
