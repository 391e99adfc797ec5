"""PagerDuty, against a stand-in of its Events API with its limits."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from alerts.channel import Sent, Undelivered
from alerts.channels.pagerduty import PagerDuty, pagerduty_event
from alerts.message.message import Message
from alerts.states import AlertState, Reason
from rules.model import Evidence
from tests.alerts.http_gate import HttpGate, refused
from tests.alerts.message.test_pages import page
from tests.alerts.pagerduty_standin import ROUTING_KEY, PagerDutyStandin
from tests.support import utc

AT = utc("2025-04-10 22:31")
ALERT = "joint_selloff/us/2025-04-10"
SECRETS = {"HAVENWATCH_PAGERDUTY_ROUTING_KEY": ROUTING_KEY}


@pytest.fixture
def receiver() -> PagerDutyStandin:
    return PagerDutyStandin()


@pytest.fixture
def gate(receiver: PagerDutyStandin) -> Iterator[HttpGate]:
    with HttpGate(receiver.take) as running:
        yield running


def send(gate: HttpGate, what: Message, key: str = ROUTING_KEY) -> Sent:
    secrets = {"HAVENWATCH_PAGERDUTY_ROUTING_KEY": key}
    return PagerDuty(base_url=f"{gate.root}/").send(what, secrets, AT, again=False)


def told(reason: Reason, state: AlertState = AlertState.OPEN, severity: str = "warning") -> Message:
    """The page of an alert that changed for a reason."""
    about = page().about
    assert about is not None
    changed = replace(about, reason=reason.value, state=state.value, severity=severity)
    return replace(page(), about=changed)


def test_an_alert_opens_one_incident_however_often_it_is_sent(
    gate: HttpGate, receiver: PagerDutyStandin
) -> None:
    assert send(gate, page()) == send(gate, page()) == Sent(ALERT)
    assert receiver.opened == 1
    payload = receiver.incidents[ALERT].payload
    assert payload["summary"] == "Something fell."
    assert payload["source"] == "havenwatch"
    assert payload["severity"] == "warning"
    assert payload["timestamp"] == "2025-04-10T22:31:00Z"
    assert payload["custom_details"]["known_at"] == "2025-04-10T22:30:00Z"
    assert payload["custom_details"]["evidence"] == [
        "S&P 500: −3.46%",
        "Bills: not published",
    ]


@pytest.mark.parametrize(
    ("reason", "state", "action"),
    [
        (Reason.OPENED, AlertState.OPEN, "trigger"),
        (Reason.WORSENED, AlertState.OPEN, "trigger"),
        (Reason.CONFIRMED, AlertState.OPEN, "trigger"),
        (Reason.REVISED, AlertState.OPEN, "trigger"),
        (Reason.REMINDER, AlertState.OPEN, "trigger"),
        (Reason.FLAPPED, AlertState.OPEN, "trigger"),
        (Reason.ACKNOWLEDGED, AlertState.OPEN, "acknowledge"),
        (Reason.RESOLVED, AlertState.RESOLVED, "resolve"),
        (Reason.WITHDRAWN, AlertState.WITHDRAWN, "resolve"),
        (Reason.PAST, AlertState.PAST, "resolve"),
    ],
)
def test_what_became_of_an_alert_becomes_of_its_incident(
    reason: Reason, state: AlertState, action: str
) -> None:
    event = pagerduty_event(told(reason, state), AT)
    assert event["event_action"] == action
    assert event["dedup_key"] == ALERT


def test_every_reason_there_is_has_an_action() -> None:
    for reason in Reason:
        assert pagerduty_event(told(reason), AT)["event_action"]


@pytest.mark.parametrize(
    ("severity", "shown"), [("critical", "critical"), ("warning", "warning"), ("notice", "info")]
)
def test_a_severity_is_pagerdutys_own(severity: str, shown: str) -> None:
    event = pagerduty_event(told(Reason.OPENED, severity=severity), AT)
    assert event["payload"]["severity"] == shown


def test_an_incident_is_acknowledged_and_resolved(
    gate: HttpGate, receiver: PagerDutyStandin
) -> None:
    send(gate, page())
    send(gate, told(Reason.ACKNOWLEDGED))
    assert receiver.incidents[ALERT].state == "acknowledged"
    send(gate, told(Reason.RESOLVED, AlertState.RESOLVED))
    assert receiver.incidents[ALERT].state == "resolved"
    assert receiver.opened == 1


def test_an_event_of_any_length_is_taken(gate: HttpGate, receiver: PagerDutyStandin) -> None:
    about = page().about
    assert about is not None
    one = Evidence("−" * 5000, -3.4, "pct", date(2025, 4, 10), "Cboe")
    long = replace(page("−" * 3000), about=replace(about, evidence=(one,) * 500))
    send(gate, long)
    payload = receiver.incidents[ALERT].payload
    assert len(payload["summary"]) == 1024
    lines = payload["custom_details"]["evidence"]
    assert lines[-1] == f"and {501 - len(lines)} more"
    assert len(json.dumps(payload)) > 350_000


def test_a_test_message_opens_an_incident_of_its_own(
    gate: HttpGate, receiver: PagerDutyStandin
) -> None:
    send(gate, replace(page(), key="test/2025-04-10T22:31:00+00:00", about=None))
    ((key, incident),) = receiver.incidents.items()
    assert key.startswith("test/")
    assert incident.payload["severity"] == "info"


def test_a_digest_is_refused_and_nothing_is_sent(gate: HttpGate) -> None:
    with pytest.raises(Undelivered) as caught:
        send(gate, replace(page(), key="digest/2025-04-10", about=None))
    assert caught.value.permanent
    assert "route digests to another channel" in caught.value.problem
    assert gate.asked == []


def test_a_wrong_routing_key_is_told_in_pagerdutys_words_and_not_repeated(gate: HttpGate) -> None:
    with pytest.raises(Undelivered) as caught:
        send(gate, page(), "too-short")
    assert caught.value.permanent
    assert "(should be 32 characters)" in caught.value.problem
    assert "too-short" not in caught.value.problem


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"message": 1}', b'{"errors": 3}'])
def test_words_that_are_not_pagerdutys_are_left_out(gate: HttpGate, body: bytes) -> None:
    gate.faults.append(refused(400, body))
    with pytest.raises(Undelivered) as caught:
        send(gate, page())
    assert caught.value.permanent
    assert "<html>" not in caught.value.problem
