"""A stand-in of PagerDuty's Events API v2, with its limits and its deduplication."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.alerts.http_gate import Answer

ROUTING_KEY = "0123456789abcdef0123456789abcdef"
MOST_BYTES = 512 * 1024


@dataclass
class Incident:
    """`state` is triggered, acknowledged or resolved; `payload` that of its newest trigger."""

    state: str
    payload: dict[str, Any]


@dataclass
class PagerDutyStandin:
    """`incidents` by key, in the order in which they opened. A resolved one that is triggered again
    is a new incident; `opened` counts those."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    opened: int = 0

    def take(self, path: str, headers: Any, body: bytes) -> Answer:
        """The answer to a request."""
        if path != "/v2/enqueue":
            return 404, b"", {}
        if len(body) > MOST_BYTES:
            return 413, b"", {}
        event = json.loads(body)
        errors = event_errors(event)
        if errors:
            found = {"status": "invalid event", "message": "Event object is invalid"}
            return 400, json.dumps({**found, "errors": errors}).encode(), {}
        self._process(event)
        taken = {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}
        return 202, json.dumps(taken).encode(), {}

    def _process(self, event: dict[str, Any]) -> None:
        known = self.incidents.get(event["dedup_key"])
        action = event["event_action"]
        if action == "trigger":
            if known is None or known.state == "resolved":
                self.opened += 1
                self.incidents[event["dedup_key"]] = Incident("triggered", event["payload"])
            else:
                known.payload = event["payload"]
        elif known is not None and known.state != "resolved":
            known.state = "acknowledged" if action == "acknowledge" else "resolved"


def event_errors(event: dict[str, Any]) -> list[str]:
    """What PagerDuty would refuse in an event."""
    errors = []
    if event.get("routing_key") != ROUTING_KEY:
        given = event.get("routing_key")
        errors.append(f"Length of 'routing_key' {given!r} is incorrect (should be 32 characters)")
    if not 1 <= len(event.get("dedup_key", "")) <= 255:
        errors.append("'dedup_key' is too long")
    action = event.get("event_action")
    if action not in ("trigger", "acknowledge", "resolve"):
        errors.append("'event_action' is invalid")
    if action != "trigger":
        return errors
    payload = event.get("payload") or {}
    if not 1 <= len(payload.get("summary", "")) <= 1024:
        errors.append("'payload.summary' is missing or too long")
    if not payload.get("source"):
        errors.append("'payload.source' is missing or blank")
    if payload.get("severity") not in ("critical", "error", "warning", "info"):
        errors.append("'payload.severity' is invalid")
    try:
        datetime.fromisoformat(payload["timestamp"])
    except (KeyError, ValueError):
        errors.append("'payload.timestamp' is invalid")
    return errors
