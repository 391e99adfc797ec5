"""One polite GET: conditional, bounded in time and size, spaced out per publisher."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import requests

from alerts.retry_after import retry_after_s
from monitor.clock import Clock
from monitor.errors import FetchFailed, NotThere

CHUNK_BYTES = 1 << 16
NO_SECRETS: Mapping[str, str] = {}
CONNECT_TIMEOUT_S = 10
CONNECTION_NAME = re.compile(r"^HTTPS?Connection(Pool)?\(.*?\): ")


@dataclass(frozen=True)
class Request:
    """What to ask for, and how the publisher wants to be asked: at most once in `min_interval_s`
    among all requests with the same `base_url`. `etag` and `last_modified` are those of the body
    accepted last. `optional`: the publisher may not have it, as a new year's file. `token_env` is
    the name of the secret to show as a bearer token, never the secret."""

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


def ahead_of(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """How far this machine's clock is ahead of the one that wrote an answer's Date; None where it
    has none. What a cache has kept is as old as it says."""
    try:
        written = parsedate_to_datetime(headers.get("Date", "")).astimezone(UTC)
        kept = timedelta(seconds=int(headers.get("Age", "0")))
        return now - written - kept
    except (ValueError, TypeError, OverflowError):
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
        self._session = requests.Session()
        self._session.max_redirects = 5
        self._asked_at: dict[str, float] = {}
        # How far this machine's clock was ahead of each publisher's at its last answer.
        self.ahead: dict[str, timedelta] = {}

    def get(self, request: Request) -> Body | None:
        """The body, or None where it is unchanged (304). Raises FetchFailed and NotThere."""
        if request.url.startswith("file://"):
            return _dropped_file(request)
        self._space_out(request)
        self._refuse()
        headers = {"User-Agent": request.user_agent, "Accept-Encoding": "gzip, deflate"}
        if request.token_env:
            headers["Authorization"] = f"Bearer {self._secrets[request.token_env]}"
        if request.etag:
            headers["If-None-Match"] = request.etag
        if request.last_modified:
            headers["If-Modified-Since"] = request.last_modified
        try:
            with self._session.get(
                request.url,
                headers=headers,
                timeout=(min(CONNECT_TIMEOUT_S, request.timeout_s), request.timeout_s),
                stream=True,
            ) as response:
                self._compare_clocks(request, response)
                if response.status_code == 304:
                    return None
                self._raise_for_status(request, response)
                content = self._read(request, response)
        except requests.RequestException as error:
            raise FetchFailed(
                request.url,
                expected="a whole answer",
                got=f"{type(error).__name__} ({_reason(error)})",
            ) from None
        return Body(
            url=request.url,
            content=content,
            content_type=response.headers.get("Content-Type", ""),
            etag=response.headers.get("ETag"),
            last_modified=response.headers.get("Last-Modified"),
        )

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()

    def _space_out(self, request: Request) -> None:
        last = self._asked_at.get(request.base_url)
        if last is not None:
            wait = last + request.min_interval_s - self._clock.monotonic_s()
            if wait > 0:
                self._clock.sleep(wait)
        self._asked_at[request.base_url] = self._clock.monotonic_s()

    def _compare_clocks(self, request: Request, response: requests.Response) -> None:
        ahead = ahead_of(response.headers, self._clock.now())
        if ahead is not None:
            self.ahead[request.base_url] = ahead

    def _raise_for_status(self, request: Request, response: requests.Response) -> None:
        status = response.status_code
        if status == 200:
            return
        got = f"HTTP {status}"
        if status in (404, 410):
            raise NotThere(request.url, expected="HTTP 200", got=got)
        raise FetchFailed(
            request.url,
            expected="HTTP 200",
            got=got,
            retry_after_s=retry_after_s(response.headers, self._clock.now()),
        )

    def _read(self, request: Request, response: requests.Response) -> bytes:
        """The whole body, given up on when it is too large or too slow as a whole."""
        started = self._clock.monotonic_s()
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(CHUNK_BYTES):
            parts.append(part)
            size += len(part)
            if size > request.max_bytes:
                raise FetchFailed(
                    request.url,
                    expected=f"at most {request.max_bytes:,} bytes",
                    got="more",
                    remedy="raise max_mb of this source if the publisher's file has grown",
                )
            if self._clock.monotonic_s() - started > 4 * request.timeout_s:
                raise FetchFailed(
                    request.url,
                    expected=f"a body within {4 * request.timeout_s} s",
                    got=f"{size:,} bytes until then",
                )
        return b"".join(parts)


def _dropped_file(request: Request) -> Body:
    """A file of this machine; whether it changed is seen from its bytes, as two writings within a
    second have the same time."""
    path = Path(request.url.removeprefix("file://"))
    try:
        changed = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        content = path.read_bytes()
    except FileNotFoundError:
        raise NotThere(request.url, expected="a file", got="none") from None
    except OSError as error:
        got = error.strerror or type(error).__name__
        raise FetchFailed(request.url, expected="a file that can be read", got=got) from None
    if len(content) > request.max_bytes:
        expected = f"at most {request.max_bytes:,} bytes"
        raise FetchFailed(request.url, expected=expected, got=f"{len(content):,}")
    return Body(request.url, content, "", None, format_datetime(changed, usegmt=True))


def _reason(error: requests.RequestException) -> str:
    """The innermost cause in a few words, without the host and port, which the URL has said."""
    cause: BaseException = error
    while cause.args and isinstance(cause.args[0], BaseException):
        cause = cause.args[0]
    said = str(getattr(cause, "reason", cause))
    return CONNECTION_NAME.sub("", said)[:200]
