"""SMTP whose connection ends with the call it belongs to, and whose replies have an end."""

from __future__ import annotations

import smtplib
import socket
import ssl
from typing import Any, Final

from alerts.transport.outbound_call import connect, current

# A server's whole part of a conversation; a usual one is a thousandth of it.
MOST_REPLY_BYTES: Final = 1 << 20


class _Replies:
    """The lines of a server, MOST_REPLY_BYTES of them at most."""

    def __init__(self, file: Any):
        self._file = file
        self._left = MOST_REPLY_BYTES

    def readline(self, size: int = -1) -> bytes:
        """The next line. Raises OSError where there have been too many."""
        line: bytes = self._file.readline(size)
        self._left -= len(line)
        if self._left < 0:
            raise OSError(f"more than {MOST_REPLY_BYTES:,} bytes of replies")
        return line

    def close(self) -> None:
        """Close the file behind it."""
        self._file.close()


class Smtp(smtplib.SMTP):
    """A client inside the call of its thread."""

    _is_in_mail = False

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return connect(host, port, timeout)

    def getreply(self) -> tuple[int, bytes]:
        """The server's reply, whose lines are counted."""
        if self.file is None and self.sock is not None:
            self.file = _Replies(self.sock.makefile("rb"))
        return super().getreply()

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the mail: only from here on may it have been taken."""
        self._is_in_mail = True
        try:
            return super().data(msg)
        finally:
            self._is_in_mail = False

    def send(self, s: Any) -> None:
        """Send a line, or the whole mail."""
        if self._is_in_mail:
            current().sends()
        super().send(s)


class SmtpOverTls(Smtp):
    """The same, over TLS from the first byte."""

    def __init__(
        self,
        host: str,
        port: int,
        timeout: float,
        context: ssl.SSLContext,
        local_name: str | None = None,
    ):
        self._context = context
        super().__init__(host, port, local_name, timeout=timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        plain = super()._get_socket(host, port, timeout)
        try:
            return self._context.wrap_socket(plain, server_hostname=host)
        except BaseException:
            plain.close()
            raise
