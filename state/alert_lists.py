"""Alerts chosen and ordered by the database, which may hold thousands."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import datetime
from sqlite3 import Row
from typing import Final, NamedTuple, TypeVar

from alerts.model import Alert
from state.alert_rows import HEADLINE, alert_of
from state.database import Database
from state.instants import from_text, to_text
from state.suppressions import suppression_words

T = TypeVar("T")

IS_WANTED: Final = (
    "?1 IN ('', rule_id) AND ?2 IN ('', severity) AND ?3 IN ('', state) AND opened_at >= ?4 "
    "AND ?5 IN ('', iif(acknowledged_by = '', 'no', 'yes'))"
)
# Of a list of ids as JSON.
IS_LISTED: Final = "alert_id IN (SELECT value FROM json_each(?))"
WORST_FIRST: Final = "CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, "


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


def list_alerts(
    database: Database, wanted: Wanted, count: int, skipped: int, *, worst_first: bool = False
) -> list[Alert]:
    """So many alerts behind those skipped, the newest first, or the newest of the worst."""
    order = f"{WORST_FIRST if worst_first else ''}opened_at DESC, alert_id DESC"
    rows = database.connection.execute(
        f"SELECT * FROM alerts WHERE {IS_WANTED} ORDER BY {order} LIMIT ?6 OFFSET ?7",
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


# What is sorted are ids: whole rows of thousands of alerts take three times as long.
UNANSWERED: Final = """
    WITH asking AS (
        SELECT alert_id, severity <> 'critical' AS is_lesser, opened_at,
            CASE WHEN severity = 'notice' THEN 'notice' WHEN state = 'open' THEN 'open'
            ELSE 'over' END AS kept
        FROM alerts AS a
        WHERE (state = 'open' OR (state = 'past' AND opened_at > :over_from
                                  AND severity IN ('warning', 'critical')))
        AND (acknowledged_by = '' OR acknowledged_until <= :at)
        AND NOT EXISTS (SELECT 1 FROM silences AS s WHERE s.rule_id = a.rule_id
            AND (s.subject IS NULL OR s.subject = a.subject)
            AND s.made_at <= :at AND s.until > :at AND s.ended_at IS NULL)
        AND alert_id NOT IN (SELECT alert_id FROM withheld JOIN transitions USING (transition_id)
                             WHERE why = 'inhibited')
    ), ranked AS (
        SELECT alert_id, kept, count(*) OVER (PARTITION BY kept) AS total, row_number() OVER (
            PARTITION BY kept ORDER BY is_lesser, opened_at DESC, alert_id DESC
        ) AS place FROM asking
    )
    SELECT alerts.*, kept, total FROM ranked JOIN alerts USING (alert_id)
    WHERE place <= :most ORDER BY place"""


@dataclass(frozen=True)
class UnansweredAlerts:
    """Alerts that nobody answered, the worst first and then the newest, of so many in all."""

    alerts: tuple[Alert, ...]
    total: int


def unanswered_alerts(
    database: Database, at: datetime, over_from: datetime, most: int
) -> dict[str, UnansweredAlerts]:
    """What nobody acknowledged or silenced, and no other alert says: the `open` warnings and
    criticals; the `over` ones, past and opened after an instant; and the `notice`s that are open.
    At most so many of each."""
    rows = database.connection.execute(
        UNANSWERED, {"at": to_text(at), "over_from": to_text(over_from), "most": most}
    ).fetchall()
    found: dict[str, UnansweredAlerts] = {}
    for kept in ("open", "over", "notice"):
        mine = [row for row in rows if row["kept"] == kept]
        total = mine[0]["total"] if mine else 0
        found[kept] = UnansweredAlerts(tuple(alert_of(row) for row in mine), total)
    return found


class AlertName(NamedTuple):
    """By what an alert can be found."""

    alert_id: str
    rule_id: str
    subject: str
    severity: str
    state: str
    opened_at: datetime
    headline: str


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


def active_alerts(database: Database, attention_from: datetime) -> list[Alert]:
    """The open conditions, and the dated events young enough to ask for attention; the newest
    first."""
    rows = database.connection.execute(
        """SELECT * FROM alerts WHERE state = 'open' AND (kind = 'condition' OR opened_at > ?)
           ORDER BY opened_at DESC, alert_id DESC""",
        (to_text(attention_from),),
    )
    return [alert_of(row) for row in rows]
