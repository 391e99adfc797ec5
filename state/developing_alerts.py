"""Developing alerts that wait for the official closes, and what those said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from alerts.model import Alert
from state.alert_rows import Evaluation, alert_of, evaluation_of
from state.database import Database
from state.sql_marks import marks


@dataclass(frozen=True)
class Settled:
    """How many developing alerts of a rule the official closes have settled, how many of them held,
    and the session of the first."""

    told: int = 0
    held: int = 0
    first: date | None = None


class DevelopingAlerts:
    """The developing alerts of one database."""

    def __init__(self, database: Database):
        self._database = database

    def unsettled(self, rule_ids: Sequence[str]) -> list[Alert]:
        """Those that the official closes have not settled, oldest first."""
        rows = self._database.connection.execute(
            f"SELECT * FROM alerts WHERE rule_id IN ({marks(rule_ids)})"
            " AND provisional = 1 AND state <> 'withdrawn' ORDER BY opened_at, alert_id",
            tuple(rule_ids),
        )
        return [alert_of(row) for row in rows]

    def official(self, rule_id: str, subject: str, session: date) -> Evaluation | None:
        """The newest answer that a rule gave for a session by official numbers; None where it gave
        none that is known."""
        row = self._database.connection.execute(
            "SELECT * FROM evaluations WHERE rule_id = ? AND subject = ? AND period_end = ?"
            " AND answer <> 'unknown' ORDER BY known_at DESC LIMIT 1",
            (rule_id, subject, session.isoformat()),
        ).fetchone()
        return None if row is None else evaluation_of(row)

    def settled(self, rule_ids: Sequence[str]) -> Mapping[str, Settled]:
        """How the settled ones of some rules ended, by the rule of the developing alerts."""
        rows = self._database.connection.execute(
            f"""SELECT rule_id, count(*) AS told, sum(state = 'past') AS held,
                       min(episode) AS first
                FROM alerts WHERE rule_id IN ({marks(rule_ids)}) AND provisional = 0
                GROUP BY rule_id""",
            tuple(rule_ids),
        )
        return {
            row["rule_id"]: Settled(row["told"], row["held"], date.fromisoformat(row["first"]))
            for row in rows
        }
