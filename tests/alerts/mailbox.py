"""A stand-in of a mail server: SMTP with STARTTLS and a login."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


def _free_port() -> int:
    """A port nobody listens on: the controller wants to know it before it listens."""
    with socket.create_server(("localhost", 0)) as probe:
        return int(probe.getsockname()[1])


@dataclass
class Mailbox:
    """An SMTP server on loopback with STARTTLS and a login. `fail` answers a verb with a line."""

    folder: Path
    username: str = "havenwatch"
    password: str = "correct horse"
    mails: list[Envelope] = field(default_factory=list)
    fail: dict[str, str] = field(default_factory=dict)

    def __enter__(self) -> Self:
        authority = trustme.CA()
        self.ca_file = self.folder / "ca.pem"
        authority.cert_pem.write_to_path(str(self.ca_file))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("localhost").configure_cert(context)
        self.port = _free_port()
        self._controller = Controller(
            self,
            hostname="localhost",
            port=self.port,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=self._authenticate,
        )
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
    ) -> AuthResult:
        right = LoginPassword(self.username.encode(), self.password.encode())
        return AuthResult(success=data == right, handled=False)

    async def handle_RCPT(  # noqa: N802
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if "RCPT" in self.fail:
            return self.fail["RCPT"]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if "DATA" in self.fail:
            return self.fail["DATA"]
        self.mails.append(envelope)
        return "250 OK"
