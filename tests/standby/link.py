"""A host's way to the store, which can be cut."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Self


class Link:
    """Forwards connections to a port of loopback until it is cut."""

    def __init__(self, port: int):
        self._port = port
        self._open: set[socket.socket] = set()
        self._is_cut = False

    def __enter__(self) -> Self:
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listens.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.cut()
        self._listens.close()

    def cut(self) -> None:
        """End every connection, and refuse those that come."""
        self._is_cut = True
        for one in list(self._open):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listens.accept()
            except OSError:
                return
            if self._is_cut:
                near.close()
                continue
            far = socket.create_connection(("127.0.0.1", self._port))
            self._open |= {near, far}
            for one, other in ((near, far), (far, near)):
                threading.Thread(target=self._forward, args=(one, other), daemon=True).start()

    def _forward(self, one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while block := one.recv(65536):
                other.sendall(block)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_WR)
