"""Developing alerts: what a session looks like before it is over, by quotes. One message a session
and subject, its changes in its thread, and settled by the official closes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from types import MappingProxyType
from typing import Final

from alerts.lifecycle import opened
from alerts.model import Alert, Transition
from alerts.states import AlertState, Reason
from alerts.titles import DEVELOPING_TITLES
from rules.model import Signal
from rules.terms import Answer, Kind, Severity

# The rules judged by quotes, each with the id of its developing alerts.
DEVELOPING: Final = MappingProxyType(
    {
        "joint_selloff": "developing_joint_selloff",
        "haven_failure": "developing_haven_failure",
    }
)
# What a reader is told instead of a reason's own word.
WORDS: Final = MappingProxyType(
    {
        Reason.OPENED: "during the session",
        Reason.WORSENED: "worse",
        Reason.RESOLVED: "quiet again",
        Reason.REVISED: "back",
        Reason.REMINDER: "at the close, by quotes",
        Reason.CONFIRMED: "held at the close",
        Reason.WITHDRAWN: "did not hold",
    }
)
# The official close bears a developing alert out from this size on, which is what was told.
HELD_FROM: Final = Severity.WARNING


def is_developing(rule_id: str) -> bool:
    """Whether an alert is about a session that was not over."""
    return rule_id in DEVELOPING_TITLES


def own_word(transition: Transition) -> str:
    """What a developing alert's change is called; empty for other alerts and for a person's
    answer."""
    return WORDS.get(transition.reason, "") if is_developing(transition.after.rule_id) else ""


def is_only_a_change(transition: Transition) -> bool:
    """Whether a developing alert's change is for nobody but those who were told of it: it is back,
    quiet by the quotes of the close, or settled."""
    if not is_developing(transition.after.rule_id):
        return False
    fires = transition.signal.answer is Answer.FIRING
    is_close = transition.reason is Reason.REMINDER and fires
    return transition.reason not in (Reason.OPENED, Reason.WORSENED) and not is_close


def is_settled(alert: Alert) -> bool:
    """Whether the official closes have settled a developing alert."""
    return alert.state is AlertState.WITHDRAWN or not alert.provisional


def develop(alert: Alert | None, signal: Signal, note: str) -> Transition | None:
    """What a signal of quotes makes of the session's alert, or None where nothing changes: told,
    worse, quiet again, back. UNKNOWN changes nothing, and neither does anything once it is
    settled."""
    if signal.answer is Answer.UNKNOWN or (alert is not None and is_settled(alert)):
        return None
    firing = signal.answer is Answer.FIRING
    if alert is None:
        return opened(signal, Kind.EVENT, note) if firing else None
    if alert.state is AlertState.RESOLVED:
        return _changed(alert, signal, Reason.REVISED, AlertState.OPEN, note) if firing else None
    if not firing:
        return _changed(alert, signal, Reason.RESOLVED, AlertState.RESOLVED, note)
    assert signal.severity is not None
    if signal.severity > alert.severity:
        return _changed(alert, signal, Reason.WORSENED, alert.state, note)
    return None


def at_close(alert: Alert | None, signal: Signal, note: str) -> Transition | None:
    """The last word of the quotes, once a session: what the close will say, before it does. One
    that nobody was told of yet is told now; None where it is settled or there is nothing to say."""
    if signal.answer is Answer.UNKNOWN or (alert is not None and is_settled(alert)):
        return None
    if alert is None:
        return opened(signal, Kind.EVENT, note) if signal.answer is Answer.FIRING else None
    return _changed(alert, signal, Reason.REMINDER, alert.state, note)


def settled(
    alert: Alert, last: Signal, official: Severity | None, at: datetime, note: str
) -> Transition:
    """The official closes bear a developing alert out, or do not; `official` is what they were
    judged, None for nothing. `last`: the signal it was told with."""
    holds = official is not None and official >= HELD_FROM
    after = replace(
        alert,
        state=AlertState.PAST if holds else AlertState.WITHDRAWN,
        severity=official if official is not None and holds else alert.severity,
        provisional=False,
        closed_at=at,
        transitions=alert.transitions + 1,
    )
    reason = Reason.CONFIRMED if holds else Reason.WITHDRAWN
    return Transition(alert, after, reason, last, at, late=False, note=note)


def _changed(
    alert: Alert, signal: Signal, reason: Reason, state: AlertState, note: str
) -> Transition:
    after = replace(
        alert,
        state=state,
        severity=alert.severity if signal.severity is None else signal.severity,
        closed_at=signal.known_at if state is AlertState.RESOLVED else None,
        known_at=signal.known_at,
        ratios=signal.ratios,
        transitions=alert.transitions + 1,
    )
    if reason in (Reason.WORSENED, Reason.REVISED):
        # Who answered for the milder one, or for one that was over, has not answered for this.
        after = replace(after, acknowledged_by="", acknowledged_until=None)
    return Transition(alert, after, reason, signal, signal.known_at, late=False, note=note)
