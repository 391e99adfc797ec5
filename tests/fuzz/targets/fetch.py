"""A publisher's answer as HTTP: its status, headers, redirects and body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from monitor.clock import SimulatedClock
from monitor.errors import FetchFailed
from monitor.ingest.http import Http, Request
from tests.fuzz.target import SECRET, Target
from tests.fuzz.wire import http_wire, nothing_leaves
from tests.support import new_york

AT: Final = new_york("2025-04-11 12:00")
MOST_BYTES: Final = 1 << 16
WORDS: Final = (
    "Location: ", "http://127.0.0.1/", "https://x.example/", "//[", "file:///etc/passwd", "ETag: ",
    "Content-Encoding: gzip", "Transfer-Encoding: chunked", "Content-Length: ", "Age: ", "Date: ",
    "Last-Modified: ", "HTTP/1.1 301 ", "HTTP/1.1 304 ", "Retry-After: ", "Set-Cookie: a=b",
)  # fmt: skip


def targets() -> Iterator[Target]:
    """The one."""
    modules = ("monitor.ingest.http", "alerts.transport.http_session", "alerts.transport.network")
    yield Target("fetch.http", _get, _answers, modules, WORDS)


def _answers() -> Iterator[bytes]:
    head = 'Date: Fri, 11 Apr 2025 16:00:00 GMT\r\nAge: 5\r\nETag: "e"\r\n'
    modified = "Last-Modified: Thu, 10 Apr 2025 22:30:00 GMT\r\n"
    for status in (200, 206, 304, 404, 410, 429, 503):
        yield f"HTTP/1.1 {status} x\r\n{head}{modified}Retry-After: 30\r\n\r\ndate,close\n".encode()
    for place in ("/next", "http://[::1]/", "https://x.example/a", "file:///etc/passwd", "//[", ""):
        yield f"HTTP/1.1 302 x\r\nLocation: {place}\r\n\r\n".encode()


@nothing_leaves()
def _get(content: bytes) -> None:
    for token_env in ("", "TOKEN"):
        http_wire().answer(content)
        _get_one(http_wire().address, token_env)


def _get_one(root: str, token_env: str) -> None:
    key = "?key={token}" if token_env else ""
    request = Request(
        f"{root}/data.csv{key}", root, "Mozilla/5.0 havenwatch", 2, MOST_BYTES, 0.0,
        token_env=token_env,
    )  # fmt: skip
    http = Http(SimulatedClock(AT), {"TOKEN": SECRET})
    try:
        body = http.get(request)
    except FetchFailed as error:
        _check_error(error)
        return
    finally:
        http.close()
    if body is not None:
        assert len(body.content) <= MOST_BYTES
        assert SECRET not in f"{body.url}{body.etag}{body.content_type}"
        _ = body.published_at


def _check_error(error: FetchFailed) -> None:
    assert SECRET not in str(error), error
    assert error.retry_after_s is None or 0 <= error.retry_after_s <= 86400
