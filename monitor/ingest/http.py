"""One polite GET: conditional, bounded in time and size, spaced out per publisher."""

from __future__ import annotations

import hashlib
import os
import stat
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import requests

from alerts.transport.date_header import clock_offset
from alerts.transport.failures import reason, through
from alerts.transport.http_session import FAILURES, Session
from alerts.transport.network import is_public, is_same_host, origin_of, proxy_for
from alerts.transport.outbound_call import WHOLE, OutboundCall
from alerts.transport.retry_after_header import retry_after_s
from monitor.clock import Clock
from monitor.errors import FetchFailed, NotFound
from monitor.stop import Stopped

CHUNK_BYTES = 1 << 16
NO_SECRETS: Mapping[str, str] = {}
CONNECT_TIMEOUT_S = 10
MOST_REDIRECTS = 5
# In a URL the place of the secret.
TOKEN = "{token}"


@dataclass(frozen=True)
class Request:
    """What to ask for, and how the publisher wants to be asked: at most once in `min_interval_s`
    among all requests with the same `base_url`. `etag` and `last_modified` are those of the body
    accepted last. `optional`: the publisher may not have it, as a new year's file. `token_env` is
    the name of the secret to show, never the secret: in place of `{token}` in the URL, else by a
    header, as a bearer token or as `user:password` for `basic`."""

    url: str
    base_url: str
    user_agent: str
    timeout_s: int
    max_bytes: int
    min_interval_s: float
    etag: str | None = None
    last_modified: str | None = None
    optional: bool = False
    token_env: str = ""
    authorization: str = "bearer"


@dataclass(frozen=True)
class Body:
    """What came."""

    url: str
    content: bytes
    content_type: str
    etag: str | None
    last_modified: str | None

    @property
    def sha256(self) -> str:
        """The hex digest of the content."""
        return hashlib.sha256(self.content).hexdigest()

    @property
    def published_at(self) -> datetime | None:
        """The Last-Modified header as an instant, where there is a readable one."""
        if not self.last_modified:
            return None
        try:
            return parsedate_to_datetime(self.last_modified).astimezone(UTC)
        except ValueError:
            return None


class Http:
    """GETs, one at a time. `refuse` raises where nothing may be asked any more."""

    def __init__(
        self,
        clock: Clock,
        secrets: Mapping[str, str] = NO_SECRETS,
        refuse: Callable[[], None] = lambda: None,
    ):
        self._clock = clock
        self._secrets = secrets
        self._refuse = refuse
        self._session = Session()
        self._asked_at: dict[str, float] = {}
        # How far this machine's clock was ahead of each publisher's at its last answer.
        self.ahead: dict[str, timedelta] = {}

    def get(self, request: Request) -> Body | None:
        """The body, or None where it is unchanged (304). Redirects and all, it may take WHOLE times
        `timeout_s`. Raises FetchFailed and NotThere, and Stopped where the program stops."""
        if request.url.startswith("file://"):
            return _read_local_file(request)
        self._rate_limit(request)
        self._refuse()
        under_way = OutboundCall(WHOLE * request.timeout_s)
        try:
            with under_way:
                return self._answer(request, under_way)
        except FAILURES as error:
            if under_way.is_cancelled:
                raise Stopped from None
            got = under_way.why or reason(error, request.url)
            raise FetchFailed(request.url, expected="a whole answer", got=got) from None

    def _answer(self, request: Request, under_way: OutboundCall) -> Body | None:
        url, headers = self._address(request), self._headers(request)
        timeouts = (min(CONNECT_TIMEOUT_S, request.timeout_s), request.timeout_s)
        for _ in range(MOST_REDIRECTS + 1):
            with self._session.ask("GET", url, headers, timeouts) as response:
                self._compare_clocks(request, response)
                if response.is_redirect:
                    _drain(response)
                    url = _redirected(request, response.headers["Location"], url)
                    # A proxy is of this network, and where it leads is its own to refuse.
                    elsewhere = not is_same_host(url, request.url)
                    under_way.public_only = elsewhere and proxy_for(url) is None
                    continue
                if response.status_code == 304:
                    return None
                self._raise_for_status(request, response)
                content = self._read(request, response)
            # A cut where the body ends with its connection looks like its end.
            under_way.check()
            return Body(
                url=request.url,
                content=content,
                content_type=response.headers.get("Content-Type", ""),
                etag=response.headers.get("ETag"),
                last_modified=response.headers.get("Last-Modified"),
            )
        got = f"more than {MOST_REDIRECTS} redirects"
        raise FetchFailed(request.url, expected="the file", got=got)

    def _address(self, request: Request) -> str:
        """Where a request really goes; what is stored and shown never has the secret."""
        if not request.token_env:
            return request.url
        return request.url.replace(TOKEN, quote(self._secrets[request.token_env], safe=""))

    def _headers(self, request: Request) -> dict[str, str]:
        headers = {"User-Agent": request.user_agent, "Accept-Encoding": "gzip, deflate"}
        if request.token_env and TOKEN not in request.url:
            secret = self._secrets[request.token_env]
            if request.authorization == "basic":
                headers["Authorization"] = f"Basic {b64encode(secret.encode()).decode()}"
            else:
                headers["Authorization"] = f"Bearer {secret}"
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        return headers

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _rate_limit(self, request: Request) -> None:
        last = self._asked_at.get(request.base_url)
        if last is not None:
            wait = last + request.min_interval_s - self._clock.monotonic_s()
            if wait > 0:
                self._clock.sleep(wait)
        self._asked_at[request.base_url] = self._clock.monotonic_s()

    def _compare_clocks(self, request: Request, response: requests.Response) -> None:
        ahead = clock_offset(response.headers, self._clock.now())
        if ahead is not None:
            self.ahead[request.base_url] = ahead

    def _raise_for_status(self, request: Request, response: requests.Response) -> None:
        status = response.status_code
        if status == 200:
            return
        got = f"HTTP {status}{through(request.url)}"
        if status in (404, 410):
            raise NotFound(request.url, expected="HTTP 200", got=got)
        raise FetchFailed(
            request.url,
            expected="HTTP 200",
            got=got,
            retry_after_s=retry_after_s(response.headers, self._clock.now()),
        )

    def _read(self, request: Request, response: requests.Response) -> bytes:
        """The whole body, given up on when it is too large."""
        content = bytearray()
        for part in response.iter_content(CHUNK_BYTES):
            content += part
            if len(content) > request.max_bytes:
                raise FetchFailed(
                    request.url,
                    expected=f"at most {request.max_bytes:,} bytes",
                    got="more",
                    remedy="raise max_mb of this source if the publisher's file has grown",
                )
        return bytes(content)


def _drain(response: requests.Response) -> None:
    """Read the few words of a redirect, so that its connection is free for the next question; a
    long body is left, and ends with its connection."""
    with suppress(*FAILURES):
        next(response.iter_content(CHUNK_BYTES), b"")


def _redirected(request: Request, location: str, from_url: str) -> str:
    """Where a redirect leads. Raises FetchFailed where it may not be followed: with a token, or
    neither to the same host nor by https to a public one."""
    url = urljoin(from_url, location)
    is_safe = url.startswith("https://") or not from_url.startswith("https://")
    allowed = is_same_host(url, request.url) and is_safe and url.startswith("http")
    if not allowed:
        parts = urlsplit(url)
        allowed = parts.scheme == "https" and is_public(parts.hostname or "")
    if allowed and not request.token_env:
        return url
    raise FetchFailed(
        request.url,
        expected="the file itself"
        if request.token_env
        else "the file, or a redirect within the same host or by https to a public one",
        got=f"a redirect to {origin_of(url)}, which is not followed",
        remedy="set base_url and path to where the file is now",
    )


def _read_local_file(request: Request) -> Body:
    """A file of this machine; whether it changed is seen from its bytes, as two writings within a
    second have the same time."""
    path = Path(request.url.removeprefix("file://"))
    try:
        # Opening a pipe without O_NONBLOCK waits for who writes to it.
        opened = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(opened, "rb") as file:
            found = os.fstat(opened)
            changed = datetime.fromtimestamp(found.st_mtime, UTC)
            if not stat.S_ISREG(found.st_mode):
                got = "a pipe, a device or a socket"
                raise FetchFailed(request.url, expected="a plain file", got=got)
            # Read one byte further, as it may grow meanwhile.
            size = found.st_size
            content = b"" if size > request.max_bytes else file.read(request.max_bytes + 1)
    except FileNotFoundError:
        raise NotFound(request.url, expected="a file", got="none") from None
    except OSError as error:
        got = error.strerror or type(error).__name__
        raise FetchFailed(request.url, expected="a file that can be read", got=got) from None
    if (size := max(size, len(content))) > request.max_bytes:
        expected = f"at most {request.max_bytes:,} bytes"
        raise FetchFailed(request.url, expected=expected, got=f"{size:,}")
    return Body(request.url, content, "", None, format_datetime(changed, usegmt=True))
