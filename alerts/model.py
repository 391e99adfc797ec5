"""Alerts, their transitions, and the promises to tell someone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alerts.states import AlertState, Reason
from rules.model import Signal
from rules.settlement.model import Settlement
from rules.terms import Kind, Severity


@dataclass(frozen=True)
class Alert:
    """One episode of one rule for one subject. The id follows from the key alone, so a second run
    over the same numbers gives the same ids.

    `period_end` is the last period judged into it, `known_at` when that was known, `ratios` the
    numbers it was last told with, each over its threshold. Somebody has answered for it until
    `acknowledged_until`, or for good where that is None and `acknowledged_by` is not empty.
    """

    rule_id: str
    subject: str
    episode: date
    kind: Kind
    state: AlertState
    severity: Severity
    provisional: bool
    opened_at: datetime
    closed_at: datetime | None
    period_end: date
    known_at: datetime
    ratios: tuple[float | None, ...]
    transitions: int
    acknowledged_by: str = ""
    acknowledged_until: datetime | None = None

    @property
    def alert_id(self) -> str:
        """`rule/subject/episode`: the same in every run, and readable in a link."""
        return f"{self.rule_id}/{self.subject}/{self.episode.isoformat()}"


@dataclass(frozen=True)
class Transition:
    """One change of an alert at an instant: `before` is None when it opened. `late` = told after
    its time. `signal` is what changed it, or what it was last told with where a person or the
    passing of time did; then `note` says so. `settlement`: the answer of the month's transactions,
    where that is what came."""

    before: Alert | None
    after: Alert
    reason: Reason
    signal: Signal
    at: datetime
    late: bool
    note: str = ""
    settlement: Settlement | None = None

    @property
    def headline(self) -> str:
        """What came, in a sentence: the answer to an alert, else what it says itself."""
        if self.settlement is not None:
            return self.settlement.title
        return self.signal.explained.headline

    @property
    def transition_id(self) -> str:
        """`alert id` + `#` + its place among the alert's transitions, from 1."""
        return f"{self.after.alert_id}#{self.after.transitions}"
