"""Alerts that wait for the transactions of a month, and the answers that were given."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from rules.settlement.model import MonthAnswer
from state.alert_rows import SETTLEMENT
from state.database import Database
from state.instants import from_text, to_text
from state.sql_marks import marks

MONTH_END = "date(json_extract({}, '$.{}'), 'start of month', '+1 month', '-1 day')"


@dataclass(frozen=True)
class NamedMonth:
    """A month whose transactions an alert of a period named as what could settle it, in a message
    of `named_at`; `given`: the answer it was given last, None for none yet."""

    alert_id: str
    rule_id: str
    period: date
    month: date
    named_at: datetime
    given: MonthAnswer | None


class Settlements:
    """The answers to the alerts of one database."""

    def __init__(self, database: Database):
        self._database = database

    def decided_until(self) -> datetime | None:
        """The instant up to which answers were given; None before the first look."""
        row = self._database.connection.execute(
            "SELECT decided_until FROM settlement_progress"
        ).fetchone()
        return None if row is None else from_text(row["decided_until"])

    def record_progress(self, connection: sqlite3.Connection, until: datetime) -> None:
        """Note that answers were given up to an instant, in the caller's transaction."""
        connection.execute(
            "INSERT OR REPLACE INTO settlement_progress VALUES (1, ?)", (to_text(until),)
        )

    def named(self, rule_ids: Sequence[str], months: Sequence[date]) -> list[NamedMonth]:
        """Those of some months that alerts of some rules were notified with and have not been
        withdrawn from, in order of naming. Nobody asked about an alert that nobody was notified
        of."""
        # No alert of a month is older than it; all that are need not be read.
        began = min(months, default=date.max).replace(day=1).isoformat()
        rows = self._database.connection.execute(
            f"""SELECT alert_id, rule_id, min(changed.at) AS named_at,
                    json_extract(after, '$.period_end') AS period,
                    {MONTH_END.format("after", "period_end")} AS month
                FROM transitions AS changed JOIN alerts USING (alert_id)
                WHERE changed.at >= ? AND rule_id IN ({marks(rule_ids)}) AND state <> 'withdrawn'
                AND month IN ({marks(months)})
                AND reason IN ('opened', 'worsened')
                AND EXISTS (SELECT 1 FROM deliveries
                            WHERE deliveries.transition_id = changed.transition_id)
                GROUP BY alert_id, month ORDER BY named_at, alert_id, month""",
            (began, *rule_ids, *(one.isoformat() for one in months)),
        ).fetchall()
        given = self._given({row["alert_id"] for row in rows})
        return [
            NamedMonth(
                alert_id=row["alert_id"],
                rule_id=row["rule_id"],
                period=date.fromisoformat(row["period"]),
                month=date.fromisoformat(row["month"]),
                named_at=from_text(row["named_at"]),
                given=given.get((row["alert_id"], date.fromisoformat(row["month"]))),
            )
            for row in rows
        ]

    def _given(self, alert_ids: Collection[str]) -> dict[tuple[str, date], MonthAnswer]:
        """The last answer to each of some alerts and its months."""
        rows = self._database.connection.execute(
            f"""SELECT alert_id, settlement FROM transitions
                WHERE alert_id IN ({marks(alert_ids)}) AND settlement IS NOT NULL
                ORDER BY rowid""",
            tuple(alert_ids),
        )
        answers = ((row["alert_id"], SETTLEMENT.read(row["settlement"]).answer) for row in rows)
        return {(alert_id, answer.month): answer for alert_id, answer in answers}
