"""Transitions that nobody was told of, and why."""

from __future__ import annotations

import enum
import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from state.database import Database
from state.instants import from_text, to_text


class SuppressionReason(enum.StrEnum):
    """SILENCED by somebody; FLAPPING: one of many crossings, told in a summary; INHIBITED: another
    alert of the same period says it."""

    SILENCED = "silenced"
    FLAPPING = "flapping"
    INHIBITED = "inhibited"


@dataclass(frozen=True)
class SuppressedSpan:
    """The withheld transitions of one rule's subject that no later message has told of yet."""

    rule_id: str
    subject: str
    count: int
    first_at: datetime
    last_at: datetime


def suppression_words(why: str, behind: str) -> str:
    """Why nobody was told, in words."""
    return f"inhibited by {behind}" if why == SuppressionReason.INHIBITED else why


class Suppressions:
    """What was withheld in one database."""

    def __init__(self, database: Database):
        self._database = database

    def record(
        self,
        connection: sqlite3.Connection,
        transition_id: str,
        why: SuppressionReason,
        behind: str,
    ) -> None:
        """Note that nobody is told of a transition, inside the transaction that records it.
        `behind`: the alert that says it, or whose silence it was."""
        connection.execute(
            "INSERT INTO withheld (transition_id, why, behind) VALUES (?, ?, ?)",
            (transition_id, why.value, behind),
        )

    def settle(
        self,
        connection: sqlite3.Connection,
        rule_id: str,
        subject: str,
        why: SuppressionReason,
        at: datetime,
    ) -> None:
        """A message has told of what was withheld of a rule's subject, or nobody needs to be."""
        connection.execute(
            """UPDATE withheld SET settled_at = ? WHERE why = ? AND settled_at IS NULL
               AND transition_id IN (SELECT transition_id FROM transitions
                   JOIN alerts USING (alert_id) WHERE rule_id = ? AND subject = ?)""",
            (to_text(at), why.value, rule_id, subject),
        )

    def runs(self, why: SuppressionReason) -> list[SuppressedSpan]:
        """What is withheld for a reason and not settled, by rule and subject."""
        rows = self._database.connection.execute(
            """SELECT rule_id, subject, count(*) AS count, min(at) AS first, max(at) AS last
               FROM withheld JOIN transitions USING (transition_id) JOIN alerts USING (alert_id)
               WHERE why = ? AND settled_at IS NULL GROUP BY rule_id, subject
               ORDER BY rule_id, subject""",
            (why.value,),
        )
        return [
            SuppressedSpan(
                rule_id=row["rule_id"],
                subject=row["subject"],
                count=row["count"],
                first_at=from_text(row["first"]),
                last_at=from_text(row["last"]),
            )
            for row in rows
        ]

    def reasons(self, transition_ids: Iterable[str]) -> dict[str, SuppressionReason]:
        """Why nobody was told of some transitions, without those that were told."""
        rows = self._database.connection.execute(
            "SELECT transition_id, why FROM withheld "
            "WHERE transition_id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(transition_ids)),),
        )
        return {row["transition_id"]: SuppressionReason(row["why"]) for row in rows}

    def of_alert(self, alert_id: str) -> dict[str, str]:
        """Why nobody was told of some transitions of an alert, in words."""
        rows = self._database.connection.execute(
            "SELECT transition_id, why, behind FROM withheld JOIN transitions USING (transition_id)"
            " WHERE alert_id = ? ORDER BY transitions.rowid",
            (alert_id,),
        )
        return {row["transition_id"]: suppression_words(row["why"], row["behind"]) for row in rows}

    def behind(self, alert_id: str) -> list[str]:
        """The transitions that are not told because an alert says it."""
        rows = self._database.connection.execute(
            "SELECT transition_id FROM withheld WHERE why = 'inhibited' AND behind = ? "
            "ORDER BY transition_id",
            (alert_id,),
        )
        return [row["transition_id"] for row in rows]
