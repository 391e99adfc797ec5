"""A stand-in of systemd's end of the notification socket."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path
from typing import Self
from uuid import uuid4

from tests.alive.receiver import PATIENCE_S


class Manager:
    """A datagram socket as a service manager opens it; `environ` is what it gives a service."""

    def __init__(self, *, abstract: bool = True, watchdog_s: float = 120.0):
        self._folder = Path(tempfile.mkdtemp())  # a socket's path must be short
        self.name = f"@havenwatch-{uuid4()}" if abstract else str(self._folder / "notify")
        self._watchdog_s = watchdog_s

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        address = f"\0{self.name[1:]}" if self.name.startswith("@") else self.name
        self._socket.bind(address)
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        if not self.name.startswith("@"):
            os.unlink(self.name)
        self._folder.rmdir()

    @property
    def environ(self) -> dict[str, str]:
        """The variables of a service with a watchdog."""
        period = str(round(self._watchdog_s * 1_000_000))
        return {"NOTIFY_SOCKET": self.name, "WATCHDOG_USEC": period}

    def heard(self) -> list[str]:
        """The lines that have come and were not read yet."""
        self._socket.settimeout(0)
        lines: list[str] = []
        while True:
            try:
                lines += self._socket.recv(4096).decode().splitlines()
            except BlockingIOError:
                return lines

    def next(self, within_s: float = PATIENCE_S) -> list[str]:
        """The lines of the next datagram, waited for; none where nothing comes in time."""
        self._socket.settimeout(within_s)
        try:
            return self._socket.recv(4096).decode().splitlines()
        except TimeoutError:
            return []

    def wait_for(self, line: str) -> None:
        """Return when a line has come."""
        while True:
            got = self.next()
            assert got, f"never heard: {line}"
            if line in got:
                return
