"""HTTP whose every connection ends with the call it belongs to, and whose answers cannot grow
without end: the one transport of sources, channels and pings.

Of an answer's head at most MOST_HEAD_BYTES are read, `100 Continue` included; its body is bounded
by whoever reads it. Proxies and certificates are those of `alerts.transport.network`; no redirect
is followed and no `.netrc` is read.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
from collections.abc import Mapping
from typing import Any, Final

import requests
from requests.adapters import HTTPAdapter
from requests.cookies import RequestsCookieJar, extract_cookies_to_jar
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)

from alerts.transport.network import ca_bundle, proxy_for
from alerts.transport.outbound_call import connect, current

# Its log repeats addresses, which may be secrets.
logging.getLogger("urllib3").setLevel(logging.CRITICAL + 1)

MOST_HEAD_BYTES: Final = 256 * 1024
# As many requests as a session keeps to ask them again.
MOST_MADE: Final = 32
# A method, an address and headers.
Asked = tuple[str, str, tuple[tuple[str, str | bytes], ...]]
# Whatever a call over HTTP may raise, from the address to the last byte.
FAILURES: Final = (
    requests.RequestException,
    HTTPError,
    http.client.HTTPException,
    OSError,
    ValueError,
)


class Lines(io.BufferedReader):
    """Reads lines until MOST_HEAD_BYTES of them have come, or each up to that with `per_line`."""

    per_line = False
    _left = MOST_HEAD_BYTES

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line. Raises HTTPException where there is more than anybody sends, and
        RemoteDisconnected where the head ends before its end: half of one is no answer."""
        line = super().readline(MOST_HEAD_BYTES + 1 if size is None or size < 0 else size)
        left = MOST_HEAD_BYTES if self.per_line else self._left
        self._left = left - len(line)
        if not line and not self.per_line:
            raise http.client.RemoteDisconnected("closed before the end of the head")
        if self._left < 0:
            raise http.client.HTTPException(f"more than {MOST_HEAD_BYTES:,} bytes without a body")
        return line


class _Response(http.client.HTTPResponse):
    """An answer with a bounded head."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any):
        super().__init__(sock, *args, **kwargs)
        self._lines = Lines(self.fp.detach())
        self.fp = self._lines

    def begin(self) -> None:
        """Read the head; the lines between the chunks of a body are bounded one by one."""
        super().begin()
        self._lines.per_line = True


class _Connection(HTTPConnection):
    """A connection that ends with the call of its thread."""

    response_class = _Response

    def _new_conn(self) -> socket.socket:
        """A new connection, its failures as urllib3 names them."""
        try:
            return connect(self._dns_host, self.port, self.timeout)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        except TimeoutError as error:
            raise ConnectTimeoutError(self, "timed out") from error
        except OSError as error:
            raise NewConnectionError(self, type(error).__name__) from error

    def endheaders(self, *args: Any, **kwargs: Any) -> None:
        """Connect where that is not done, and let the request go."""
        under_way = current()
        if self.sock is None:
            self.connect()
        else:
            # It was made just now for TLS, or is kept from an earlier call.
            under_way.watch(self.sock)
        under_way.sends()
        super().endheaders(*args, **kwargs)


class _SecureConnection(_Connection, HTTPSConnection):
    """The same over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _SecureConnection


POOLS: Final[Mapping[str, Any]] = {"http": _Pool, "https": _SecurePool}


class _Adapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager


class Session:
    """Connections, and cookies, that may be kept between requests."""

    def __init__(self) -> None:
        # It makes requests and does not send them: to do so takes longer, and reads the whole body
        # of a redirect, however long.
        self._session = requests.Session()
        # Proxies and certificates are said at each request; a .netrc would replace a token.
        self._session.trust_env = False
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _Adapter())
        self._cookies = RequestsCookieJar()
        self._made: dict[Asked, requests.PreparedRequest] = {}

    def ask(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str | bytes],
        timeout: float | tuple[float, float],
        body: bytes | None = None,
    ) -> requests.Response:
        """The answer, its body still to be read inside the same call. Raises FAILURES."""
        proxy = proxy_for(url)
        request = self._request(method, url, headers, body)
        response = self._session.get_adapter(str(request.url)).send(
            request,
            timeout=timeout,
            proxies={} if proxy is None else {"http": proxy.url, "https": proxy.url},
            verify=ca_bundle() or True,
            stream=True,
        )
        if "Set-Cookie" in response.headers:
            extract_cookies_to_jar(self._cookies, request, response.raw)  # type: ignore[no-untyped-call]
        return response

    def _request(
        self, method: str, url: str, headers: Mapping[str, str | bytes], body: bytes | None
    ) -> requests.PreparedRequest:
        """What is sent: a question that is asked again and again is made once, for that takes as
        long as a third of its exchange. What has a body is sent once."""
        asked = (method, url, tuple(headers.items()))
        made = self._made.get(asked) if body is None else None
        if made is None:
            whole = requests.Request(method, url, headers=dict(headers), data=body)
            made = self._session.prepare_request(whole)
            if body is None:
                self._keep(asked, made)
        if not self._cookies:
            return made
        made = made.copy()
        made.prepare_cookies(self._cookies)
        return made

    def _keep(self, asked: Asked, made: requests.PreparedRequest) -> None:
        if len(self._made) == MOST_MADE:
            self._made.clear()
        self._made[asked] = made

    def close(self) -> None:
        """Close the kept connections."""
        self._session.close()
