"""A desk's own receiver: signed JSON to a URL."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Final, Literal

from annotated_types import Interval

from alerts.channel import Reached, Sent, Undelivered
from alerts.message.forms import Form, in_form
from alerts.message.message import About, Message
from alerts.message.plain import plain_text
from alerts.transport.http_post import head, post, refusal

VERSION: Final = 1
CLOUD_EVENT: Final = "application/cloudevents+json; charset=utf-8"
SECRET_PREFIX: Final = "whsec_"
# Answers to a HEAD after which a POST may be refused too.
DOUBTFUL: Final = frozenset({401, 403, 404, 410})


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """POSTs each page as JSON, signed after the Standard Webhooks specification, by choice as the
    data of a CloudEvent (1.0, structured). Its shape is in docs/channels.md. The URL is a secret,
    and so is what it is signed with."""

    channel_type: ClassVar[str] = "webhook"
    shows_images: ClassVar[bool] = False
    knows_repeats: ClassVar[bool] = True

    enabled: bool = True
    url_env: str = "HAVENWATCH_WEBHOOK_URL"
    secret_env: str = "HAVENWATCH_WEBHOOK_SECRET"
    format: Literal["json", "cloudevents"] = "json"
    message: Form = "full"
    template: str = ""
    timeout_s: Annotated[int, Interval(ge=1, le=120)] = 15

    @property
    def secret_names(self) -> tuple[str, ...]:
        """The URL, and the secret it is signed with."""
        return (self.url_env, self.secret_env)

    def reach(self, secrets: Mapping[str, str], at: datetime) -> Reached:
        """That its host answers a HEAD, which many receivers of a POST refuse."""
        self._signing_key(secrets[self.secret_env])
        answer = head("webhook", secrets[self.url_env], self.timeout_s, at)
        if answer.status >= 500 or 300 <= answer.status < 400:
            raise refusal("webhook", answer)
        asked = f"HTTP {answer.status} to HEAD"
        lacks = f"answered {asked}: check {self.url_env}, or send a test message"
        return Reached(
            f"answers ({asked}); only a test message shows whether it takes the signature",
            (lacks,) if answer.status in DOUBTFUL else (),
            answer.clock_offset,
        )

    def send(
        self, message: Message, secrets: Mapping[str, str], at: datetime, *, again: bool
    ) -> Sent:
        """The HTTP status. A repeat has the same id and Idempotency-Key, by which the receiver
        knows it; nothing else tells whether it has the message."""
        key, shown = message.key.encode(), in_form(message, self.message)
        is_event = self.format == "cloudevents"
        body = cloud_event(shown) if is_event else webhook_body(shown)
        sent_at = str(int(at.timestamp())).encode()
        secret = self._signing_key(secrets[self.secret_env])
        headers: dict[str, str | bytes] = {
            "Content-Type": CLOUD_EVENT if is_event else "application/json",
            "Idempotency-Key": key,
            "webhook-id": key,
            "webhook-timestamp": sent_at,
            "webhook-signature": signature(secret, key, sent_at, body),
        }
        answer = post("webhook", secrets[self.url_env], body, headers, self.timeout_s, at)
        if not answer.is_taken:
            raise refusal("webhook", answer)
        return Sent(f"HTTP {answer.status}")

    def _signing_key(self, secret: str) -> bytes:
        if not secret.startswith(SECRET_PREFIX):
            return secret.encode()
        try:
            return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error:
            problem = f"what follows {SECRET_PREFIX} in {self.secret_env} is not base64"
            raise Undelivered(problem, permanent=True) from None


def signature(secret: bytes, key: bytes, sent_at: bytes, body: bytes) -> str:
    """`v1,` and the base64 of the HMAC-SHA256 of id, timestamp and body, joined by dots."""
    signed = hmac.new(secret, b".".join((key, sent_at, body)), hashlib.sha256)
    return f"v1,{base64.b64encode(signed.digest()).decode()}"


def webhook_body(message: Message) -> bytes:
    """The page as JSON."""
    return json.dumps(_said(message), ensure_ascii=False).encode()


def cloud_event(message: Message) -> bytes:
    """The page as the data of a CloudEvent, whose id is the same in every attempt."""
    about = message.about
    event = {
        "specversion": "1.0",
        "id": message.key,
        "source": "/havenwatch",
        "type": "havenwatch.message" if about is None else f"havenwatch.alert.{about.reason}",
        "datacontenttype": "application/json",
        "data": _said(message),
    }
    if about is not None:
        event |= {"subject": about.alert_id, "time": _instant(about.known_at)}
    return json.dumps(event, ensure_ascii=False).encode()


def _said(message: Message) -> dict[str, Any]:
    return {
        "version": VERSION,
        "key": message.key,
        "thread": None if message.thread is None else message.thread.key,
        "subject": message.subject,
        "title": message.title,
        "kicker": message.kicker,
        "tone": message.tone,
        "link": message.link or None,
        "text": plain_text(message),
        "alert": _alert(message.about, message.current.about) if message.about else None,
    }


def _alert(about: About, current: About | None) -> dict[str, Any]:
    now = current or about
    return {
        "alert_id": about.alert_id,
        "rule_id": about.rule_id,
        "rule_title": about.rule_title,
        "tags": [*about.tags],
        "subject": about.subject,
        "period_end": about.period_end.isoformat(),
        "severity": about.severity,
        "state": about.state,
        "reason": about.reason,
        "provisional": about.provisional,
        "late": about.late,
        "known_at": _instant(about.known_at),
        "acknowledged_by": about.acknowledged_by or None,
        "current_state": now.state,
        "current_severity": now.severity,
        "current_acknowledged_by": now.acknowledged_by or None,
        "evidence": [
            asdict(line) | {"period_end": line.period_end.isoformat()} for line in about.evidence
        ],
    }


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
