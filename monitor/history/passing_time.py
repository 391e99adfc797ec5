"""What time and later releases do to the alerts of a replay: events are past, and alerts are
answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from alerts.lifecycle import end_event, past_at
from alerts.model import Transition
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.evaluate.settling import Settling
from state.alert_store import AlertStore
from state.database import Database
from state.unacknowledged_alerts import AcknowledgementQueries


class PassingTime:
    """Records what was decided in a scratch database, in order of knowing, and between it what time
    brings; nobody answers in a replay.

    `instants`: when numbers that answer alerts became known, oldest first.
    """

    def __init__(
        self,
        scratch: Database,
        recording: NotificationPolicy,
        settling: Settling,
        instants: Sequence[datetime],
        attention: timedelta,
    ):
        self._scratch = scratch
        self._alert_store = AlertStore(scratch)
        self._open_events = AcknowledgementQueries(scratch)
        self._recording = recording
        self._settling = settling
        self._instants = list(reversed(instants))
        self._attention = attention
        self._answers: Counter[str] = Counter()
        self._to_come: Counter[str] = Counter()

    def record(self, decided: Sequence[Transition], end: datetime) -> None:
        """All of it up to the end of the span."""
        self._to_come.update(one.after.alert_id for one in decided)
        for one in decided:
            while self._instants and self._instants[-1] < one.at:
                self._pass(self._instants.pop())
            self._record(self._numbered(one))
            self._to_come[one.after.alert_id] -= 1
        while self._instants and self._instants[-1] <= end:
            self._pass(self._instants.pop())
        self._end_events(end)

    def _pass(self, at: datetime) -> None:
        self._end_events(at)
        self._answers.update(one.after.alert_id for one in self._settling.settle(at))

    def _numbered(self, one: Transition) -> Transition:
        """A transition as it is numbered behind the answers that its alert has had."""
        more = self._answers[one.after.alert_id]
        if not more:
            return one
        assert one.before is not None
        before = replace(one.before, transitions=one.before.transitions + more)
        return replace(
            one, before=before, after=replace(one.after, transitions=one.after.transitions + more)
        )

    def _end_events(self, at: datetime) -> None:
        """What is past by then, and of which nothing more was decided."""
        for alert in self._open_events.unanswered_events():
            due = past_at(alert, self._attention)
            last = self._alert_store.last_firing_signal(alert.alert_id)
            if due is None or due > at or last is None or self._to_come[alert.alert_id]:
                continue
            self._record(end_event(alert, last, due, self._attention))

    def _record(self, one: Transition) -> None:
        with self._scratch.immediate() as connection:
            self._recording.record(connection, one)
