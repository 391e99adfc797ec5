"""A stand-in of Slack's Socket Mode, beside the stand-in of its Web API."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from socket import SHUT_RDWR
from typing import Any, Final, Self
from urllib.parse import parse_qs, urlsplit

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from tests.alerts.slack_limits import answer_problem
from tests.alerts.slack_standin import CONVERSATION, Answer, SlackStandin, api_answer

APP_TOKEN: Final = "xapp-test-token"
RESPONSE_PATH: Final = "/actions/T000/secret-part"
COMMAND_PATH: Final = "/commands/T000/secret-part"
PATIENCE_S: Final = 60.0
# A response URL is good for so many answers, and for so long.
MOST_USES: Final = 5
USABLE: Final = timedelta(minutes=30)

Envelope = dict[str, Any]


@dataclass
class SocketStandin:
    """Socket Mode on loopback. `acknowledged` holds the envelopes acknowledged since they
    were sent last, `told` what came through the response URL, to one person only."""

    slack: SlackStandin
    acknowledged: set[str] = field(default_factory=set)
    told: list[dict[str, Any]] = field(default_factory=list)
    # What acknowledgements showed at once to who sent a command, and what Slack refused to show.
    shown: list[dict[str, Any]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    now: Callable[[], datetime] | None = None
    sessions: int = 0
    commands: int = 0
    _tickets: list[str] = field(default_factory=list)
    _connections: list[ServerConnection] = field(default_factory=list)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    def __enter__(self) -> Self:
        self.slack.elsewhere["apps.connections.open"] = self._open
        self.slack.elsewhere[RESPONSE_PATH] = self._respond
        self.slack.notify = self._notify
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

    def command(
        self, text: str, user: str = "ann", conversation: str = CONVERSATION, name: str = "/haven"
    ) -> Envelope:
        """Type a slash command; the envelope that was sent."""
        self.commands += 1
        path = f"{COMMAND_PATH}/{self.commands}"
        sent_at = None if self.now is None else self.now()
        uses = iter(range(MOST_USES))

        def respond(headers: Any, body: bytes) -> Answer:
            is_old = sent_at is not None and self.now is not None and self.now() - sent_at > USABLE
            if is_old or next(uses, None) is None:
                self.refused.append("used_url")
                return 404, b"used_url", {}
            return self._respond(headers, body)

        self.slack.elsewhere[path] = respond
        return self.send(
            f"command-{self.commands}",
            "slash_commands",
            {
                "token": "verification-secret",
                "command": name,
                "text": text,
                "user_id": "U01",
                "user_name": user,
                "team_id": "T000",
                "channel_id": conversation,
                "channel_name": "desk",
                "trigger_id": f"secret-trigger-{self.commands}",
                "response_url": f"{self.slack.root}{path}",
            },
        )

    def open_home(self, event_id: str = "Ev01", tab: str = "home") -> Envelope:
        """Open the app's Home tab; the envelope that was sent."""
        event = {"type": "app_home_opened", "user": "U01", "channel": "D0DIRECT", "tab": tab}
        payload = {"type": "event_callback", "event_id": event_id, "event": event}
        return self.send(f"event-{event_id}", "events_api", payload)

    def send(self, envelope_id: str, kind: str, payload: dict[str, Any]) -> Envelope:
        """Send an envelope of any kind."""
        envelope = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind == "slash_commands",
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

    def wait_connections(self, count: int) -> None:
        """Wait until so many connections are open."""
        self.wait_until(f"{count} connections", lambda: len(self._connections) == count)

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

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _open(self, headers: Any, body: bytes) -> Answer:
        if headers.get("Authorization") != f"Bearer {APP_TOKEN}":
            return api_answer({"ok": False, "error": "invalid_auth"})
        self._tickets.append(f"secret-ticket-{len(self._tickets)}")
        port = self._server.socket.getsockname()[1]
        url = f"ws://127.0.0.1:{port}/link/?ticket={self._tickets[-1]}"
        return api_answer({"ok": True, "url": url})

    def _respond(self, headers: Any, body: bytes) -> Answer:
        message = json.loads(body)
        with self._changed:
            problem = answer_problem(message)
            if problem:
                self.refused.append(problem)
            else:
                self.told.append(message)
            self._changed.notify_all()
        return (400, problem.encode(), {}) if problem else (200, b"ok", {})

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
            if payload := answer.get("payload"):
                problem = answer_problem(payload)
                if problem:
                    self.refused.append(problem)
                else:
                    self.shown.append(payload)
            self._changed.notify_all()
