"""A server on loopback that answers one byte at a time, for ever, in each way HTTP allows."""

from __future__ import annotations

import enum
import socket
import threading
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import Final, Self

# Between two bytes; far less than any timeout, so that no single wait is ever too long.
PAUSE_S: Final = 0.02
TAKEN: Final = b"250 ok\r\n"
OK: Final = b"HTTP/1.1 200 OK\r\n"


class Drip(enum.Enum):
    """Where in an answer the bytes come one by one."""

    HEADERS = enum.auto()
    CONTENT_LENGTH = enum.auto()
    UNTIL_CLOSE = enum.auto()
    ONE_CHUNK = enum.auto()
    GZIP = enum.auto()
    CONTINUE = enum.auto()


def answer(drip: Drip) -> tuple[bytes, Iterator[bytes]]:
    """What comes at once, and what then comes piece by piece without an end."""
    zeros = repeat(b"0")
    if drip is Drip.HEADERS:
        return OK + b"X-Long: ", zeros
    if drip is Drip.CONTENT_LENGTH:
        return OK + b"Content-Length: 1000000\r\n\r\n", zeros
    if drip is Drip.UNTIL_CLOSE:
        return OK + b"Connection: close\r\n\r\n", zeros
    if drip is Drip.ONE_CHUNK:
        return OK + b"Transfer-Encoding: chunked\r\n\r\nF4240\r\n", zeros
    if drip is Drip.CONTINUE:
        return b"", repeat(b"HTTP/1.1 100 Continue\r\n\r\n")
    packed = zlib.compress(b"0" * 10_000_000, wbits=31)
    head = OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n"
    return head, chain((bytes([one]) for one in packed), zeros)


@dataclass
class Dripping:
    """The server, which keeps what it was asked. With `verb` it speaks SMTP, and drips in the place
    of its reply to that verb: `` is the greeting, `.` the end of a mail."""

    drip: Drip = Drip.HEADERS
    verb: str | None = None
    asked: list[bytes] = field(default_factory=list)

    def __enter__(self) -> Self:
        self._ended = threading.Event()
        self._server = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        for one in self._threads:
            one.join(5)

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    @property
    def root(self) -> str:
        """Its address, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._server.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._answer, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            try:
                if self.verb is None:
                    self.asked.append(connection.recv(65536))
                    first, rest = answer(self.drip)
                else:
                    self._speak(connection, self.verb)
                    first, rest = b"250-", repeat(b"x")
                connection.sendall(first)
                for piece in rest:
                    if self._ended.wait(PAUSE_S):
                        return
                    connection.sendall(piece)
            except OSError:
                return

    def _speak(self, connection: socket.socket, until: str) -> None:
        """Speak SMTP until a verb comes, which is left without a reply."""
        lines = connection.makefile("rb")
        verb = ""
        while verb != until:
            connection.sendall({"": b"220 ready\r\n", "DATA": b"354 go on\r\n"}.get(verb, TAKEN))
            line = lines.readline().strip()
            while verb == "DATA" and line != b".":
                line = lines.readline().strip()
            verb = line.split(b" ")[0].decode().upper()
