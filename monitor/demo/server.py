"""The stand-ins as one HTTP server on loopback."""

from __future__ import annotations

import hashlib
import importlib
import pkgutil
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from monitor.demo import publishers
from monitor.demo.request_reply import NOT_FOUND, Asked, Publisher, Reply


class Server(ThreadingHTTPServer):
    """One that keeps quiet about a client that went away in the middle of a request."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say what went wrong, unless the client is gone."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


Now = Callable[[], datetime]
Fault = Callable[[Reply], Reply]

NO_MORE: Mapping[str, Publisher] = {}


class Standins:
    """All the stand-ins behind one port: `base_url("cboe")` is where that source finds its own.

    `now` is the clock they publish by, and `dated` the one of their Date headers. A test may set
    `faults[name]` to break what a publisher sends; `asked` lists every request. `more`
    are publishers besides those of the demonstration.
    """

    def __init__(self, now: Now, more: Mapping[str, Publisher] = NO_MORE):
        self._more = more
        self.begin(now)
        self._server = Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.01,), daemon=True
        )

    def begin(self, now: Now) -> None:
        """Publish by a clock, whole, as if nobody had asked yet."""
        self.now = now
        self.dated: Now = lambda: self.now()
        self.faults: dict[str, Fault] = {}
        self.asked: list[tuple[str, Asked]] = []
        self._publishers = {**_publishers(), **self._more}

    @property
    def names(self) -> tuple[str, ...]:
        """The sources that have a stand-in."""
        return tuple(sorted(self._publishers))

    def base_url(self, name: str) -> str:
        """The base URL of one publisher."""
        return f"http://127.0.0.1:{self._server.server_port}/{name}"

    def answer(self, name: str, asked: Asked) -> Reply:
        """The reply of a publisher, broken where a fault is set."""
        self.asked.append((name, asked))
        publisher = self._publishers.get(name)
        if publisher is None:
            return NOT_FOUND
        reply = publisher.reply(asked)
        fault = self.faults.get(name)
        return reply if fault is None else fault(reply)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _publishers() -> dict[str, Publisher]:
    found: dict[str, Publisher] = {}
    for module_info in pkgutil.iter_modules(publishers.__path__):
        module = importlib.import_module(f"{publishers.__name__}.{module_info.name}")
        found[module_info.name] = module.Standin()
    return found


def _handler(standins: Standins) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # One write an answer: two small ones wait for each other (Nagle and the delayed ACK).
        wbufsize = 1 << 16
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            split = urlsplit(self.path)
            _, name, *rest = split.path.split("/", 2)
            asked = Asked(
                path="/" + "".join(rest),
                query={key: values[0] for key, values in parse_qs(split.query).items()},
                user_agent=self.headers.get("User-Agent", ""),
                at=standins.now().astimezone(UTC),
            )
            reply = standins.answer(name, asked)
            tag = f'"{hashlib.sha256(reply.body).hexdigest()[:16]}"'
            if reply.status == 200 and self._has(tag, reply.last_modified):
                self.send_response(304)
                self.send_header("ETag", tag)
                self.end_headers()
                return
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.content_type)
            self.send_header("Content-Length", str(len(reply.body)))
            if reply.status == 200:
                self.send_header("ETag", tag)
            if reply.last_modified is not None:
                self.send_header("Last-Modified", format_datetime(reply.last_modified, usegmt=True))
            if reply.retry_after_s is not None:
                self.send_header("Retry-After", str(reply.retry_after_s))
            self.end_headers()
            self.wfile.write(reply.body)

        def _has(self, tag: str, last_modified: datetime | None) -> bool:
            wanted = self.headers.get("If-None-Match")
            if wanted is not None:
                return wanted == tag
            since = self.headers.get("If-Modified-Since")
            if since is None or last_modified is None:
                return False
            return last_modified.replace(microsecond=0) <= parsedate_to_datetime(since)

        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
            """The Date header: a publisher's own clock."""
            return format_datetime(standins.dated().astimezone(UTC), usegmt=True)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: the program under demonstration speaks."""

    return Handler
