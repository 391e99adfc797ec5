"""Alerts chosen and ordered by the database, which may hold thousands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Final, NamedTuple, TypeVar

from alerts.model import Alert
from state.alert_rows import HEADLINE, alert_of
from state.database import Database
from state.instants import to_text
from state.suppressions import suppression_words

T = TypeVar("T")

IS_WANTED: Final = (
    "?1 IN ('', rule_id) AND ?2 IN ('', severity) AND ?3 IN ('', state) AND opened_at >= ?4"
)


@dataclass(frozen=True)
class Wanted:
    """Which alerts are listed; what is empty excludes nothing. `since`: opened then or later, as
    the database writes an instant."""

    rule: str = ""
    severity: str = ""
    state: str = ""
    since: str = ""


class ListedAlert(NamedTuple):
    """What a list says of an alert: its last headline, the channel and status of each of its
    notifications, and why nobody was notified of some of its changes."""

    alert_id: str
    severity: str
    state: str
    is_provisional: bool
    opened_at: str
    headline: str
    acknowledged_by: str
    notifications: tuple[tuple[str, str], ...]
    suppressed: tuple[str, ...]


def list_alerts(database: Database, wanted: Wanted, count: int, skipped: int) -> list[Alert]:
    """So many alerts behind those skipped, the newest first."""
    rows = database.connection.execute(
        f"SELECT * FROM alerts WHERE {IS_WANTED} ORDER BY opened_at DESC, alert_id DESC "
        "LIMIT ?5 OFFSET ?6",
        (*astuple(wanted), count, skipped),
    )
    return [alert_of(row) for row in rows]


def alert_ids(database: Database) -> list[str]:
    """The ids of all alerts, the newest last."""
    rows = database.connection.execute("SELECT alert_id FROM alerts ORDER BY opened_at, alert_id")
    return [row["alert_id"] for row in rows]


def wanted_alerts(database: Database, wanted: Wanted) -> list[Alert]:
    """All alerts wanted, the newest last."""
    rows = database.connection.execute(
        f"SELECT * FROM alerts WHERE {IS_WANTED} ORDER BY opened_at, alert_id", astuple(wanted)
    )
    return [alert_of(row) for row in rows]


def list_lines(database: Database, wanted: Wanted) -> list[ListedAlert]:
    """What a list says of all alerts wanted, the newest last, in a query for each kind of row."""
    notifications = _by_alert(
        database,
        "SELECT alert_id, channel, status FROM deliveries JOIN transitions USING (transition_id) "
        "ORDER BY delivery_id",
        lambda row: (row["channel"], row["status"]),
    )
    suppressed = _by_alert(
        database,
        "SELECT alert_id, why, behind FROM withheld JOIN transitions USING (transition_id) "
        "ORDER BY transitions.rowid",
        lambda row: suppression_words(row["why"], row["behind"]),
    )
    rows = database.connection.execute(
        f"SELECT *, ({HEADLINE.format('alerts.alert_id')}) AS headline FROM alerts "
        f"WHERE {IS_WANTED} ORDER BY opened_at, alert_id",
        astuple(wanted),
    )
    return [
        ListedAlert(
            alert_id=row["alert_id"],
            severity=row["severity"],
            state=row["state"],
            is_provisional=bool(row["provisional"]),
            opened_at=row["opened_at"],
            headline=row["headline"] or "",
            acknowledged_by=row["acknowledged_by"],
            notifications=tuple(notifications[row["alert_id"]]),
            suppressed=tuple(suppressed[row["alert_id"]]),
        )
        for row in rows
    ]


def _by_alert(
    database: Database, query: str, read: Callable[[Row], T]
) -> defaultdict[str, list[T]]:
    found = defaultdict[str, list[T]](list)
    for row in database.connection.execute(query):
        found[row["alert_id"]].append(read(row))
    return found


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
