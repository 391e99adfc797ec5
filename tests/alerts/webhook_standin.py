"""A receiver of signed webhooks as a desk would write it: it checks the signature and the age of a
message, and takes each once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.alerts.http_gate import Answer

SECRET = "whsec_" + base64.b64encode(b"a secret of the desk's own").decode()
TOLERANCE_S = 300


@dataclass
class WebhookStandin:
    """`messages` are those taken, in order. `now` is its clock."""

    now: Callable[[], datetime]
    secret: str = SECRET
    messages: list[dict[str, Any]] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)

    def take(self, path: str, headers: Any, body: bytes) -> Answer:
        """The answer to a request; a message that is known is acknowledged and not taken again."""
        problem = self._problem(headers, body)
        if problem:
            return 401, problem.encode(), {}
        key = headers["webhook-id"]
        if headers["Idempotency-Key"] != key or json.loads(body)["key"] != key:
            return 422, b"three keys that differ", {}
        if key not in self.ids:
            self.ids.add(key)
            self.messages.append(json.loads(body))
        return 200, b'{"ok": true}', {}

    def _problem(self, headers: Any, body: bytes) -> str:
        sent_at = headers["webhook-timestamp"]
        if abs(int(sent_at) - self.now().timestamp()) > TOLERANCE_S:
            return "too old"
        signed = f"{headers['webhook-id']}.{sent_at}.".encode() + body
        key = base64.b64decode(self.secret.removeprefix("whsec_"))
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        for one in headers["webhook-signature"].split(" "):
            version, _, given = one.partition(",")
            if version == "v1" and hmac.compare_digest(given, expected):
                return ""
        return "wrong signature"
