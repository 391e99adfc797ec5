"""A stand-in of Slack: its Web API and its incoming webhooks, with their limits."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from monitor.demo.server import Server
from tests.alerts.slack_limits import DIRECT, NEEDS, SCOPES, home_problem, slack_problem

TOKEN = "xoxb-test-token"
BOT = {"bot_id": "B0TEST", "user_id": "U0TEST", "ok": True}
CONVERSATION = "C0123ABCD"


Answer = tuple[int, bytes, dict[str, str]]


@dataclass
class SlackStandin:
    """Slack on loopback. `posted` is all it shows, in order, and `messages` that without what is
    in a thread because its head is short; `fail_next` answers are given
    first, `fail_method` ones whenever that method is called.

    With `seconds` a clock, more than one message a second to a conversation is rate limited.
    """

    seconds: Callable[[], float] | None = None
    posted: list[dict[str, Any]] = field(default_factory=list)
    fail_next: list[Answer] = field(default_factory=list)
    fail_method: dict[str, Answer] = field(default_factory=dict)
    # Its own time, in which a message's id begins.
    second: int = 1744324200
    # Answers that are lost on their way back: the call was carried out.
    lose_next: int = 0
    scopes: frozenset[str] = SCOPES
    # Methods and paths that another stand-in answers, by name.
    elsewhere: dict[str, Callable[[Any, bytes], Answer]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    # Told after each call, for whoever waits for one.
    notify: Callable[[], None] = lambda: None
    uploads: dict[str, dict[str, Any]] = field(default_factory=dict)
    # How many messages with a file are refused before it has been looked through.
    looking_through: int = 0
    # What the Home tab of each user shows, and how often it was filled.
    homes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    _last: float = -1e9
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __enter__(self) -> Self:
        self._server = Server(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base_url(self) -> str:
        return f"{self.root}/api/"

    @property
    def webhook_url(self) -> str:
        return f"{self.root}/services/T000/B000/secret-part"

    @property
    def root(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [one for one in self.posted if not one.get("key", "").endswith("/details")]

    @property
    def details(self) -> list[dict[str, Any]]:
        return [one for one in self.posted if one.get("key", "").endswith("/details")]

    @property
    def heads(self) -> list[dict[str, Any]]:
        """The messages of the conversation itself, those in threads left out."""
        return [one for one in self.messages if not one.get("thread_ts")]

    def keys(self) -> list[str]:
        """The keys of what was posted, in order."""
        return [one["key"] for one in self.messages if "key" in one]

    def take(self, path: str, headers: Any, body: bytes) -> Answer | None:
        """The answer to a request, None where it is lost on its way back."""
        with self._lock:
            answer: Answer | None = self._take(path, headers, body)
            if self.lose_next and not path.startswith("/upload/"):
                self.lose_next -= 1
                answer = None
        self.notify()
        return answer

    def _take(self, path: str, headers: Any, body: bytes) -> Answer:
        method = urlsplit(path).path.removeprefix("/api/")
        self.calls.append(method)
        if self.fail_next:
            return self.fail_next.pop(0)
        if method in self.fail_method:
            return self.fail_method[method]
        if method in self.elsewhere:
            return self.elsewhere[method](headers, body)
        if path.startswith("/services/"):
            return self._too_fast() or self._webhook(json.loads(body))
        if path.startswith("/upload/"):
            self.uploads[path.removeprefix("/upload/")]["bytes"] = body
            return 200, b"OK", {}
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return api_answer({"ok": False, "error": "invalid_auth"})
        if method not in NEEDS:
            return api_answer({"ok": False, "error": "unknown_method"})
        if NEEDS[method] not in self.scopes:
            needed = {"needed": NEEDS[method], "provided": ",".join(sorted(self.scopes))}
            return api_answer({"ok": False, "error": "missing_scope", **needed})
        if method == "auth.test":
            return api_answer(BOT)
        return self._method(method, _decoded(headers, body))

    def _method(self, method: str, call: dict[str, Any]) -> Answer:
        if method == "files.getUploadURLExternal":
            file_id = f"F{len(self.uploads) + 1:010d}"
            self.uploads[file_id] = {"id": file_id, "name": call["filename"]}
            url = f"{self.root}/upload/{file_id}"
            return api_answer({"ok": True, "upload_url": url, "file_id": file_id})
        if method == "conversations.open":
            return api_answer({"ok": True, "channel": {"id": DIRECT}})
        if method == "views.publish":
            return self._publish(call)
        place = call.get("channel") or call.get("channel_id")
        if place not in (CONVERSATION, DIRECT):
            return api_answer({"ok": False, "error": "channel_not_found"})
        if method == "files.completeUploadExternal":
            return self._share(call)
        if method.startswith("conversations."):
            return self._list(method, call)
        if method == "chat.update":
            return self._update(call)
        return self._too_fast() or self._post(call)

    def _problem(self, call: dict[str, Any]) -> str | None:
        """What Slack would refuse in a message: a file that is not there, or that it has not looked
        through, is called a mistake of the blocks."""
        files = [one["slack_file"]["id"] for one in call.get("blocks") or [] if "slack_file" in one]
        if any("is_shared" not in self.uploads.get(one, {}) for one in files):
            return "invalid_blocks"
        if files and self.looking_through:
            self.looking_through -= 1
            return "invalid_blocks"
        return slack_problem(call)

    def _post(self, call: dict[str, Any]) -> Answer:
        problem = self._problem(call)
        if problem is not None:
            return api_answer({"ok": False, "error": problem})
        thread = call.get("thread_ts")
        if thread and thread not in [one["ts"] for one in self.posted]:
            return api_answer({"ok": False, "error": "thread_not_found"})
        key = (call.get("metadata") or {}).get("event_payload", {}).get("key")
        named = {"key": key} if key else {}
        posted = {"bot_id": BOT["bot_id"], **call, **named}
        return api_answer({"ok": True, "ts": self._keep(posted)})

    def _keep(self, message: dict[str, Any]) -> str:
        message["ts"] = f"{self.second}.{len(self.posted) + 1:06d}"
        self.posted.append(message)
        return str(message["ts"])

    def _update(self, call: dict[str, Any]) -> Answer:
        problem = self._problem(call)
        if problem is not None:
            return api_answer({"ok": False, "error": problem})
        for message in self.posted:
            if message["ts"] == call["ts"]:
                message.update({"text": call["text"], "blocks": call["blocks"], "edited": True})
                return api_answer({"ok": True, "ts": call["ts"]})
        return api_answer({"ok": False, "error": "message_not_found"})

    def _list(self, method: str, call: dict[str, Any]) -> Answer:
        if method == "conversations.replies":
            found = [one for one in self.posted if call["ts"] in (one["ts"], one.get("thread_ts"))]
            if not found:
                return api_answer({"ok": False, "error": "thread_not_found"})
        else:
            oldest = float(call.get("oldest") or 0)
            # What is broadcast from a thread is in the conversation too; the newest comes first.
            found = [
                one
                for one in reversed(self.posted)
                if not one.get("thread_ts") or one.get("reply_broadcast")
                if float(one["ts"]) > oldest
            ]
        if str(call.get("include_all_metadata", "")).lower() not in ("true", "1"):
            found = [{k: v for k, v in one.items() if k != "metadata"} for one in found]
        start = int(call.get("cursor") or 0)
        # Pages are kept short, so that whoever does not turn them is found out.
        page, more = found[start : start + 2], start + 2 < len(found)
        cursor = {"next_cursor": str(start + 2) if more else ""}
        return api_answer({"ok": True, "messages": page, "response_metadata": cursor})

    def _publish(self, call: dict[str, Any]) -> Answer:
        view = call["view"]
        if view["type"] != "home" or home_problem(view):
            return api_answer({"ok": False, "error": "invalid_arguments"})
        self.homes.setdefault(call["user_id"], []).append(view)
        return api_answer({"ok": True, "view": view})

    def _share(self, call: dict[str, Any]) -> Answer:
        for file in call["files"]:
            kept = self.uploads[file["id"]]
            if "bytes" not in kept:
                return api_answer({"ok": False, "error": "file_not_found"})
            kept["is_shared"] = True
            shared = {"id": file["id"], "name": kept["name"], "title": file.get("title", "")}
            self._keep(
                {
                    "text": call.get("initial_comment", ""),
                    "channel": call["channel_id"],
                    "files": [shared],
                    "thread_ts": call.get("thread_ts"),
                    "user": BOT["user_id"],
                }
            )
        return api_answer({"ok": True, "files": call["files"]})

    def _webhook(self, message: dict[str, Any]) -> Answer:
        problem = slack_problem(message)
        if problem is not None:
            return 400, problem.encode(), {}
        self._keep(message)
        return 200, b"ok", {}

    def _too_fast(self) -> Answer | None:
        if self.seconds is None:
            return None
        since, self._last = self.seconds() - self._last, self.seconds()
        if since >= 1.0:
            return None
        return api_answer({"ok": False, "error": "ratelimited"}, 429, {"Retry-After": "30"})


def api_answer(
    answer: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
) -> Answer:
    return status, json.dumps(answer).encode(), headers or {}


def _decoded(headers: Any, body: bytes) -> dict[str, Any]:
    kind = headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        found: dict[str, Any] = json.loads(body)
        return found
    form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
    return {
        key: json.loads(value) if key in ("blocks", "metadata", "files", "view") else value
        for key, value in form.items()
    }


def _handler(standin: SlackStandin) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if len(body) < int(self.headers["Content-Length"]):
                return  # the client died while it was sending
            taken = standin.take(self.path, self.headers, body)
            if taken is None:
                self.close_connection = True
                return
            status, answer, headers = taken
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            pass

    return Handler
