"""Looking at a database as it was: the rows that were there at an instant, and no others.

`look_back` puts a temporary view of the same name before each table. SQLite finds it first, so that
every query over the connection reads the past and none can forget to; the connection cannot write.
Of a table whose rows change, the history kept beside it says what a row was. Standard library
alone: the on-call check looks back too.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from state.instants import to_text

# What is said of a source whose state at an instant nobody noted: it was asked, no more is known.
NOT_RECORDED: Final = "NOT RECORDED"
NEVER: Final = "9999-12-31T00:00:00Z"

# Tables that need no view: nothing that is shown as of an instant is read from them, or it does not
# depend on the instant.
TIMELESS: Final = (
    "accepted_bodies",
    "backfills",
    "being_asked",
    "bodies",
    "corrections",
    "delivery_places",
    "frozen_clock",
    "identity",
    "kept_settings",
    "kept_views",
    "revisions",
    "rule_needs",
    "settlement_progress",
    "slack_requests",
    "vintage_bodies",
)

SEVERITY: Final = """CASE json_extract(changed.after, '$.severity')
    WHEN 1 THEN 'notice' WHEN 2 THEN 'warning' WHEN 3 THEN 'critical' END"""
# An alert's own columns that no transition changes.
LASTING: Final = ("alert_id", "rule_id", "subject", "episode", "kind", "opened_at")

# A number that was history when its vintage was stored.
WAS_HISTORY: Final = """one.known_at <
            (SELECT known_at FROM main.vintages AS it WHERE it.vintage_id = one.vintage_id)"""


def look_back(connection: sqlite3.Connection, at: datetime) -> None:
    """Make a read-only connection show the tables as they were at an instant."""
    then = to_text(at)
    for name, select in _views(connection, then).items():
        connection.execute(f"CREATE TEMP VIEW {name} AS {select}")


def is_past(connection: sqlite3.Connection, at: datetime) -> bool:
    """Whether anything was recorded after an instant, so that whoever looks at it looks back."""
    found = connection.execute(
        """SELECT EXISTS (SELECT 1 FROM heartbeat WHERE last_tick_at > ?1)
           OR EXISTS (SELECT 1 FROM transitions WHERE coalesce(recorded_at, at) > ?1)
           OR EXISTS (SELECT 1 FROM delivery_changes WHERE changed_at > ?1)
           OR EXISTS (SELECT 1 FROM silences WHERE made_at > ?1 OR ended_at > ?1)""",
        (to_text(at),),
    ).fetchone()
    return bool(found[0])


def _views(connection: sqlite3.Connection, then: str) -> Mapping[str, str]:
    """The view before each table, by the table's name."""

    def columns(table: str, prefix: str, **changed: str) -> str:
        rows = connection.execute(f"PRAGMA main.table_info({table})").fetchall()
        return ", ".join(f"{changed.get(row[1], f'{prefix}.{row[1]}')} AS {row[1]}" for row in rows)

    def until(column: str, prefix: str) -> str:
        """A column that was still empty at the instant."""
        return f"CASE WHEN {prefix}.{column} <= '{then}' THEN {prefix}.{column} END"

    after = {
        row[1]: f"json_extract(changed.after, '$.{row[1]}')"
        for row in connection.execute("PRAGMA main.table_info(alerts)")
        if row[1] not in LASTING
    }
    noted = {
        row[1]: f"noted.{row[1]}"
        for row in connection.execute("PRAGMA main.table_info(delivery_changes)")
    }
    through = f"min(one.known_through, '{then}')"
    is_recorded = "coalesce({0}.recorded_at, {0}.{1}) <= '{2}'"
    copied = _copied_by(connection, then)
    return {
        "observations": f"""SELECT * FROM main.observations AS one
            WHERE known_at <= '{then}'{copied and f" AND ({copied} OR {WAS_HISTORY})"}""",
        # SQLite takes the other columns from the row of the greatest vintage.
        "newest_estimates": """SELECT series_key, period_end, max(vintage_id) AS vintage_id,
                known_at, value
            FROM observations JOIN series USING (series_key) WHERE one_vintage = 1
            GROUP BY series_key, period_end""",
        # History that was loaded later is known from when its release calendar says.
        "vintages": f"""SELECT * FROM main.vintages AS one
            WHERE known_at <= '{then}'{copied and f" AND {copied}"}
            OR known_basis = 'assumed'""",
        "series": f"""SELECT * FROM main.series AS one WHERE EXISTS (
            SELECT 1 FROM main.observations AS it
            WHERE it.series_key = one.series_key AND it.known_at <= '{then}')""",
        "evaluations": f"""SELECT * FROM main.evaluations AS one
            WHERE {is_recorded.format("one", "known_at", then)}""",
        "transitions": f"""SELECT one.rowid AS rowid,
            {columns("transitions", "one", escalated_at=until("escalated_at", "one"))}
            FROM main.transitions AS one WHERE {is_recorded.format("one", "at", then)}""",
        "alerts": f"""SELECT {columns("alerts", "one", **{**after, "severity": SEVERITY})}
            FROM main.alerts AS one JOIN main.transitions AS changed ON changed.rowid = (
                SELECT max(rowid) FROM main.transitions AS it WHERE it.alert_id = one.alert_id
                AND {is_recorded.format("it", "at", then)})""",
        "deliveries": f"""SELECT {columns("deliveries", "one", **noted)}
            FROM main.deliveries AS one JOIN main.delivery_changes AS noted
            ON noted.delivery_id = one.delivery_id AND noted.changed_at = (
                SELECT max(changed_at) FROM main.delivery_changes AS it
                WHERE it.delivery_id = one.delivery_id AND it.changed_at <= '{then}')""",
        "announced": f"""SELECT {columns("announced", "one", gone_at=until("gone_at", "one"))}
            FROM main.announced AS one WHERE seen_at <= '{then}'""",
        "backup_events": f"SELECT * FROM main.backup_events WHERE at <= '{then}'",
        "leaderships": f"SELECT * FROM main.leaderships WHERE taken_at <= '{then}'",
        "quotes": f"SELECT * FROM main.quotes WHERE received_at <= '{then}'",
        "digests": f"SELECT * FROM main.digests WHERE composed_at <= '{then}'",
        "bulletins": f"SELECT * FROM main.bulletins WHERE composed_at <= '{then}'",
        "silences": f"""SELECT {columns("silences", "one", ended_at=until("ended_at", "one"))}
            FROM main.silences AS one WHERE made_at <= '{then}'""",
        "withheld": f"""SELECT {columns("withheld", "one", settled_at=until("settled_at", "one"))}
            FROM main.withheld AS one JOIN main.transitions AS told USING (transition_id)
            WHERE {is_recorded.format("told", "at", then)}""",
        "rule_progress": f"""SELECT rule_id, min(decided_until, '{then}') AS decided_until
            FROM main.rule_progress""",
        "following": f"""SELECT {columns("following", "one", known_through=through)}
            FROM main.following AS one""",
        "source_health": _source_health(then),
        "connections": f"""SELECT name, lost_since, problem FROM main.connection_changes AS noted
            WHERE changed_at = (SELECT max(changed_at) FROM main.connection_changes AS it
                WHERE it.name = noted.name AND it.changed_at <= '{then}') AND is_wanted""",
        "heartbeat": f"""SELECT only, watching_since, next_digest_at,
            min(coalesce(run.last_tick_at, beat.last_tick_at), '{then}') AS last_tick_at
            FROM main.heartbeat AS beat LEFT JOIN main.program_runs AS run ON run.began_at = (
                SELECT max(began_at) FROM main.program_runs WHERE began_at <= '{then}')
            WHERE run.began_at IS NOT NULL OR NOT EXISTS (SELECT 1 FROM main.program_runs)""",
    }


def _copied_by(connection: sqlite3.Connection, then: str) -> str:
    """The condition for what was copied from another database by then; empty where all was that
    was known. Few vintages come so much later than they are known that an instant lies between."""
    later = connection.execute(
        "SELECT vintage_id FROM main.vintages WHERE copied_at > ?1 AND known_at <= ?1", (then,)
    ).fetchall()
    numbers = ",".join(str(row[0]) for row in later)
    return f"one.vintage_id NOT IN ({numbers})" if numbers else ""


def _source_health(then: str) -> str:
    """How each source did; of one that was asked before its state was noted only that it was."""
    return f"""
        SELECT source, state, problem,
            coalesce((SELECT first_attempt_at FROM main.source_health AS now
                      WHERE now.source = noted.source), changed_at) AS first_attempt_at,
            changed_at AS last_attempt_at, last_success_at, newest_period, failures, next_due_at,
            stale_at
        FROM main.source_health_changes AS noted
        WHERE changed_at = (SELECT max(changed_at) FROM main.source_health_changes AS it
                            WHERE it.source = noted.source AND it.changed_at <= '{then}')
        AND state <> ''
        UNION ALL
        SELECT source, '{NOT_RECORDED}', '', first_attempt_at, first_attempt_at, first_attempt_at,
            (SELECT max(period_end) FROM main.observations JOIN main.series USING (series_key)
             WHERE dataset = now.source AND known_at <= '{then}'), 0, '{NEVER}', '{NEVER}'
        FROM main.source_health AS now WHERE first_attempt_at <= '{then}' AND NOT EXISTS (
            SELECT 1 FROM main.source_health_changes AS it
            WHERE it.source = now.source AND it.changed_at <= '{then}')"""
