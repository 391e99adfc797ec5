"""The pure step from an alert and a signal to the alert after it, and whether that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from alerts.model import Alert, Transition
from alerts.states import AlertState, Reason
from rules.model import Signal
from rules.settlement.model import Settlement
from rules.terms import Answer, Kind, Severity

# A number that moved by a tenth of its threshold is told again: a sale of 27.6 bn that becomes one
# of 21.0, not one of 27.5.
MATERIAL_SHARE_OF_THRESHOLD: Final = 0.1

NEVER: Final = timedelta.max
RETIRED: Final = (
    "Closed because its rule was removed or switched off in the configuration, not because the "
    "condition ended."
)


def step(
    alert: Alert | None,
    signal: Signal,
    kind: Kind,
    prompt_within: timedelta,
    remind_after: timedelta = NEVER,
    *,
    happened: bool = True,
) -> Transition | None:
    """The transition a signal causes, or None where nothing changes.

    `alert` is the subject's alert that the signal may belong to: for an event the one of its
    period, for a condition the latest. Signals of a condition come in order of period, never an
    older one after a newer. UNKNOWN never opens and never closes. A condition that fires still,
    `remind_after` or longer after its last transition, is told again. `happened` is False where by
    the numbers of now a condition never fired since it opened: it is withdrawn and not resolved.
    """
    if signal.answer is Answer.UNKNOWN:
        return None
    if kind is Kind.EVENT:
        return _step_event(alert, signal, prompt_within)
    transition = _step_condition(alert, signal, prompt_within, happened)
    if transition is None and alert is not None:
        due = reminder_due(alert, remind_after)
        if due is not None and signal.answer is Answer.FIRING and signal.known_at >= due:
            return _reminded(alert, signal)
    return transition


def reminder_due(alert: Alert, remind_after: timedelta) -> datetime | None:
    """From when on a firing signal reminds of an alert; None where none does.

    A notice is in every digest while it is open, and a dated event does not last.
    """
    if alert.kind is Kind.EVENT or alert.state is not AlertState.OPEN:
        return None
    if alert.severity < Severity.WARNING or remind_after is NEVER:
        return None
    due = alert.known_at + remind_after
    return due if alert.acknowledged_until is None else max(due, alert.acknowledged_until)


def acknowledge(
    alert: Alert,
    last: Signal,
    by: str,
    note: str,
    at: datetime,
    valid_for: timedelta,
    *,
    force: bool = False,
) -> Transition | None:
    """Somebody answers for an open alert: a condition for some time, a dated event for good. None
    where somebody has done so already, unless it is another person who takes it over by `force`, or
    the alert is over.

    `last` is the signal the alert was last told with.
    """
    until = alert.acknowledged_until
    is_taken = bool(alert.acknowledged_by) and (until is None or at < until)
    if alert.state is not AlertState.OPEN or (is_taken and not force):
        return None
    if alert.acknowledged_by == by and is_taken:
        return None
    until = None if alert.kind is Kind.EVENT else at + valid_for
    after = replace(
        alert, acknowledged_by=by, acknowledged_until=until, transitions=alert.transitions + 1
    )
    return Transition(alert, after, Reason.ACKNOWLEDGED, last, at, late=False, note=note)


def past_at(alert: Alert, attention: timedelta) -> datetime | None:
    """When the time in which a dated event asks for attention is over; None for what lasts, is
    over, or is somebody's."""
    is_event = alert.kind is Kind.EVENT and alert.state is AlertState.OPEN
    return alert.known_at + attention if is_event and not alert.acknowledged_by else None


def end_event(alert: Alert, last: Signal, at: datetime, attention: timedelta) -> Transition:
    """The time in which a dated event asks for attention is over: it is past."""
    after = replace(
        alert,
        state=AlertState.PAST,
        closed_at=alert.known_at + attention,
        transitions=alert.transitions + 1,
    )
    return Transition(alert, after, Reason.PAST, last, at, late=False)


def retire(alert: Alert, last: Signal, at: datetime) -> Transition:
    """The rule of an open condition is gone: nobody evaluates it any more, and it is closed."""
    after = replace(
        alert,
        state=AlertState.RESOLVED,
        closed_at=at,
        acknowledged_by="",
        acknowledged_until=None,
        transitions=alert.transitions + 1,
    )
    return Transition(alert, after, Reason.RESOLVED, last, at, late=False, note=RETIRED)


def remind(alert: Alert, last: Signal, at: datetime, note: str) -> Transition:
    """An open alert is told again because something that kept it quiet has ended."""
    return _noted(alert, last, Reason.REMINDER, at, note)


def summarize(alert: Alert, last: Signal, at: datetime, note: str) -> Transition:
    """What an alert and those before it did while nobody was told of each crossing."""
    return _noted(alert, last, Reason.FLAPPED, at, note)


def settle(alert: Alert, last: Signal, at: datetime, settlement: Settlement) -> Transition:
    """The transactions of its month answer an alert, which stays as it is: open or over, and
    whoever has acknowledged it."""
    after = replace(alert, transitions=alert.transitions + 1)
    note = settlement.title
    return Transition(
        alert, after, Reason.SETTLED, last, at, late=False, note=note, settlement=settlement
    )


def _noted(alert: Alert, last: Signal, reason: Reason, at: datetime, note: str) -> Transition:
    after = replace(
        alert,
        acknowledged_by="",
        acknowledged_until=None,
        transitions=alert.transitions + 1,
    )
    return Transition(alert, after, reason, last, at, late=False, note=note)


def _step_event(alert: Alert | None, signal: Signal, prompt_within: timedelta) -> Transition | None:
    firing = signal.answer is Answer.FIRING
    if alert is None:
        return _opened_in_time(signal, Kind.EVENT, prompt_within) if firing else None
    # What is past happened all the same: newer numbers correct it, and worse ones open it again.
    if not firing:
        if alert.state is AlertState.WITHDRAWN:
            return None
        return _changed(alert, signal, Reason.WITHDRAWN, AlertState.WITHDRAWN, prompt_within)
    if alert.state is AlertState.WITHDRAWN:
        return _changed(alert, signal, Reason.REVISED, AlertState.OPEN, prompt_within)
    assert signal.severity is not None
    if signal.severity > alert.severity:
        return _changed(alert, signal, Reason.WORSENED, AlertState.OPEN, prompt_within)
    if alert.provisional and not signal.provisional:
        return _changed(alert, signal, Reason.CONFIRMED, alert.state, prompt_within)
    if signal.severity < alert.severity or _differ(alert.ratios, signal.ratios):
        return _changed(alert, signal, Reason.REVISED, alert.state, prompt_within)
    return None


def _differ(told: Sequence[float | None], now: Sequence[float | None]) -> bool:
    """Whether a number moved so far from what was told that a reader must know."""
    both = zip(told, now, strict=True)
    return any(
        a is not None and b is not None and abs(a - b) > MATERIAL_SHARE_OF_THRESHOLD
        for a, b in both
    )


def _step_condition(
    alert: Alert | None, signal: Signal, prompt_within: timedelta, happened: bool
) -> Transition | None:
    firing = signal.answer is Answer.FIRING
    if alert is None or alert.state is not AlertState.OPEN:
        if not firing:
            return None
        if alert is not None and alert.episode == signal.period_end:
            return _changed(alert, signal, Reason.REVISED, AlertState.OPEN, prompt_within)
        return _opened_in_time(signal, Kind.CONDITION, prompt_within)
    if firing and signal.severity is not None and signal.severity > alert.severity:
        return _changed(alert, signal, Reason.WORSENED, AlertState.OPEN, prompt_within)
    if not firing and not happened:
        return _changed(alert, signal, Reason.WITHDRAWN, AlertState.WITHDRAWN, prompt_within)
    if not firing and not signal.keeps_open:
        return _changed(alert, signal, Reason.RESOLVED, AlertState.RESOLVED, prompt_within)
    return None


def opened(signal: Signal, kind: Kind, note: str = "", *, late: bool = False) -> Transition:
    """A firing signal opens an alert of its period."""
    assert signal.severity is not None
    alert = Alert(
        rule_id=signal.rule_id,
        subject=signal.subject,
        episode=signal.period_end,
        kind=kind,
        state=AlertState.OPEN,
        severity=signal.severity,
        provisional=signal.provisional,
        opened_at=signal.known_at,
        closed_at=None,
        period_end=signal.period_end,
        known_at=signal.known_at,
        ratios=signal.ratios,
        transitions=1,
    )
    return Transition(None, alert, Reason.OPENED, signal, signal.known_at, late, note)


def _opened_in_time(signal: Signal, kind: Kind, prompt_within: timedelta) -> Transition:
    return opened(signal, kind, late=_is_late(signal, prompt_within))


def _changed(
    alert: Alert,
    signal: Signal,
    reason: Reason,
    state: AlertState,
    prompt_within: timedelta,
) -> Transition:
    after = replace(
        alert,
        state=state,
        severity=alert.severity if signal.severity is None else signal.severity,
        provisional=signal.provisional,
        closed_at=_closed_at(alert, state, signal),
        period_end=signal.period_end,
        known_at=signal.known_at,
        ratios=signal.ratios,
        transitions=alert.transitions + 1,
    )
    if reason is Reason.WORSENED or (state is AlertState.OPEN and alert.state is not state):
        # Who answered for the milder one, or for one that was over, has not answered for this.
        after = replace(after, acknowledged_by="", acknowledged_until=None)
    late = reason is Reason.WORSENED and _is_late(signal, prompt_within)
    return Transition(alert, after, reason, signal, signal.known_at, late)


def _closed_at(alert: Alert, state: AlertState, signal: Signal) -> datetime | None:
    if state is AlertState.OPEN:
        return None
    return alert.closed_at if state is alert.state else signal.known_at


def _reminded(alert: Alert, signal: Signal) -> Transition:
    """It is told with the numbers of now; its severity stays the worst it had."""
    after = replace(
        alert,
        period_end=signal.period_end,
        known_at=signal.known_at,
        ratios=signal.ratios,
        transitions=alert.transitions + 1,
    )
    return Transition(alert, after, Reason.REMINDER, signal, signal.known_at, late=False)


def _is_late(signal: Signal, prompt_within: timedelta) -> bool:
    end = signal.known_at.replace(
        year=signal.period_end.year,
        month=signal.period_end.month,
        day=signal.period_end.day,
        hour=0,
        minute=0,
        second=0,
    )
    return signal.known_at > end + prompt_within
