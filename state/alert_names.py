"""Alerts by their names and words, as lists show them, chosen and ordered by the database; without
the classes of an alert, which take 20 ms to load."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Final, NamedTuple, TypeVar

from state.database import Database
from state.instants import from_text
from state.suppressions import suppression_words

T = TypeVar("T")

IS_WANTED: Final = (
    "?1 IN ('', rule_id) AND ?2 IN ('', severity) AND ?3 IN ('', state) AND opened_at >= ?4 "
    "AND ?5 IN ('', iif(acknowledged_by = '', 'no', 'yes'))"
)
# Of a list of ids as JSON.
IS_LISTED: Final = "alert_id IN (SELECT value FROM json_each(?))"
# The headline of the signal that an alert last fired with, read without the rest of it.
HEADLINE = """SELECT json_extract(signal, '$.explained.headline') FROM transitions
    WHERE transitions.alert_id = {} AND json_extract(signal, '$.answer') = 'firing'
    ORDER BY transitions.rowid DESC LIMIT 1"""


@dataclass(frozen=True)
class Wanted:
    """Which alerts are listed; what is empty excludes nothing. `since`: opened then or later, as
    the database writes an instant; `acknowledged`: `yes` or `no`."""

    rule: str = ""
    severity: str = ""
    state: str = ""
    since: str = ""
    acknowledged: str = ""


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


def alert_ids(database: Database) -> list[str]:
    """The ids of all alerts, the newest last."""
    rows = database.connection.execute("SELECT alert_id FROM alerts ORDER BY opened_at, alert_id")
    return [row["alert_id"] for row in rows]


def list_lines(database: Database, wanted: Wanted, last: int = 0) -> list[ListedAlert]:
    """What a list says of all alerts wanted, or of the `last` of them, the newest last, in a query
    for each kind of row."""
    rows = database.connection.execute(
        f"SELECT *, ({HEADLINE.format('alerts.alert_id')}) AS headline FROM alerts "
        f"WHERE {IS_WANTED} ORDER BY opened_at DESC, alert_id DESC LIMIT ?6",
        (*astuple(wanted), last or -1),
    ).fetchall()[::-1]
    listed = json.dumps([row["alert_id"] for row in rows])
    notifications = _by_alert(
        database,
        "SELECT alert_id, channel, status FROM deliveries JOIN transitions USING (transition_id) "
        f"WHERE {IS_LISTED} ORDER BY delivery_id",
        listed,
        lambda row: (row["channel"], row["status"]),
    )
    suppressed = _by_alert(
        database,
        "SELECT alert_id, why, behind FROM withheld JOIN transitions USING (transition_id) "
        f"WHERE {IS_LISTED} ORDER BY transitions.rowid",
        listed,
        lambda row: suppression_words(row["why"], row["behind"]),
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
    database: Database, query: str, listed: str, read: Callable[[Row], T]
) -> defaultdict[str, list[T]]:
    found = defaultdict[str, list[T]](list)
    for row in database.connection.execute(query, (listed,)):
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


class AlertName(NamedTuple):
    """By what an alert can be found."""

    alert_id: str
    rule_id: str
    subject: str
    severity: str
    state: str
    opened_at: datetime
    headline: str


def last_headline(database: Database, alert_id: str) -> str:
    """The headline that an alert last fired with; empty where it never did."""
    row = database.connection.execute(HEADLINE.format("?"), (alert_id,)).fetchone()
    return "" if row is None else str(row[0] or "")


def alert_names(database: Database) -> list[AlertName]:
    """The names of all alerts, the newest first."""
    rows = database.connection.execute(
        f"SELECT *, ({HEADLINE.format('alerts.alert_id')}) AS headline FROM alerts "
        "ORDER BY opened_at DESC, alert_id DESC"
    )
    return [
        AlertName(
            alert_id=row["alert_id"],
            rule_id=row["rule_id"],
            subject=row["subject"],
            severity=row["severity"],
            state=row["state"],
            opened_at=from_text(row["opened_at"]),
            headline=row["headline"] or "",
        )
        for row in rows
    ]
