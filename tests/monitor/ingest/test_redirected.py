"""A redirect is a few words: they are read, and no more."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Final

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Server
from monitor.ingest.http import Http, Request

CHUNK: Final = b"10000\r\n" + b"0" * 0x10000 + b"\r\n"


@dataclass
class Publisher:
    """Where it is, and which of its connections each question came over."""

    root: str
    asked: list[object] = field(default_factory=list)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    """`/short` and `/endless` lead to `/file`; the body of the second has no end."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.asked.append(self.connection)
            self.send_response(200 if self.path == "/file" else 302)
            self.send_header("Location", "/file")
            if self.path == "/endless":
                self.send_header("Transfer-Encoding", "chunked")
                self.end_headers()
                while not ended.is_set():
                    self.wfile.write(CHUNK)
                return
            self.send_header("Content-Length", "5")
            self.end_headers()
            self.wfile.write(b"there")

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    ended = threading.Event()
    with Server(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        found = Publisher(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield found
        ended.set()
        server.shutdown()


@pytest.mark.parametrize(("path", "connections"), [("/short", 1), ("/endless", 2)])
def test_a_redirect_is_followed_over_its_connection_where_its_body_is_short(
    clock: SimulatedClock, publisher: Publisher, path: str, connections: int
) -> None:
    url = publisher.root + path
    asked = Request(url, publisher.root, "test", timeout_s=1, max_bytes=100, min_interval_s=0)
    with closing(Http(clock)) as http:
        found = http.get(asked)
    assert found is not None
    assert found.content == b"there"
    assert len(set(publisher.asked)) == connections
