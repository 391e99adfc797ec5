"""PagerDuty, through its Events API v2: an alert is an incident there."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Final

from annotated_types import Interval

from alerts.channel import Reached, Sent, Undelivered
from alerts.message.message import MORE, Message
from alerts.message.values import show
from alerts.transport.http_post import Answer, head, post, refusal
from rules.model import Evidence

MAX_SUMMARY: Final = 1024
# An event may have 512 KB; what is not evidence is far below the rest.
MAX_EVIDENCE_BYTES: Final = 400_000
SEVERITIES: Final = {"critical": "critical", "warning": "warning", "notice": "info"}
TEST_PREFIX: Final = "test/"


@dataclass(frozen=True, kw_only=True)
class PagerDuty:
    """Sends alerts, and nothing else, to the service that the routing key belongs to.

    An alert's id is its incident's key, by which PagerDuty knows it again: a repeated event changes
    nothing, so one that may have arrived is simply sent again.
    """

    channel_type: ClassVar[str] = "pagerduty"
    shows_images: ClassVar[bool] = False
    takes_digests: ClassVar[bool] = False
    keeps_incidents: ClassVar[bool] = True
    knows_repeats: ClassVar[bool] = True

    enabled: bool = True
    routing_key_env: str = "HAVENWATCH_PAGERDUTY_ROUTING_KEY"
    base_url: str = "https://events.pagerduty.com"
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The integration's routing key."""
        return (self.routing_key_env,)

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """That its events API is there; whether it takes the key, only an event shows."""
        answer = head("PagerDuty", self._url, self.timeout_s, at)
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise refusal("PagerDuty", answer)
        said = f"answers (HTTP {answer.status} to HEAD); only a test message shows whether it takes"
        return Reached(f"{said} the routing key", clock_offset=answer.clock_offset)

    @property
    def _url(self) -> str:
        return f"{self.base_url.rstrip('/')}/v2/enqueue"

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """The incident's key. A test message opens an incident of severity info, which whoever
        tested resolves; any other page that is about no alert is refused."""
        event = pagerduty_event(message, at)
        key = secrets[self.routing_key_env]
        body = json.dumps({"routing_key": key, **event}).encode()
        headers = {"Content-Type": "application/json"}
        answer = post("PagerDuty", self._url, body, headers, self.timeout_s, at)
        # 200 is a proxy's page: an event that was taken is answered by 202.
        if answer.status == 202:
            return Sent(event["dedup_key"])
        if answer.is_taken:
            problem = (
                f"PagerDuty answered HTTP {answer.status} instead of 202: a proxy may be in between"
            )
            raise Undelivered(problem, permanent=False, unsure=True)
        raise refusal("PagerDuty", answer, _said(answer, key))


def pagerduty_event(message: Message, at: datetime) -> dict[str, Any]:
    """The event that shows how a page's alert stands now, without its routing key: an incident
    follows the alert, and an older page that comes late must not open what is over. Raises
    Undelivered for a digest."""
    if message.about is None:
        if not message.key.startswith(TEST_PREFIX):
            problem = "PagerDuty takes alerts only: route digests to another channel"
            raise Undelivered(problem, permanent=True)
        return _event(
            "trigger", message.key, _payload(message, "info", at, {"test": message.subject})
        )
    action = _action(message)
    message = replace(message.current, marks=message.marks)
    about = message.about
    assert about is not None
    if action != "trigger":
        return {"event_action": action, "dedup_key": about.alert_id}
    details = {
        "alert": about.alert_id,
        "what": message.kicker,
        "period_end": about.period_end.isoformat(),
        "known_at": _instant(about.known_at),
        "evidence": list(_evidence_lines(about.evidence)),
    }
    payload = _payload(message, SEVERITIES[about.severity], at, details)
    links = {"links": [{"href": message.link, "text": MORE}]} if message.link else {}
    return _event("trigger", about.alert_id, payload) | links


def _action(message: Message) -> str:
    now = message.current.about
    assert now is not None
    if now.state != "open":
        return "resolve"
    answered = now.reason == "acknowledged" or (message.newest is not None and now.acknowledged_by)
    return "acknowledge" if answered else "trigger"


def _event(action: str, key: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {"event_action": action, "dedup_key": key, "payload": payload}


def _payload(
    message: Message, severity: str, at: datetime, details: dict[str, Any]
) -> dict[str, Any]:
    return {
        "summary": _cut(message.marked(message.title), MAX_SUMMARY),
        "source": "havenwatch",
        "severity": severity,
        "timestamp": _instant(at),
        "custom_details": details,
    }


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _evidence_lines(evidence: Sequence[Evidence]) -> Iterator[str]:
    """`label: value unit` of each number, as many as an event has room for."""
    room = MAX_EVIDENCE_BYTES
    for number, one in enumerate(evidence):
        line = f"{one.label}: {show(one.value, one.unit)}"
        room -= len(json.dumps(line)) + 2
        if room < 0:
            yield f"and {len(evidence) - number} more"
            return
        yield line


def _said(answer: Answer, routing_key: str) -> str:
    """PagerDuty's own words for what is wrong with an event."""
    try:
        found = json.loads(answer.text)
        words = "; ".join([str(found["message"]), *map(str, found.get("errors") or ())])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return ""
    return _cut(words.replace(routing_key, "***"), 200)


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
