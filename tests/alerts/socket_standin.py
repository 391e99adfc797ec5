"""A stand-in of Slack's Socket Mode, beside the stand-in of its Web API."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from socket import SHUT_RDWR
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.alerts.slack_standin import Answer, SlackStandin, api_answer

APP_TOKEN: Final = "xapp-test-token"
RESPONSE_PATH: Final = "/actions/T000/secret-part"
PATIENCE_S: Final = 60.0

Envelope = dict[str, Any]


@dataclass
class SocketStandin:
    """Socket Mode on loopback. `acknowledged` holds the envelopes acknowledged since they
    were sent last, `told` what came through the response URL, to one person only."""

    slack: SlackStandin
    acknowledged: set[str] = field(default_factory=set)
    told: list[dict[str, Any]] = field(default_factory=list)
    sessions: int = 0
    _tickets: list[str] = field(default_factory=list)
    _connections: list[ServerConnection] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> Self:
        self.slack.elsewhere["apps.connections.open"] = self._open
        self.slack.elsewhere[RESPONSE_PATH] = self._respond
        # Frequent pings let the client's receiver see at once that it is to stop.
        self._server = serve(self._talk, "127.0.0.1", 0, compression=None, ping_interval=0.1)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        for connection in list(self._connections):
            connection.close()
        self._thread.join(PATIENCE_S)

    def wait_until(self, what: str, holds: Callable[[], bool]) -> None:
        """Return when something holds; fail when it does not in time."""
        with self._changed:
            assert self._changed.wait_for(holds, PATIENCE_S), f"not in time: {what}"

    def press(self, action: str, alert_id: str, at: datetime, user: str = "ann") -> Envelope:
        """Press a button; the envelope that was sent."""
        return self.send(
            f"{action}-{user}",
            "interactive",
            {
                "type": "block_actions",
                "token": "verification-secret",
                "user": {"id": "U01", "username": user, "name": user, "team_id": "T000"},
                "container": {"type": "message", "channel_id": "C0123ABCD"},
                "response_url": f"{self.slack.root}{RESPONSE_PATH}",
                "actions": [
                    {
                        "type": "button",
                        "action_id": action,
                        "block_id": "b1",
                        "value": alert_id,
                        "action_ts": f"{at.timestamp():.6f}",
                    }
                ],
            },
        )

    def send(self, envelope_id: str, kind: str, payload: dict[str, Any]) -> Envelope:
        """Send an envelope of any kind."""
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": False,
            "payload": payload,
        }
        self.deliver(envelope)
        return envelope

    def deliver(self, envelope: Envelope) -> None:
        """Send an envelope, for the first time or again, over the newest connection."""
        self.wait_until("a connection", lambda: bool(self._connections))
        with self._changed:
            self.acknowledged.discard(envelope["envelope_id"])
            self._connections[-1].send(json.dumps(envelope))

    def wait_acknowledged(self, envelope: Envelope) -> None:
        """Wait until an envelope is acknowledged since it was sent last."""
        name = envelope["envelope_id"]
        self.wait_until(f"{name} acknowledged", lambda: name in self.acknowledged)

    def wait_told(self, times: int) -> None:
        """Wait until so many answers came through the response URL."""
        self.wait_until(f"told {times} times", lambda: len(self.told) >= times)

    def ask_to_reconnect(self) -> None:
        """Say that this connection ends, as Slack does every few hours, and wait for the next."""
        self.wait_until("a connection", lambda: bool(self._connections))
        before, old = self.sessions, self._connections[-1]
        old.send(json.dumps({"type": "disconnect", "reason": "refresh_requested"}))
        self.wait_until("a new connection", lambda: self.sessions > before)
        self.wait_until("the old one closed", lambda: old not in self._connections)

    def close(self) -> None:
        """End the connection, and wait for no other."""
        self.wait_until("a connection", lambda: bool(self._connections))
        self._connections[-1].close()

    def cut(self) -> None:
        """Cut the connection without a word, and wait for the next."""
        self.wait_until("a connection", lambda: bool(self._connections))
        before = self.sessions
        self._connections[-1].socket.shutdown(SHUT_RDWR)
        self.wait_until("a new connection", lambda: self.sessions > before)

    def _open(self, headers: Any, body: bytes) -> Answer:
        if headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return api_answer({"ok": False, "error": "invalid_auth"})
        self._tickets.append(f"secret-ticket-{len(self._tickets)}")
        port = self._server.socket.getsockname()[1]
        url = f"ws://127.0.0.1:{port}/link/?ticket={self._tickets[-1]}"
        return api_answer({"ok": True, "url": url})

    def _respond(self, headers: Any, body: bytes) -> Answer:
        with self._changed:
            self.told.append(json.loads(body))
            self._changed.notify_all()
        return 200, b"ok", {}

    def _talk(self, connection: ServerConnection) -> None:
        assert connection.request is not None
        (ticket,) = parse_qs(urlsplit(connection.request.path).query)["ticket"]
        if ticket != self._tickets[-1]:
            return  # it is good for one connection
        connection.send(json.dumps({"type": "hello", "num_connections": 1}))
        with self._changed:
            self._connections.append(connection)
            self.sessions += 1
            self._changed.notify_all()
        try:
            for text in connection:
                self._take(json.loads(text))
        except ConnectionClosed:
            pass
        finally:
            with self._changed:
                self._connections.remove(connection)
                self._changed.notify_all()

    def _take(self, answer: dict[str, Any]) -> None:
        with self._changed:
            name = answer["envelope_id"]
            self.acknowledged.add(name)
            self._changed.notify_all()
