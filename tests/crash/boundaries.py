"""Finds every place at which a process touches the database, HTTP or SMTP, and can die there.

SQLite tells each statement it runs through its own trace hook; sockets are counted at the calls
that connect, send and receive. A kill between two reads is a kill before the first, since nothing
outside changed in between, so only what has an effect is counted.
"""

from __future__ import annotations

import os
import signal
import socket
import sqlite3
import ssl
import sys
import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

PROGRAM = "program"
SOCKET_CALLS = ("connect", "sendall", "send", "recv_into", "recv")
SSL_CALLS = ("do_handshake", "send", "recv_into", "recv")
READS = ("SELECT", "PRAGMA", "--")


@dataclass(frozen=True)
class Boundary:
    """The place just before an effect: who was at it (the program, or the channel it was sending
    through), its number among that one's, and what was about to happen."""

    actor: str
    number: int
    what: str


@dataclass
class Counter:
    """Counts the boundaries of this process, and kills it at one."""

    kill_at: tuple[str, int] | None = None
    passed: list[Boundary] = field(default_factory=list)
    _counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    _last: dict[int, str] = field(default_factory=dict)

    def install(self) -> None:
        """Watch everything that this process does from now on."""
        sqlite3.connect = self._connected(sqlite3.connect)
        for name in SOCKET_CALLS:
            setattr(socket.socket, name, self._watched(getattr(socket.socket, name), name))
        for name in SSL_CALLS:
            setattr(ssl.SSLSocket, name, self._watched(getattr(ssl.SSLSocket, name), f"tls {name}"))

    def passing(self, what: str) -> None:
        """Note a boundary, or die at it."""
        actor = _actor()
        self._counts[actor] += 1
        number = self._counts[actor]
        if (actor, number) == self.kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        self.passed.append(Boundary(actor, number, what))

    def _connected(self, connect: Callable[..., sqlite3.Connection]) -> Callable[..., Any]:
        def connected(*values: Any, **named: Any) -> sqlite3.Connection:
            connection = connect(*values, **named)
            connection.set_trace_callback(self._statement)
            return connection

        return connected

    def _statement(self, sql: str) -> None:
        """A statement is about to run; rows of one table after each other count as one."""
        start = " ".join(sql.split())[:40]
        if start.upper().startswith(READS):
            return
        thread = threading.get_ident()
        if start != self._last.get(thread) or not start.startswith("INSERT INTO observations"):
            self.passing(f"sql {start}")
        self._last[thread] = start

    def _watched(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def watched(*values: Any, **named: Any) -> Any:
            thread, what = threading.get_ident(), f"socket {name}"
            # Receiving goes on where it was: the parts of one answer have no effect between them.
            if "recv" not in name or self._last.get(thread) != what:
                self.passing(what)
            self._last[thread] = what
            return call(*values, **named)

        return watched


def _actor() -> str:
    """The channel on whose behalf this thread runs, or the program."""
    frame = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name == "_flush_channel":
            return str(frame.f_locals["channel"])
        frame = frame.f_back  # type: ignore[assignment]
    return PROGRAM
