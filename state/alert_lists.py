"""Alerts chosen and ordered by the database, which may hold thousands."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final

from alerts.model import Alert
from state.alert_rows import alert_of
from state.database import Database
from state.instants import to_text

IS_WANTED: Final = "?1 IN ('', rule_id) AND ?2 IN ('', severity) AND ?3 IN ('', state)"


@dataclass(frozen=True)
class Wanted:
    """Which alerts are listed; what is empty excludes nothing."""

    rule: str = ""
    severity: str = ""
    state: str = ""


def list_alerts(database: Database, wanted: Wanted, count: int, skipped: int) -> list[Alert]:
    """So many alerts behind those skipped, the newest first."""
    rows = database.connection.execute(
        f"SELECT * FROM alerts WHERE {IS_WANTED} ORDER BY opened_at DESC, alert_id DESC "
        "LIMIT ?4 OFFSET ?5",
        (*astuple(wanted), count, skipped),
    )
    return [alert_of(row) for row in rows]


def count_alerts(database: Database, wanted: Wanted) -> int:
    """How many alerts there are of those wanted."""
    row = database.connection.execute(
        f"SELECT count(*) FROM alerts WHERE {IS_WANTED}", astuple(wanted)
    ).fetchone()
    return int(row[0])


def rules_with_alerts(database: Database) -> list[str]:
    """The ids of the rules that have alerted."""
    rows = database.connection.execute("SELECT DISTINCT rule_id FROM alerts ORDER BY rule_id")
    return [row["rule_id"] for row in rows]


def active_alerts(database: Database, attention_from: datetime) -> list[Alert]:
    """The open conditions, and the dated events young enough to ask for attention; the newest
    first."""
    rows = database.connection.execute(
        """SELECT * FROM alerts WHERE state = 'open' AND (kind = 'condition' OR opened_at > ?)
           ORDER BY opened_at DESC, alert_id DESC""",
        (to_text(attention_from),),
    )
    return [alert_of(row) for row in rows]
