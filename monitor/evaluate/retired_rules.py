"""Rules that the configuration no longer has, or has switched off: their open alerts are closed."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime

from alerts.lifecycle import retire
from alerts.model import Transition
from alerts.states import AlertState
from monitor.evaluate.notification_policy import NotificationPolicy
from rules.evaluation import Rule
from rules.terms import Kind
from state.alert_store import AlertStore
from state.database import Database

log = logging.getLogger("havenwatch.decide")


class RetiredRules:
    """Closes what rules of another configuration have left open in one database."""

    def __init__(self, database: Database, rules: Sequence[Rule], recording: NotificationPolicy):
        self._database = database
        self._alert_store = AlertStore(database)
        self._kept = {rule.rule_id for rule in rules}
        self._recording = recording

    def close(self, at: datetime) -> list[Transition]:
        """Close the conditions of each rule that is gone, and forget how far it was evaluated:
        should it come back, what is stored by then is history to it. Dated events end by
        themselves."""
        told: list[Transition] = []
        for rule_id in sorted(self._alert_store.progress().keys() - self._kept):
            with self._database.immediate() as connection:
                closed = self._closed(rule_id, at)
                for transition in closed:
                    self._recording.record(connection, transition)
                self._alert_store.forget_progress(connection, rule_id)
            log.info("rule %s is gone: %d open alerts closed", rule_id, len(closed))
            told += closed
        return told

    def _closed(self, rule_id: str, at: datetime) -> list[Transition]:
        found = []
        for alert in self._alert_store.alerts(rule_id):
            last = self._alert_store.last_firing_signal(alert.alert_id)
            is_open = alert.kind is Kind.CONDITION and alert.state is AlertState.OPEN
            if is_open and last is not None:
                found.append(retire(alert, last, at))
        return found
