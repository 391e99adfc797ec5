"""Alerts chosen and ordered by the database, which may hold thousands."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from datetime import datetime
from typing import Final

from alerts.model import Alert
from state.alert_names import IS_WANTED, Wanted
from state.alert_rows import alert_of
from state.database import Database
from state.instants import to_text

WORST_FIRST: Final = "CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, "


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


def wanted_alerts(database: Database, wanted: Wanted) -> list[Alert]:
    """All alerts wanted, the newest last."""
    rows = database.connection.execute(
        f"SELECT * FROM alerts WHERE {IS_WANTED} ORDER BY opened_at, alert_id", astuple(wanted)
    )
    return [alert_of(row) for row in rows]


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


def active_alerts(database: Database, attention_from: datetime) -> list[Alert]:
    """The open conditions, and the dated events young enough to ask for attention; the newest
    first."""
    rows = database.connection.execute(
        """SELECT * FROM alerts WHERE state = 'open' AND (kind = 'condition' OR opened_at > ?)
           ORDER BY opened_at DESC, alert_id DESC""",
        (to_text(attention_from),),
    )
    return [alert_of(row) for row in rows]
