"""What the passing of time alone makes due: expired answers, ended silences, summaries, events that
are past, and the second channel for what nobody has acknowledged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from alerts.lifecycle import end_event, remind, summarize
from alerts.message.values import local_time
from alerts.model import Alert, Transition
from alerts.states import AlertState
from monitor.evaluate.notification_policy import NotificationPolicy
from rules.model import Signal
from rules.terms import Kind
from rules.wording import plural
from state.alert_store import AlertStore
from state.database import Database
from state.outbox import Outbox
from state.silences import Silences
from state.suppressions import SuppressedSpan, SuppressionReason, Suppressions
from state.unacknowledged_alerts import AcknowledgementQueries, UnacknowledgedAlert


@dataclass(frozen=True)
class Due:
    """Something to do from `at` on: `decide` gives the transition it makes, if it still does. What
    `is_said` waits for the end of a silence."""

    at: datetime
    alert: Alert
    decide: Callable[[Alert, Signal, datetime], Transition]
    settles: tuple[SuppressedSpan, SuppressionReason] | None = None
    is_said: bool = True


class TimedActions:
    """Follows up the alerts of one database."""

    def __init__(
        self,
        database: Database,
        recording: NotificationPolicy,
        escalation: Sequence[str],
        escalate_after: timedelta,
        event_attention: timedelta,
        flap_calm: timedelta,
        zone: ZoneInfo,
    ):
        self._database = database
        self._recording = recording
        self._alert_store = AlertStore(database)
        self._outbox = Outbox(database)
        self._acknowledgements = AcknowledgementQueries(database)
        self._silences = Silences(database)
        self._withheld = Suppressions(database)
        self._escalation = tuple(escalation)
        self._escalate_after = escalate_after
        self._event_attention = event_attention
        self._flap_calm = flap_calm
        self._zone = zone

    def follow_up(self, at: datetime) -> list[Transition]:
        """Do what is due at `at`; the transitions it made."""
        self._forget_events_of_ended_silences(at)
        told = [
            one
            for due in self._due()
            if due.at <= at and not (due.is_said and self._is_silenced(due.alert, at))
            for one in self._carry_out(due, at)
        ]
        for one in self._unanswered():
            silenced = self._silences.over(one.rule_id, one.subject, at) is not None
            if one.since + self._escalate_after <= at and not silenced:
                self._escalate(one, at)
        return told

    def next_due(self) -> datetime | None:
        """When there is something to do next; None where nothing waits for a time."""
        times = [
            self._silences.after(due.alert.rule_id, due.alert.subject, due.at)
            if due.is_said
            else due.at
            for due in self._due()
        ]
        times += [
            self._silences.after(one.rule_id, one.subject, one.since + self._escalate_after)
            for one in self._unanswered()
        ]
        return min(times, default=None)

    def _is_silenced(self, alert: Alert, at: datetime) -> bool:
        return self._silences.over(alert.rule_id, alert.subject, at) is not None

    def _carry_out(self, due: Due, at: datetime) -> Iterator[Transition]:
        with self._database.immediate() as connection:
            alert = self._alert_store.alert(due.alert.alert_id)
            last = self._alert_store.last_firing_signal(due.alert.alert_id)
            if alert != due.alert or last is None:
                return  # somebody has answered meanwhile
            if due.settles is not None:
                run, why = due.settles
                self._withheld.settle(connection, run.rule_id, run.subject, why, at)
            transition = due.decide(alert, last, at)
            self._recording.record(connection, transition)
        yield transition

    def _due(self) -> Iterator[Due]:
        yield from self._expired()
        yield from self._summaries()
        yield from self._expired_silences()
        yield from self._past()

    def _past(self) -> Iterator[Due]:
        """Dated events that nobody has acknowledged in the time in which they ask for attention."""
        end = partial(end_event, attention=self._event_attention)
        for alert in self._acknowledgements.unanswered_events():
            yield Due(alert.known_at + self._event_attention, alert, end, is_said=False)

    def _expired(self) -> Iterator[Due]:
        """Conditions that are still open when the time of an answer is over."""
        for alert in self._acknowledgements.acknowledged():
            until = alert.acknowledged_until
            if until is not None:
                said = (
                    f"Acknowledgement by {alert.acknowledged_by} expired; "
                    f"still open since {local_time(alert.opened_at, self._zone)}."
                )
                yield Due(until, alert, _reminding(said))

    def _summaries(self) -> Iterator[Due]:
        """Conditions that crossed their threshold again and again, and are calm now."""
        for run in self._withheld.runs(SuppressionReason.FLAPPING):
            alert = self._alert_store.latest(run.rule_id, run.subject)
            if alert is not None:
                first, last = (local_time(at, self._zone) for at in (run.first_at, run.last_at))
                said = (
                    f"Flapped: {plural(run.count, 'change')} between {first} and {last}, not sent "
                    f"one by one; now {alert.state.value}."
                )
                calm_at = run.last_at + self._flap_calm
                yield Due(calm_at, alert, _summarizing(said), (run, SuppressionReason.FLAPPING))

    def _expired_silences(self) -> Iterator[Due]:
        """Conditions that opened or changed under a silence and are still open at its end."""
        for run, alert, end in self._silenced():
            if alert is None:
                continue
            said = f"Silence expired; still open since {local_time(alert.opened_at, self._zone)}."
            yield Due(end, alert, _reminding(said), (run, SuppressionReason.SILENCED))

    def _forget_events_of_ended_silences(self, at: datetime) -> None:
        """What is over or dated when a silence ends was in the digest, and is left there."""
        for run, alert, end in self._silenced():
            if end <= at and (alert is None or not _lasts(alert)):
                with self._database.immediate() as connection:
                    self._withheld.settle(
                        connection, run.rule_id, run.subject, SuppressionReason.SILENCED, at
                    )

    def _silenced(self) -> Iterator[tuple[SuppressedSpan, Alert | None, datetime]]:
        """What nobody was told of because of a silence, how it is now, and when that ends."""
        for run in self._withheld.runs(SuppressionReason.SILENCED):
            alert = self._alert_store.latest(run.rule_id, run.subject)
            yield run, alert, self._silences.end_over(run.rule_id, run.subject, run.last_at)

    def _unanswered(self) -> list[UnacknowledgedAlert]:
        """Critical alerts that were told and that nobody has acknowledged or sent further."""
        return self._acknowledgements.unanswered() if self._escalation else []

    def _escalate(self, one: UnacknowledgedAlert, at: datetime) -> None:
        """Tell the second channel too; of what was long ago, as when this was switched on after
        it, nobody."""
        is_young = one.since + self._event_attention > at
        with self._database.immediate() as connection:
            if is_young:
                self._outbox.promise_transition(
                    connection, one.transition_id, self._escalation, at, is_escalation=True
                )
            self._alert_store.record_escalated(connection, one.transition_id, at)


def _lasts(alert: Alert) -> bool:
    return alert.state is AlertState.OPEN and alert.kind is Kind.CONDITION


def _reminding(said: str) -> Callable[[Alert, Signal, datetime], Transition]:
    return lambda alert, last, at: remind(alert, last, at, said)


def _summarizing(said: str) -> Callable[[Alert, Signal, datetime], Transition]:
    return lambda alert, last, at: summarize(alert, last, at, said)
