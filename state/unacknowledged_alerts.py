"""Which alerts are acknowledged, and which nobody has acknowledged. An acknowledgement itself is a
transition of its alert, which `state/alert_store.py` stores."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from alerts.model import Alert
from state.alert_rows import alert_of
from state.database import Database
from state.instants import from_text


@dataclass(frozen=True)
class UnacknowledgedAlert:
    """A critical transition that was told at `since` and that nobody has acknowledged."""

    transition_id: str
    since: datetime
    rule_id: str
    subject: str


class AcknowledgementQueries:
    """The alerts of one database by whether they are acknowledged."""

    def __init__(self, database: Database):
        self._database = database

    def acknowledged(self) -> list[Alert]:
        """The open alerts that somebody answers for."""
        rows = self._database.connection.execute(
            "SELECT * FROM alerts WHERE state = 'open' AND acknowledged_by <> ''"
        )
        return [alert_of(row) for row in rows]

    def unanswered_events(self) -> list[Alert]:
        """The open dated events that nobody has acknowledged."""
        rows = self._database.connection.execute(
            "SELECT * FROM alerts WHERE state = 'open' AND kind = 'event' "
            "AND acknowledged_by = '' ORDER BY known_at, alert_id"
        )
        return [alert_of(row) for row in rows]

    def unanswered(self) -> list[UnacknowledgedAlert]:
        """Of each open critical alert that nobody has acknowledged, the message that was told last,
        unless a second channel was told of it."""
        rows = self._database.connection.execute(
            """SELECT transition_id, at, escalated_at, rule_id, subject, max(transitions.rowid)
               FROM alerts JOIN transitions USING (alert_id)
               WHERE alerts.state = 'open' AND severity = 'critical' AND acknowledged_by = ''
               AND reason IN ('opened', 'worsened', 'revised', 'confirmed', 'reminder')
               AND EXISTS (SELECT 1 FROM deliveries
                           WHERE deliveries.transition_id = transitions.transition_id)
               GROUP BY alert_id ORDER BY at"""
        )
        return [
            UnacknowledgedAlert(
                row["transition_id"], from_text(row["at"]), row["rule_id"], row["subject"]
            )
            for row in rows
            if row["escalated_at"] is None
        ]
