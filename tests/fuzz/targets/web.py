"""The status page: whatever is asked of it, by whom."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import unquote_to_bytes, urlencode

from flask import Flask
from werkzeug.test import run_wsgi_app

from monitor.clock import SimulatedClock
from monitor.config.web import Web
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.web.forms import COOKIE, FIELD
from monitor.web.server import MOST_SENT_BYTES, create_site
from monitor.web.signing import signature
from monitor.web.site import WebContext
from tests.fuzz.target import SECRET, Target
from tests.standins import more_publishers
from tests.support import app_over, new_york, watch

ALERT: Final = "joint_selloff/us/2025-04-10"
KEY: Final = b"the key of these forms"
BROWSER: Final = "a-browser"
MARKUP: Final = b"<zq"
SITES: Final = {
    "pages": (Web(port=0), ""),
    "login": (Web(port=0, token_env="X"), SECRET),
    "proxy": (Web(port=0, login_header="X-User", trusted_proxies=("127.0.0.1",)), ""),
}
PATHS: Final = (
    "/", "/alerts?state=open&rule=joint_selloff&severity=critical", f"/alerts/{ALERT}",
    f"/alerts/{ALERT}/chart.json", "/api/alerts.json?since=2025-04-09&limit=5",
    "/calendar?year=2025",
    "/digests/2025-04-10", "/feed.atom?key=x", "/figures/2.json", "/metrics", "/outbox?page=2",
    "/rules/joint_selloff?x=1", "/search?q=spx", "/series/spx?from=2025-01-01&to=2025-04-10",
    "/api/series/spx.json?from=2025-01-01", "/api/series/ust10y.csv", "/sources", "/tic/2025-04",
    "/tic/areas/42609", "/?at=2025-04-10T18:00-04:00", "/scripts/walk.js",
    "/session?day=2025-04-10",
    "/healthz", "/silences", "/record", "/calendar.ics", "/login?to=/alerts", "/alerts/%3Czq%3E",
)  # fmt: skip
HEADERS: Final = (
    "If-None-Match: \"x\"", "Range: bytes=0-10", "Accept-Encoding: gzip;q=0", "Accept: text/html",
    "If-Modified-Since: Thu, 10 Apr 2025 22:30:00 GMT", "Cookie: havenwatch_login=1.2.3",
    f"Authorization: Bearer {SECRET}x", "Origin: http://localhost", "Sec-Fetch-Site: same-origin",
    "Host: localhost", "X-User: ann",
)  # fmt: skip
UNSENT: Final = ("CONTENT_LENGTH", "CONTENT_TYPE")
WORDS: Final = (
    "at=", "from=", "to=", "page=", "q=", "year=", "%00", "%ff", "%3Czq", "<zq", "../", "9" * 20,
    "-1", "2025-04-10", "0001-01-01", "POST ", "HEAD ", *HEADERS,
)  # fmt: skip


def targets() -> Iterator[Target]:
    """One for each way of letting somebody in."""
    modules = tuple(
        f"monitor.web.{name}"
        for name in ("server", "moment", "forms", "etag", "login", "search", "alerts_api")
    )
    for name in SITES:
        yield Target(
            f"web.{name}", partial(_ask, name), _requests, modules, WORDS, most_s=4.0, share=4.0
        )


def _requests() -> Iterator[bytes]:
    for path in PATHS:
        yield f"GET {path}\nHost: localhost\n\n".encode()
    for header in HEADERS:
        yield f"GET /style.css\nHost: localhost\n{header}\n\n".encode()
    for header in HEADERS:
        yield f"GET /api/alerts.json\nHost: localhost\n{header}\n\n".encode()
    form = {FIELD: signature(KEY, BROWSER, ""), "by": "Ann <zq>", "note": "seen"}
    head = f"Host: localhost\nOrigin: http://localhost\nCookie: {COOKIE}={BROWSER}\n"
    kind = "Content-Type: application/x-www-form-urlencoded\n"
    yield f"POST /alerts/{ALERT}/acknowledge\n{head}{kind}\n{urlencode(form)}".encode()
    yield f"POST /login\n{head}{kind}\n{urlencode({'token': 'x', 'to': '//zq'})}".encode()


class _Errors(logging.Handler):
    """Keeps the error behind a page that failed."""

    last: BaseException | None = None

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info and record.exc_info[1] is not None:
            self.last = record.exc_info[1]


@cache
def _site(name: str) -> tuple[Flask, _Errors]:
    web, token = SITES[name]
    config, database, clock, _ = _desk()
    site = WebContext(
        config, database, clock.now, web, token, lambda _: None, real_now=clock.now, key=KEY
    )
    errors = _Errors()
    logging.getLogger("havenwatch.web").addHandler(errors)
    return create_site(site), errors


@cache
def _desk() -> tuple[Any, Path, SimulatedClock, TemporaryDirectory[str]]:
    """A desk on the evening of 10 April 2025, with an open alert, in a folder that is removed with
    the process."""
    kept = TemporaryDirectory(prefix="fuzz-desk")
    folder = Path(kept.name)
    clock = SimulatedClock(new_york("2025-04-10 18:45"))
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(
            standins, clock, folder, RecordingChannel(),
            watched=("treasury_curve", "cboe", "yahoo", "ecb"), judged=("joint_selloff",),
        )  # fmt: skip
        app.tick(clock.now())
        watch(app, clock, "2025-04-10 19:30")
        app.close()
    return app.config, folder / "havenwatch.db", clock, kept


def _ask(name: str, content: bytes) -> None:
    app, errors = _site(name)
    errors.last = None
    environ = _environ(content)
    parts, said, headers = run_wsgi_app(app, environ)
    answer, status = b"".join(parts), int(said.partition(" ")[0])
    if name != "login" and not _is_here(environ.get("HTTP_HOST", "")):
        assert status in (400, 403), f"answered by the name {environ['HTTP_HOST']!r}"
    if status == 500:
        raise errors.last or AssertionError("a page failed and nothing says why")
    assert SECRET.encode() not in answer.replace(b"&amp;", b"&") or SECRET.encode() in content
    kind = headers.get("Content-Type", "")
    if "html" in kind or "svg" in kind or "xml" in kind:
        assert MARKUP not in answer, "markup of a request is in the page"
    for value in headers.values():
        assert not set(value) & {"\r", "\n"}, value
    # A path written otherwise than its own leads to that, as a whole address.
    own = f"http://{environ.get('HTTP_HOST') or environ['SERVER_NAME']}"
    place = headers.get("Location", "").removeprefix(own)
    assert not place.startswith(("//", "\\", "/\\")), place
    assert "://" not in place.partition("?")[0], place


def _is_here(host: str) -> bool:
    """Whether a name is this machine's, or none at all, as a program sends it."""
    name = host.partition(":")[0] if not host.startswith("[") else host.partition("]")[0] + "]"
    return name.lower() in ("", "localhost", "127.0.0.1", "[::1]")


def _environ(content: bytes) -> dict[str, Any]:
    """A request as waitress hands it on, from its first line, its headers and its body."""
    head, _, body = content.partition(b"\n\n")
    first, *lines = head.decode("latin-1").split("\n")
    method, _, target = first.partition(" ")
    path, _, query = target.partition("?")
    body = body[: 2 * MOST_SENT_BYTES]
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method.strip().upper() or "GET",
        "SCRIPT_NAME": "",
        # No server hands on another path.
        "PATH_INFO": "/" + unquote_to_bytes(path.lstrip("/")).decode("latin-1"),
        # Other bytes are refused by the server.
        "QUERY_STRING": query.encode("ascii", "ignore").decode(),
        "SERVER_NAME": "localhost", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1", "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(), "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }  # fmt: skip
    for line in lines:
        key, _, value = line.partition(":")
        named, value = key.strip().upper().replace("-", "_"), value.strip()
        if value and named == "CONTENT_TYPE":
            environ[named] = value
        elif value and named.replace("_", "").isalnum() and named not in UNSENT:
            environ[f"HTTP_{named}"] = value
    return environ
