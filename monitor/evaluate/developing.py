"""Settles developing alerts by the official closes of their session, each once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from alerts.developing import DEVELOPING, is_settled, settled
from alerts.model import Alert, Transition
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.ingest.calendars import at_local
from rules.evaluation import Rule
from rules.intraday.words import settled_note
from rules.terms import Answer
from state.alert_store import AlertStore
from state.database import Database
from state.developing_alerts import DevelopingAlerts

# A provisional answer settles it from the next morning on, where no final one has come by then.
FINAL_BY: Final = (timedelta(days=1), time(9, 30))


class DevelopingSettling:
    """Settles the developing alerts of one database."""

    def __init__(self, database: Database, rules: Sequence[Rule], recording: NotificationPolicy):
        self._database = database
        self._alerts = AlertStore(database)
        self._developing = DevelopingAlerts(database)
        self._recording = recording
        self._official = {
            DEVELOPING[rule.rule_id]: rule.rule_id for rule in rules if rule.rule_id in DEVELOPING
        }

    def settle(self, at: datetime) -> list[Transition]:
        """Settle what the closes known at `at` settle; what changed."""
        unsettled = self._developing.unsettled(list(self._official))
        found = [self._settle(one, at) for one in unsettled]
        return [one for one in found if one is not None]

    def _settle(self, alert: Alert, at: datetime) -> Transition | None:
        rule_id = self._official[alert.rule_id]
        official = self._developing.official(rule_id, alert.subject, alert.episode)
        later, clock_time = FINAL_BY
        if official is None or (
            official.provisional and at < at_local(alert.episode + later, clock_time)
        ):
            return None
        severity = official.severity if official.answer is Answer.FIRING else None
        note = settled_note(severity, is_provisional=official.provisional)
        with self._database.immediate() as connection:
            now = self._alerts.alert(alert.alert_id)
            last = self._alerts.last_firing_signal(alert.alert_id)
            if now is None or last is None or is_settled(now):
                return None
            transition = settled(now, last, severity, at, note)
            self._recording.record(connection, transition, at)
        return transition
