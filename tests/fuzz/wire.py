"""A server on loopback that says the bytes it was given, whatever it is asked."""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Final

# So often the same; then it says that it is broken, so that no answer leads to another for ever.
TIMES: Final = 4
BROKEN: Final = b"HTTP/1.1 500 broken\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
PATIENCE_S: Final = 5.0
PROXIES: Final = ("http_proxy", "https_proxy")


class Wire:
    """The server. Each connection is told the answer and closed: at once, as of SMTP, or where it
    `reads_first` once its request has come whole, as of HTTP."""

    def __init__(self, *, reads_first: bool):
        self._reads_first = reads_first
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._answer, self._left = b"", 0
        self.port: int = self._listening.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._serve, daemon=True).start()

    def answer(self, content: bytes) -> None:
        """Say this from now on."""
        self._answer, self._left = content, TIMES

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            with connection:
                connection.settimeout(PATIENCE_S)
                try:
                    self._talk(connection)
                except OSError:
                    continue

    def _talk(self, connection: socket.socket) -> None:
        if self._reads_first:
            _read_request(connection)
        self._left -= 1
        connection.sendall(self._answer if self._left >= 0 else BROKEN)
        connection.shutdown(socket.SHUT_WR)
        while not self._reads_first and connection.recv(1 << 16):
            pass


def _read_request(connection: socket.socket) -> None:
    """Read until the head and as much of a body as it names have come."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(1 << 16)
        if not part:
            return
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    named = LENGTH.search(head)
    left = (int(named[1]) if named else 0) - len(body)
    while left > 0 and (part := connection.recv(1 << 16)):
        left -= len(part)


@cache
def http_wire() -> Wire:
    """The one of this process."""
    return Wire(reads_first=True)


@contextmanager
def nothing_leaves() -> Iterator[None]:
    """Inside it the wire is the proxy to every other host too, so that nothing leaves the machine
    wherever an answer leads."""
    before = {name: os.environ.get(name) for name in PROXIES}
    os.environ.update(dict.fromkeys(PROXIES, http_wire().address))
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            os.environ.update({} if value is None else {name: value})


@cache
def mail_wire() -> Wire:
    """The same for what waits to be spoken to."""
    return Wire(reads_first=False)
