"""What was told where: whom a message has to follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from alerts.message.keys import message_key
from alerts.states import Reason
from alerts.titles import OPERATIONAL_TITLES, OWN_TITLES
from rules.terms import Severity
from state.alert_rows import ALERT
from state.database import Database
from state.instants import to_text
from state.sql_marks import marks


@dataclass(frozen=True)
class Arrived:
    """A message that arrived in a channel: what it told, its key and the receipt it got there."""

    transition_id: str
    key: str
    receipt: str


class NotificationLog:
    """The messages of one database that were owed or arrived."""

    def __init__(self, database: Database):
        self._database = database

    def channels(self, alert_id: str) -> tuple[str, ...]:
        """The channels that were owed any transition of an alert."""
        rows = self._database.connection.execute(
            "SELECT DISTINCT channel FROM deliveries JOIN transitions USING (transition_id) "
            "WHERE alert_id = ? ORDER BY channel",
            (alert_id,),
        )
        return tuple(row["channel"] for row in rows)

    def channels_of(self, rule_id: str, subject: str) -> tuple[str, ...]:
        """The channels that were owed anything of a rule's subject."""
        rows = self._database.connection.execute(
            "SELECT DISTINCT channel FROM deliveries JOIN transitions USING (transition_id) "
            "JOIN alerts USING (alert_id) WHERE rule_id = ? AND subject = ? ORDER BY channel",
            (rule_id, subject),
        )
        return tuple(row["channel"] for row in rows)

    def pending(self, alert_id: str, channel: str) -> set[str]:
        """The transitions of an alert that a channel is still to get."""
        rows = self._database.connection.execute(
            "SELECT transition_id FROM deliveries JOIN transitions USING (transition_id) "
            "WHERE alert_id = ? AND channel = ? AND status IN ('due', 'sending')",
            (alert_id, channel),
        )
        return {row["transition_id"] for row in rows}

    def first(self, alert_id: str, channel: str) -> Arrived | None:
        """The first message about an alert that arrived in a channel, or None."""
        return self._sent("alert_id = ?", (alert_id,), channel, "ASC")

    def first_about(
        self, period_end: date, since: datetime, channel: str, *, operational: bool
    ) -> Arrived | None:
        """The message that first told, after `since`, of an alert about a period: of
        the market's alerts by official numbers, or of those about the program itself."""
        names = sorted(OPERATIONAL_TITLES if operational else OWN_TITLES)
        where = f"""reason = 'opened' AND json_extract(after, '$.period_end') = ? AND at > ?
            AND (rule_id IN ({marks(names)})) = ?"""
        values: tuple[str | int, ...] = (period_end.isoformat(), to_text(since), *names)
        return self._sent(where, (*values, int(operational)), channel, "ASC")

    def last_of(self, rule_id: str, subject: str, channel: str) -> Arrived | None:
        """The last message about a rule's subject."""
        return self._sent("rule_id = ? AND subject = ?", (rule_id, subject), channel, "DESC")

    def _sent(
        self, where: str, values: tuple[str | int, ...], channel: str, order: str
    ) -> Arrived | None:
        row = self._database.connection.execute(
            f"""SELECT transition_id, receipt, is_escalation FROM deliveries
                JOIN transitions USING (transition_id) JOIN alerts USING (alert_id)
                WHERE {where} AND channel = ? AND status = 'sent'
                ORDER BY delivery_id {order} LIMIT 1""",
            (*values, channel),
        ).fetchone()
        if row is None:
            return None
        key = message_key(row["transition_id"], is_escalation=bool(row["is_escalation"]))
        return Arrived(row["transition_id"], key, row["receipt"] or "")

    def between(
        self, rule_id: str, subject: str, after: datetime, until: datetime
    ) -> list[tuple[Reason, Severity]]:
        """What was told of a rule's subject in [after, until], oldest first: why, and how severe
        it was then."""
        rows = self._database.connection.execute(
            """SELECT reason, after FROM transitions JOIN alerts USING (alert_id)
               WHERE rule_id = ? AND alerts.subject = ? AND at BETWEEN ? AND ?
               AND transition_id NOT IN (SELECT transition_id FROM withheld)
               ORDER BY transitions.rowid""",
            (rule_id, subject, to_text(after), to_text(until)),
        )
        return [(Reason(row["reason"]), ALERT.read(row["after"]).severity) for row in rows]
