"""An HTTP server on loopback before a receiver, which does to requests and answers what networks
and proxies do."""

from __future__ import annotations

import enum
import socket
import ssl
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self

import trustme

from monitor.demo.server import Server

Answer = tuple[int, bytes, dict[str, str]]
Take = Callable[[str, Any, bytes], Answer | None]

REASONS = {200: "OK", 202: "Accepted"}


class Wire(enum.Enum):
    """How an answer travels: WHOLE, CUT before its end, RESET after its head, LOST whole by a
    closed connection, or SILENT, as of a server that never answers."""

    WHOLE = enum.auto()
    CUT = enum.auto()
    RESET = enum.auto()
    LOST = enum.auto()
    SILENT = enum.auto()


@dataclass(frozen=True)
class Fault:
    """What happens to `times` requests, to all with None, whose path contains `path`.

    `answer` stands in for the receiver's own. `taken`: the receiver gets the request all the same.
    """

    answer: Answer | None = None
    taken: bool = False
    wire: Wire = Wire.WHOLE
    times: int | None = 1
    path: str = ""


def refused(
    status: int,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
    *,
    taken: bool = False,
    times: int | None = 1,
    path: str = "",
) -> Fault:
    """An answer in the receiver's stead."""
    return Fault((status, body, dict(headers or {})), taken=taken, times=times, path=path)


@dataclass
class HttpGate:
    """The server. `take` is the receiver's own answer to a path, headers and a body."""

    take: Take
    faults: deque[Fault] = field(default_factory=deque)
    over_tls: bool = False
    asked: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._server = Server(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        if self.over_tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def root(self) -> str:
        """Its address, without a slash at the end."""
        scheme = "https" if self.over_tls else "http"
        return f"{scheme}://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str, headers: Any, body: bytes) -> tuple[Answer, Wire]:
        """What to answer, and how that travels."""
        with self._lock:
            self.asked.append(path)
            fault = self._next_fault(path)
            own = self.take(path, headers, body) if fault is None or fault.taken else None
        if fault is None:
            return own or (500, b"", {}), Wire.WHOLE
        return fault.answer or own or (200, b"ok", {}), fault.wire

    def wait_for_the_end(self) -> None:
        """Say nothing until the gate is closed."""
        self._ended.wait(30)

    def _next_fault(self, path: str) -> Fault | None:
        for place, fault in enumerate(self.faults):
            if fault.path not in path:
                continue
            if fault.times == 1:
                del self.faults[place]
            elif fault.times is not None:
                self.faults[place] = Fault(
                    fault.answer, fault.taken, fault.wire, fault.times - 1, fault.path
                )
            return fault
        return None


def _handler(gate: HttpGate) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"] or 0))
            answer, wire = gate.answer(self.path, self.headers, body)
            self.close_connection = True
            if wire is Wire.SILENT:
                gate.wait_for_the_end()
            elif wire is not Wire.LOST:
                self._write(answer, wire)

        do_GET = do_HEAD = do_POST  # noqa: N815

        def _write(self, answer: Answer, wire: Wire) -> None:
            status, content, headers = answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            cut = wire is not Wire.WHOLE
            self.send_header("Content-Length", str(len(content) + (100 if cut else 0)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content[: len(content) // 2] if cut else content)
            if wire is Wire.RESET:
                # Closed with nothing to wait for, a connection is reset.
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler
