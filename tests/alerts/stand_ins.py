"""Stand-ins of the receivers: Slack's Web API and webhooks with their limits, and SMTP."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

TOKEN = "xoxb-test-token"
CONVERSATION = "C0123ABCD"


def slack_problem(message: dict[str, Any]) -> str | None:
    """What Slack would refuse in a message, or None."""
    if not message.get("text"):
        return "no_text"
    blocks = message.get("blocks") or []
    if len(blocks) > 50:
        return "invalid_blocks"
    for block in blocks:
        text = block.get("text", {}).get("text", "")
        if block["type"] == "header" and not 1 <= len(text) <= 150:
            return "invalid_blocks"
        if block["type"] == "section":
            if "text" in block and not 1 <= len(text) <= 3000:
                return "invalid_blocks"
            if any(len(one["text"]) > 2000 for one in block.get("fields", [])):
                return "invalid_blocks"
            if len(block.get("fields", [])) > 10:
                return "invalid_blocks"
        if block["type"] == "actions" and len(block["elements"]) > 25:
            return "invalid_blocks"
    return None


@dataclass
class SlackStandin:
    """Slack on loopback. `messages` are those it accepted; `fail_next` answers are given first.

    With `seconds` a clock, more than one message a second to a conversation is rate limited.
    """

    seconds: Callable[[], float] | None = None
    messages: list[dict[str, Any]] = field(default_factory=list)
    fail_next: list[tuple[int, bytes, dict[str, str]]] = field(default_factory=list)
    _last: float = -1e9

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _slack_handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/api/"

    @property
    def webhook_url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/services/T000/B000/secret-part"

    def take(self, path: str, headers: Any, body: bytes) -> tuple[int, bytes, dict[str, str]]:
        if self.fail_next:
            return self.fail_next.pop(0)
        if self.seconds is not None:
            now, self._last = self.seconds() - self._last, self.seconds()
            if now < 1.0:
                return _api({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"})
        if path.startswith("/services/"):
            message = json.loads(body)
            problem = slack_problem(message)
            if problem is not None:
                return 400, problem.encode(), {}
            self.messages.append(message)
            return 200, b"ok", {}
        if path != "/api/chat.postMessage":
            return _api({"ok": False, "error": "unknown_method"})
        message = _decoded(headers.get("Content-Type", ""), body)
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return _api({"ok": False, "error": "invalid_auth"})
        if message.get("channel") != CONVERSATION:
            return _api({"ok": False, "error": "channel_not_found"})
        problem = slack_problem(message)
        if problem is not None:
            return _api({"ok": False, "error": problem})
        thread = message.get("thread_ts")
        if thread and thread not in [one["ts"] for one in self.messages]:
            return _api({"ok": False, "error": "thread_not_found"})
        message["ts"] = f"1744324200.{len(self.messages) + 1:06d}"
        self.messages.append(message)
        return _api({"ok": True, "ts": message["ts"]})


def _api(
    answer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> tuple[int, bytes, dict[str, str]]:
    return status, json.dumps(answer).encode(), headers or {}


def _decoded(content_type: str, body: bytes) -> dict[str, Any]:
    if content_type.startswith("application/json"):
        found: dict[str, Any] = json.loads(body)
        return found
    form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
    return {
        key: json.loads(value) if key in ("blocks", "metadata") else value
        for key, value in form.items()
    }


def _slack_handler(standin: SlackStandin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, answer, headers = standin.take(self.path, self.headers, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler


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

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
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
