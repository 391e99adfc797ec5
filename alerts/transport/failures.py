"""Why a call to the outside failed, in our own words.

The text of a library's exception may repeat the address, a header or what came, and with them a
secret, in any quoting; so none of it is shown, only what the classes and numbers say.
"""

from __future__ import annotations

import os
import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import requests
from urllib3 import exceptions as urllib3_errors

from alerts.transport.network import CA_VARIABLES, Unready, proxy_for

# What is wrong is the address or a header itself: whoever set it has to act.
MALFORMED: Final = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidHeader,
    urllib3_errors.LocationParseError,
    UnicodeError,
)
WORDS: Final[tuple[tuple[type[BaseException], str], ...]] = (
    (socket.gaierror, "host name not found"),
    (ConnectionRefusedError, "connection refused"),
    (ConnectionResetError, "connection reset"),
    (urllib3_errors.ConnectTimeoutError, "connection timed out"),
    (urllib3_errors.ReadTimeoutError, "timed out"),
    (TimeoutError, "timed out"),
    (urllib3_errors.IncompleteRead, "truncated"),
    (urllib3_errors.InvalidChunkLength, "truncated"),
    (urllib3_errors.DecodeError, "invalid compression"),
    (requests.exceptions.ContentDecodingError, "invalid compression"),
    (urllib3_errors.NewConnectionError, "no connection"),
    (smtplib.SMTPServerDisconnected, "connection closed"),
)
# What http.client says of a proxy that does not let a connection through.
TUNNEL_REFUSED: Final = re.compile(r"Tunnel connection failed: (\d{3})\b")


def is_untrusted(error: BaseException) -> bool:
    """Whether nobody we trust vouches for the other side's certificate."""
    return any(isinstance(one, ssl.SSLCertVerificationError) for one in causes(error))


def is_malformed(error: BaseException) -> bool:
    """Whether the address or a header cannot be sent at all."""
    return any(isinstance(one, MALFORMED) for one in causes(error))


def reason(error: BaseException, url: str = "") -> str:
    """The cause in a few words that hold nothing secret, with the proxy before the address."""
    found = list(causes(error))
    known = next((str(one) for one in found if isinstance(one, Unready)), "")
    return known or _words(found) + through(url)


def through(url: str) -> str:
    """`, through the proxy ...` where an address is reached through one, else nothing."""
    try:
        proxy = proxy_for(url)
    except (OSError, ValueError):
        return ""
    return "" if proxy is None else f", through {proxy}"


def causes(error: BaseException) -> Iterator[BaseException]:
    """An error and those inside it, the innermost last."""
    seen: set[int] = set()
    at: object = error
    while isinstance(at, BaseException) and id(at) not in seen:
        seen.add(id(at))
        yield at
        inside = getattr(at, "reason", None)
        if not isinstance(inside, BaseException):
            inside = next((one for one in at.args if isinstance(one, BaseException)), at.__cause__)
        at = inside


def _words(found: list[BaseException]) -> str:
    for one in reversed(found):
        if isinstance(one, ssl.SSLCertVerificationError):
            return f"TLS certificate not trusted{_bundle()}: {one.verify_message}"
        if isinstance(one, MALFORMED):
            return "invalid URL or header"
        if isinstance(one, ssl.SSLError):
            return f"no TLS connection{_bundle()} ({one.reason or type(one).__name__})"
        if refused := TUNNEL_REFUSED.match(str(one)):
            return f"the tunnel was refused with HTTP {refused[1]}"
        for kind, words in WORDS:
            if isinstance(one, kind):
                return words
        if isinstance(one, OSError) and one.errno is not None:
            return os.strerror(one.errno).lower()
    return type(found[-1]).__name__


def _bundle() -> str:
    """Whose certificates are trusted in place of those that come with the program."""
    variable = next((one for one in CA_VARIABLES if os.environ.get(one)), "")
    return f" by those of {variable} ({os.environ[variable]})" if variable else ""
