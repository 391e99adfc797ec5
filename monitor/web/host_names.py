"""Requests by a name that is one: whatever else is in a Host header is refused before a page is
made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# A name that can be looked up or an address, and a port; nothing where a program sends none.
LABEL: Final = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
HOST: Final = re.compile(
    rf"(?:{LABEL}(?:\.{LABEL}){{0,126}}\.?|\[[0-9a-f:.]{{2,45}}\])?(?::\d{{0,5}})?",
    re.ASCII | re.IGNORECASE,
)
REFUSAL: Final = b"Bad request: the Host header is no name of a host.\n"


def only_named_hosts(app: WSGIApplication) -> WSGIApplication:
    """The application, asked only by a name: no page can be made by another, not even one that says
    so, since its links begin with it."""

    def answer(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        if HOST.fullmatch(environ.get("HTTP_HOST", "")):
            return app(environ, start)
        kind, length = "text/plain; charset=utf-8", str(len(REFUSAL))
        start("400 Bad Request", [("Content-Type", kind), ("Content-Length", length)])
        return [REFUSAL]

    return answer
