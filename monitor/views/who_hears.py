"""Who would hear of an alert, channel by channel, and why one would not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from alerts.lifecycle import step
from alerts.message.values import local_time
from alerts.model import Alert, Transition
from alerts.routing import route_of
from alerts.states import Reason
from monitor.errors import HavenwatchError
from monitor.evaluate.notification_policy import NotificationPlan, NotificationPolicy
from monitor.views.read_model import ReadModel
from monitor.views.subjects import Subjects
from rules.evaluation import Rule
from rules.model import AlertText, Signal
from rules.terms import Answer, Severity
from state.alert_store import AlertStore
from state.suppressions import SuppressionReason


@dataclass(frozen=True)
class Hearing:
    """A channel, whether it would hear, and why."""

    channel: str
    hears: bool
    why: str


@dataclass(frozen=True)
class WhoHears:
    """An alert as if it opened now, the tags of its rule, the setting that routes it, and every
    channel; `subjects` those of which a rule's alerts would go the same way."""

    alert: Alert
    tags: tuple[str, ...]
    route: str
    hearings: tuple[Hearing, ...]
    subjects: tuple[str, ...] = ()


def who_hears(reading: ReadModel, alert_id: str, at: datetime) -> WhoHears:
    """Who would hear of a stored alert if it opened at an instant, by the configuration and the
    silences of then. Raises HavenwatchError for an alert that never fired."""
    store = AlertStore(reading.database)
    alert, last = store.alert(alert_id), store.last_firing_signal(alert_id)
    if alert is None or last is None:
        raise HavenwatchError(
            "route test",
            expected="an alert that was sent with numbers",
            got=alert_id,
            remedy="list them with: havenwatch alerts",
        )
    return _who_hears(reading, Transition(None, alert, Reason.OPENED, last, at, late=False), at)


def would_hear(
    reading: ReadModel, rule: Rule, severity: Severity, at: datetime
) -> Sequence[WhoHears]:
    """Who would hear of a rule that fired now for the first time, at a severity: the subjects
    together of which the same channels would."""
    found: dict[tuple[str, tuple[Hearing, ...]], WhoHears] = {}
    for subject in Subjects(reading, reading.database).of(rule.rule_id):
        one = _would_hear(reading, rule, subject, severity, at)
        before = found.get((one.route, one.hearings), one)
        found[one.route, one.hearings] = replace(before, subjects=(*before.subjects, subject))
    return [*found.values()]


def _would_hear(
    reading: ReadModel, rule: Rule, subject: str, severity: Severity, at: datetime
) -> WhoHears:
    signal = Signal(
        rule_id=rule.rule_id,
        subject=subject,
        period_end=at.date(),
        known_at=at,
        answer=Answer.FIRING,
        severity=severity,
        provisional=False,
        keeps_open=True,
        ratios=(),
        explained=AlertText(rule.title),
    )
    opened = step(None, signal, rule.kind, rule.prompt_within)
    assert opened is not None
    return _who_hears(reading, opened, at)


def _who_hears(reading: ReadModel, opened: Transition, at: datetime) -> WhoHears:
    alert, terms = opened.after, reading.config.terms
    policy = NotificationPolicy(reading.database, reading.rules, terms)
    plan = policy.plan(opened)
    route, named = route_of(alert, terms)
    hearings = (
        _hearing(reading, one, plan, route, is_named=one in named, at=at)
        for one in reading.config.channels
    )
    tags = tuple(terms.tags.get(alert.rule_id, ()))
    return WhoHears(alert, tags, route, tuple(hearings))


def _hearing(
    reading: ReadModel,
    channel: str,
    plan: NotificationPlan,
    route: str,
    *,
    is_named: bool,
    at: datetime,
) -> Hearing:
    if channel not in plan.channels:
        return Hearing(channel, hears=False, why=f"not in {route}")
    if plan.withheld is not None:
        return Hearing(channel, hears=False, why=_withheld(*plan.withheld))
    why = f"by {route}" if is_named else "was notified of this alert before"
    if plan.due_at > at:
        why += f"; from {local_time(plan.due_at, reading.config.desk.zone)}, after quiet hours"
    return Hearing(channel, hears=True, why=why)


def _withheld(reason: SuppressionReason, behind: str) -> str:
    return {
        SuppressionReason.SILENCED: f"silenced by silence {behind}",
        SuppressionReason.INHIBITED: f"inhibited by {behind}",
        SuppressionReason.FLAPPING: "flapping: a summary follows",
    }[reason]
