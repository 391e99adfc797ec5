"""The signed webhook, against a receiver that checks what it is sent."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from alerts.channel import Sent, Undelivered
from alerts.channels.webhook import Webhook, signature, webhook_body
from alerts.message.message import Message, Thread
from alerts.message.plain import plain_text
from tests.alerts.http_gate import Answer, HttpGate
from tests.alerts.message.test_pages import HOSTILE, page
from tests.alerts.webhook_standin import SECRET, WebhookStandin
from tests.support import utc

AT = utc("2025-04-10 22:30")
DOCS = (Path(__file__).resolve().parents[2] / "docs" / "channels.md").read_text(encoding="utf-8")


@pytest.fixture
def receiver() -> WebhookStandin:
    return WebhookStandin(lambda: AT)


@pytest.fixture
def gate(receiver: WebhookStandin) -> Iterator[HttpGate]:
    with HttpGate(receiver.take) as running:
        yield running


def send(gate: HttpGate, what: Message | None = None, secret: str = SECRET, url: str = "") -> Sent:
    secrets = {
        "HAVENWATCH_WEBHOOK_URL": url or f"{gate.root}/alerts/secret-part",
        "HAVENWATCH_WEBHOOK_SECRET": secret,
    }
    return Webhook().send(what or page(), secrets, AT, again=False)


def documented(heading: str) -> set[str]:
    """The fields in the table below a heading of the documentation."""
    section = DOCS.partition(f"### {heading}\n")[2].partition("\n#")[0]
    return set(re.findall(r"^\| `([a-z_]+)` \|", section, re.MULTILINE))


def test_the_signature_is_that_of_the_specification() -> None:
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    said = signature(
        secret, b"msg_p5jXN8AQM9LWM0D4loKWxJek", b"1614265330", b'{"test": 2432232314}'
    )
    assert said == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_receiver_that_checks_the_signature_takes_a_message_once(
    gate: HttpGate, receiver: WebhookStandin
) -> None:
    assert send(gate) == send(gate) == Sent("HTTP 200")
    (message,) = receiver.messages
    assert message["key"] == "joint_selloff/us/2025-04-10#1"


def test_an_alert_is_told_as_values_with_its_evidence(
    gate: HttpGate, receiver: WebhookStandin
) -> None:
    send(gate)
    (message,) = receiver.messages
    assert message["version"] == 1
    assert message["subject"] == "[WARNING · Joint selloff · opened] Something fell."
    assert message["title"] == "Something fell."
    assert message["tone"] == "warning"
    assert message["text"] == plain_text(page())
    assert message["thread"] is None
    alert = message["alert"]
    assert alert["alert_id"] == "joint_selloff/us/2025-04-10"
    assert alert["reason"] == "opened"
    assert alert["period_end"] == "2025-04-10"
    assert alert["known_at"] == "2025-04-10T22:30:00Z"
    assert alert["acknowledged_by"] is None
    assert alert["evidence"] == [
        {
            "label": "S&P 500",
            "value": -3.4608,
            "unit": "pct",
            "period_end": "2025-04-10",
            "source": "Cboe",
            "threshold": -1.0,
        },
        {
            "label": "Bills",
            "value": None,
            "unit": "usd_bn",
            "period_end": "2025-04-10",
            "source": "TIC",
            "threshold": None,
        },
    ]


def test_every_field_is_in_the_documentation_and_nothing_else() -> None:
    said: dict[str, Any] = json.loads(webhook_body(page()))
    assert documented("The message") == set(said)
    assert documented("The alert") == set(said["alert"])
    assert documented("One number of the evidence") == set(said["alert"]["evidence"][0])


def test_a_cloud_event_is_an_envelope_with_the_same_message_in_it() -> None:
    asked: list[tuple[str, dict[str, Any]]] = []

    def take(_: str, headers: Any, body: bytes) -> Answer:
        asked.append((headers["Content-Type"], json.loads(body)))
        return 200, b"", {}

    with HttpGate(take) as events:
        secrets = {"HAVENWATCH_WEBHOOK_URL": events.root, "HAVENWATCH_WEBHOOK_SECRET": SECRET}
        for message in (page(), replace(page(), key="digest/2025-04-10", about=None)):
            Webhook(format="cloudevents").send(message, secrets, AT, again=False)
    (kind, alert), (_, digest) = asked
    assert kind == "application/cloudevents+json; charset=utf-8"
    data = alert.pop("data")
    assert data == json.loads(webhook_body(page()))
    assert alert == {
        "specversion": "1.0",
        "id": "joint_selloff/us/2025-04-10#1",
        "source": "/havenwatch",
        "type": "havenwatch.alert.opened",
        "datacontenttype": "application/json",
        "subject": "joint_selloff/us/2025-04-10",
        "time": "2025-04-10T22:30:00Z",
    }
    assert (digest["type"], "time" in digest) == ("havenwatch.message", False)


def test_a_digest_is_about_no_alert_and_a_later_message_names_the_first(
    gate: HttpGate, receiver: WebhookStandin
) -> None:
    send(gate, replace(page(), key="digest/2025-04-10", about=None))
    send(gate, replace(page(), key="x#2", thread=Thread("HTTP 200", "x#1")))
    digest, later = receiver.messages
    assert digest["alert"] is None
    assert later["thread"] == "x#1"


def test_text_from_outside_arrives_as_it_is(gate: HttpGate, receiver: WebhookStandin) -> None:
    send(gate, page(HOSTILE))
    assert receiver.messages[0]["title"] == HOSTILE


def test_a_secret_that_is_no_base64_is_the_key_itself(gate: HttpGate) -> None:
    with pytest.raises(Undelivered) as caught:
        send(gate, secret="correct horse")
    assert caught.value.permanent  # the stand-in has another secret
    assert "HTTP 401" in caught.value.problem


def test_a_secret_that_pretends_to_be_base64_is_told_by_its_variable(gate: HttpGate) -> None:
    with pytest.raises(Undelivered) as caught:
        send(gate, secret="whsec_correct horse")
    assert caught.value.permanent
    assert "HAVENWATCH_WEBHOOK_SECRET" in caught.value.problem
    assert "horse" not in caught.value.problem
    assert gate.asked == []


@pytest.mark.parametrize(
    "url", ["nowhere", "ftp://example.org/secret-part", "http://", "https://[x"]
)
def test_an_address_that_is_none_is_permanent_and_not_told(gate: HttpGate, url: str) -> None:
    with pytest.raises(Undelivered) as caught:
        send(gate, url=url)
    assert caught.value.permanent
    assert "secret-part" not in caught.value.problem


def test_a_key_that_would_add_a_header_is_not_sent(gate: HttpGate) -> None:
    with pytest.raises(Undelivered) as caught:
        send(gate, replace(page(), key="x\r\nX-Evil: 1"))
    assert caught.value.permanent
    assert gate.asked == []


def test_a_name_that_nobody_knows_is_surely_not_sent() -> None:
    secrets = {
        "HAVENWATCH_WEBHOOK_URL": "http://nobody.invalid/secret-part",
        "HAVENWATCH_WEBHOOK_SECRET": SECRET,
    }
    with pytest.raises(Undelivered) as caught:
        Webhook(timeout_s=1).send(page(), secrets, AT, again=False)
    assert not caught.value.permanent
    assert not caught.value.unsure
    assert "secret-part" not in caught.value.problem
