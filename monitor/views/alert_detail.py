"""Everything stored of one alert: what it says, each number's vintage, its steps, who was told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from alerts.developing import own_word
from alerts.message.settled import last_answers
from alerts.model import Alert, Transition
from alerts.states import Reason
from monitor.views.came_since import CameSince
from monitor.views.evidence import Row, rows
from monitor.views.glance import Glance
from rules.model import AlertText
from rules.settlement.model import Settlement
from state.alert_store import AlertStore
from state.delivery import Delivery
from state.instants import to_text
from state.outbox import Outbox
from state.provenance import Provenance
from state.suppressions import Suppressions


@dataclass(frozen=True)
class AlertDetail:
    """An alert as it is now. `answers`: what the transactions of its month answered; `evidence`:
    each number that it was told with, and where it came from; `releases`: what it named as coming;
    `untold`: why nobody was told of a step."""

    alert: Alert
    title: str
    answers: Sequence[Settlement]
    said: AlertText
    evidence: Sequence[Row]
    steps: Sequence[Transition]
    releases: str
    untold: Mapping[str, str]
    deliveries: Sequence[Delivery]


def read_alert(reading: Glance, alert_id: str, at: datetime) -> AlertDetail:
    """What is stored of an alert that is there, as it reads at an instant."""
    database = reading.database
    alert_store = AlertStore(database)
    alert, signal = alert_store.alert(alert_id), alert_store.last_firing_signal(alert_id)
    assert alert is not None
    said = AlertText("") if signal is None else signal.explained
    came = CameSince(reading, at)
    said = replace(said, caveat=came.caveat(said.caveat))
    found = alert_store.transitions_of(alert_id)
    steps = [step for step, _ in found]
    return AlertDetail(
        alert=alert,
        title=reading.titles.get(alert.rule_id, alert.rule_id),
        answers=[one.settlement for one in last_answers(steps) if one.settlement is not None],
        said=said,
        evidence=() if signal is None else rows(reading, signal),
        steps=steps,
        releases=came.releases(found[-1][1]) if found else "",
        untold=Suppressions(database).of_alert(alert_id),
        deliveries=Outbox(database).of_alert(alert_id),
    )


def describe_transition(step: Transition) -> str:
    """One step of an alert in a few words, as the view `alert_history` has them."""
    before = "" if step.before is None else step.before.severity.label
    after = step.after
    if own_word(step):
        return f"{own_word(step)}: {after.severity.label}"
    said = {
        Reason.OPENED: f"opened as {after.severity.label}",
        Reason.WORSENED: f"worsened from {before} to {after.severity.label}",
        Reason.CONFIRMED: f"confirmed as {after.severity.label}",
        Reason.ACKNOWLEDGED: f"acknowledged by {after.acknowledged_by}",
        Reason.REMINDER: f"reminder: still {after.severity.label}",
        Reason.FLAPPED: f"flapping summary: {after.state.value}",
        Reason.REVISED: f"revised from {before} to {after.severity.label}",
        Reason.PAST: "past, never acknowledged",
        Reason.SETTLED: "settled",
        Reason.WITHDRAWN: "withdrawn after data revision",
        Reason.RESOLVED: "resolved",
    }[step.reason]
    said += ", provisional" if after.provisional else ""
    return f"{said}, late" if step.late else said


def alert_json(one: AlertDetail, listed: Mapping[str, Any]) -> dict[str, Any]:
    """What `alerts --json` says of it, with vintages, steps and deliveries in full."""
    evidence = [
        {**line, "origins": [_origin_json(origin) for origin in row.origins]}
        for line, row in zip(listed["evidence"], one.evidence, strict=True)
    ]
    return {
        **listed,
        "title": one.title,
        "evidence": evidence,
        "transitions": [_step_json(step, one.untold) for step in one.steps],
        "deliveries": [_delivery_json(delivery) for delivery in one.deliveries],
    }


def _origin_json(origin: Provenance) -> dict[str, Any]:
    return {
        "dataset": origin.dataset,
        "vintage_id": origin.vintage_id,
        "known_at": to_text(origin.known_at),
        "known_basis": "assumed" if origin.assumed else "observed",
    }


def _step_json(step: Transition, untold: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": step.transition_id,
        "at": to_text(step.at),
        "what": describe_transition(step),
        "reason": step.reason.value,
        "severity": step.after.severity.label,
        "state": step.after.state.value,
        "provisional": step.after.provisional,
        "late": step.late,
        "period_end": step.signal.period_end.isoformat(),
        "headline": step.signal.explained.headline,
        "acknowledged_by": step.after.acknowledged_by,
        "note": step.note,
        "not_told_because": untold.get(step.transition_id),
    }


def _delivery_json(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.delivery_id,
        "transition": one.transition_id,
        "channel": one.channel,
        "status": one.status.value,
        "attempts": one.attempts,
        "due_at": to_text(one.due_at),
        "settled_at": None if one.settled_at is None else to_text(one.settled_at),
        "is_escalation": one.is_escalation,
        "problem": one.problem,
    }
