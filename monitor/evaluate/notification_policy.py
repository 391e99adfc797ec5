"""A decided transition becomes a record and the promises to tell it: the same live and replayed."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from alerts.model import Transition
from alerts.routing import Terms, channels_for
from alerts.states import Reason
from monitor.ingest.releases import coming_releases
from rules.evaluation import Rule
from rules.terms import Kind, Severity
from state.alert_store import AlertStore
from state.database import Database
from state.notification_log import NotificationLog
from state.outbox import Outbox
from state.silences import Silences
from state.suppressions import SuppressionReason, Suppressions

CROSSINGS = (Reason.OPENED, Reason.RESOLVED)
# Of so many crossings each is told; of more in the same window one summary.
MOST_CROSSINGS = 2


@dataclass(frozen=True)
class NotificationPlan:
    """The channels owed a transition and from when on; or why it is withheld, and behind what."""

    channels: tuple[str, ...]
    due_at: datetime
    withheld: tuple[SuppressionReason, str] | None


class NotificationPolicy:
    """Writes the transitions of one database, and queues what is sent of them."""

    def __init__(
        self,
        database: Database,
        rules: Sequence[Rule],
        terms: Terms,
        definitions: Mapping[str, str] = MappingProxyType({}),
    ):
        """`definitions`: the mark of each rule's definition, by its id."""
        self._alert_store = AlertStore(database)
        self._outbox = Outbox(database)
        self._silences = Silences(database)
        self._heard = NotificationLog(database)
        self._withheld = Suppressions(database)
        self._awaits = {rule.rule_id: rule.awaits for rule in rules}
        self._terms = terms
        self.definitions = definitions

    def record(
        self,
        connection: sqlite3.Connection,
        transition: Transition,
        at: datetime | None = None,
    ) -> None:
        """Store a transition, and owe it to whom its route names, in the caller's transaction; or
        note why nobody is told. `at`: now, where that may be later than when it happened."""
        after, made_at = transition.after, at or transition.at
        awaits = self._awaits.get(after.rule_id, ())
        is_answer = transition.reason is Reason.SETTLED
        releases = () if is_answer else coming_releases(transition.signal, awaits)
        plan = self.plan(transition)
        definition = self.definitions.get(after.rule_id, "")
        self._alert_store.record_transition(connection, transition, releases, at, definition)
        if plan.withheld is not None:
            self._withheld.record(connection, transition.transition_id, *plan.withheld)
            return
        if after.severity is Severity.CRITICAL:
            self._outbox.release(connection, after.alert_id, made_at)
        self._outbox.promise_transition(
            connection, transition.transition_id, plan.channels, made_at, plan.due_at
        )

    def plan(self, transition: Transition) -> NotificationPlan:
        """Who would hear of a transition, from when on, and why nobody does; nothing is stored."""
        told, is_answer = self._told(transition), transition.reason is Reason.SETTLED
        if transition.reason in (Reason.PAST, Reason.SETTLED):
            # Nobody wants to hear that a day has passed; an incident is closed. An answer is for
            # those who read the alert, and no incident.
            told = tuple(one for one in told if self._is_incidents(one) is not is_answer)
        return NotificationPlan(
            channels_for(transition, self._terms, told),
            self._due_at(transition),
            self._suppression_reason(transition),
        )

    def _is_incidents(self, channel: str) -> bool:
        return channel in self._terms.incident_channels

    def _told(self, transition: Transition) -> tuple[str, ...]:
        after = transition.after
        if transition.reason is Reason.FLAPPED:
            return self._heard.channels_of(after.rule_id, after.subject)
        return self._heard.channels(after.alert_id)

    def _due_at(self, transition: Transition) -> datetime:
        if transition.after.severity is Severity.CRITICAL or transition.reason is Reason.PAST:
            return transition.at
        return self._terms.quiet_hours.until(transition.at, self._terms.zone)

    def _suppression_reason(self, transition: Transition) -> tuple[SuppressionReason, str] | None:
        """Why nobody is told of a transition, and behind what; None where it is told."""
        after = transition.after
        if transition.reason in (Reason.ACKNOWLEDGED, Reason.PAST):
            return None
        silence = self._silences.over(after.rule_id, after.subject, transition.at)
        if silence is not None:
            return SuppressionReason.SILENCED, str(silence.silence_id)
        if transition.reason is Reason.SETTLED:
            return None  # who was notified of an alert is notified of its answer
        louder = self._inhibited_by(transition)
        if louder is not None:
            return SuppressionReason.INHIBITED, louder
        return (SuppressionReason.FLAPPING, "") if self._is_flapping(transition) else None

    def _inhibited_by(self, transition: Transition) -> str | None:
        """The alert that says what this one would: of the same period, told no later, and no
        milder."""
        after = transition.after
        for rule_id in self._terms.inhibited_by.get(after.rule_id, ()):
            for alert in self._alert_store.open_alerts_of(rule_id, after.period_end):
                is_as_loud = alert.severity >= after.severity
                is_no_later = alert.opened_at <= transition.at
                if is_as_loud and is_no_later and self._heard.channels(alert.alert_id):
                    return alert.alert_id
        return None

    def _is_flapping(self, transition: Transition) -> bool:
        """Whether a condition crossed to and fro before, and is now no worse than was told."""
        after = transition.after
        if after.kind is Kind.EVENT or transition.reason in (Reason.FLAPPED, Reason.REMINDER):
            return False
        since = transition.at - self._terms.flap_window
        told = self._heard.between(after.rule_id, after.subject, since, transition.at)
        crossings = [severity for reason, severity in told if reason in CROSSINGS]
        if len(crossings) < MOST_CROSSINGS:
            return False
        return after.severity <= max(severity for _, severity in told)
