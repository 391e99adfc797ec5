"""A database as it would be had the program ended at an instant: every row recorded later deleted,
and the rows that change made again, one by one, from what was noted of them.

Written without the reader that is tested against it: rows are read into Python and stored again.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from state.instants import to_text

SEVERITIES: Final = {1: "notice", 2: "warning", 3: "critical"}

Row = dict[str, Any]


def cut(database: Path, at: datetime, into: Path) -> Path:
    """A copy of a database cut at an instant."""
    shutil.copyfile(database, into)
    connection = sqlite3.connect(into)
    connection.row_factory = sqlite3.Row
    then = to_text(at)
    with connection:
        _cut_decisions(connection, then)
        _cut_deliveries(connection, then)
        _cut_health(connection, then)
        _cut_numbers(connection, then)
    connection.close()
    return into


def _rows(connection: sqlite3.Connection, query: str) -> list[Row]:
    return [dict(row) for row in connection.execute(query)]


def _store(connection: sqlite3.Connection, table: str, row: Row) -> None:
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", tuple(row.values()))


def _cut_decisions(connection: sqlite3.Connection, then: str) -> None:
    """Transitions and answers recorded until then, and of each alert what its last one made it."""
    gone = []
    last: dict[str, Row] = {}
    for row in _rows(connection, "SELECT rowid AS place, * FROM transitions ORDER BY rowid"):
        if (row["recorded_at"] or row["at"]) > then:
            gone.append((row["transition_id"],))
            continue
        last[row["alert_id"]] = json.loads(row["after"])
        if row["escalated_at"] is not None and row["escalated_at"] > then:
            connection.execute(
                "UPDATE transitions SET escalated_at = NULL WHERE rowid = ?", (row["place"],)
            )
    connection.executemany("DELETE FROM withheld WHERE transition_id = ?", gone)
    connection.executemany("DELETE FROM deliveries WHERE transition_id = ?", gone)
    connection.executemany("DELETE FROM transitions WHERE transition_id = ?", gone)
    connection.execute("UPDATE withheld SET settled_at = NULL WHERE settled_at > ?", (then,))
    for alert in _rows(connection, "SELECT * FROM alerts"):
        connection.execute("DELETE FROM alerts WHERE alert_id = ?", (alert["alert_id"],))
        after = last.get(alert["alert_id"])
        if after is None:
            continue
        after = {name: after.get(name, value) for name, value in alert.items()}
        after["severity"] = SEVERITIES[after["severity"]]
        after["ratios"] = json.dumps(after["ratios"])
        _store(connection, "alerts", after)
    connection.execute("DELETE FROM evaluations WHERE coalesce(recorded_at, known_at) > ?", (then,))
    connection.execute("UPDATE rule_progress SET decided_until = min(decided_until, ?)", (then,))


def _cut_deliveries(connection: sqlite3.Connection, then: str) -> None:
    """Each message as it was noted last, digests and silences made until then."""
    noted: dict[int, Row] = {}
    for row in _rows(connection, "SELECT * FROM delivery_changes ORDER BY changed_at"):
        if row["changed_at"] <= then:
            noted[row["delivery_id"]] = row
    for row in _rows(connection, "SELECT * FROM deliveries ORDER BY delivery_id"):
        connection.execute("DELETE FROM deliveries WHERE delivery_id = ?", (row["delivery_id"],))
        if row["delivery_id"] in noted:
            _store(connection, "deliveries", {**row, **noted[row["delivery_id"]]})
    connection.execute("DELETE FROM delivery_changes WHERE changed_at > ?", (then,))
    connection.execute("DELETE FROM digests WHERE composed_at > ?", (then,))
    connection.execute("DELETE FROM silences WHERE made_at > ?", (then,))
    connection.execute("UPDATE silences SET ended_at = NULL WHERE ended_at > ?", (then,))


def _cut_health(connection: sqlite3.Connection, then: str) -> None:
    """Sources and connections as they were noted last, and the program's own times."""
    noted: dict[str, Row] = {}
    for row in _rows(connection, "SELECT * FROM source_health_changes ORDER BY changed_at"):
        if row["changed_at"] <= then:
            noted[row["source"]] = row
    first = {
        r["source"]: r["first_attempt_at"] for r in _rows(connection, "SELECT * FROM source_health")
    }
    connection.execute("DELETE FROM source_health")
    for source, row in noted.items():
        if row["state"]:
            at = row.pop("changed_at")
            made = {**row, "last_attempt_at": at, "first_attempt_at": first.get(source, at)}
            _store(connection, "source_health", made)
    connection.execute("DELETE FROM source_health_changes WHERE changed_at > ?", (then,))
    lost: dict[str, Row] = {}
    for row in _rows(connection, "SELECT * FROM connection_changes ORDER BY changed_at"):
        if row["changed_at"] <= then:
            lost[row["name"]] = row
    connection.execute("DELETE FROM connections")
    for name, row in lost.items():
        if row["is_wanted"]:
            kept = {"name": name, "lost_since": row["lost_since"], "problem": row["problem"]}
            _store(connection, "connections", kept)
    runs = _rows(connection, "SELECT * FROM program_runs ORDER BY began_at")
    begun = [one for one in runs if one["began_at"] <= then]
    if begun:
        last_tick = min(begun[-1]["last_tick_at"], then)
        connection.execute("UPDATE heartbeat SET last_tick_at = ?", (last_tick,))
    else:
        connection.execute("DELETE FROM heartbeat")


def _cut_numbers(connection: sqlite3.Connection, then: str) -> None:
    """The numbers known then; a vintage or a series of which none is left goes with them."""
    connection.execute("DELETE FROM announced WHERE seen_at > ?", (then,))
    connection.execute("UPDATE announced SET gone_at = NULL WHERE gone_at > ?", (then,))
    connection.execute("DELETE FROM quotes WHERE received_at > ?", (then,))
    connection.execute("DELETE FROM observations WHERE known_at > ?", (then,))
    # What came from a database that is followed after it was known there, but for its history.
    for row in _rows(connection, "SELECT * FROM vintages WHERE copied_at IS NOT NULL"):
        if row["copied_at"] > then:
            connection.execute(
                "DELETE FROM observations WHERE vintage_id = ? AND known_at = ?",
                (row["vintage_id"], row["known_at"]),
            )
    connection.execute("UPDATE following SET known_through = min(known_through, ?)", (then,))
    used = {row["vintage_id"] for row in _rows(connection, "SELECT vintage_id FROM observations")}
    for row in _rows(connection, "SELECT vintage_id FROM vintages"):
        if row["vintage_id"] not in used:
            for table in ("vintage_bodies", "vintages"):
                connection.execute(
                    f"DELETE FROM {table} WHERE vintage_id = ?", (row["vintage_id"],)
                )
    stored = {row["series_key"] for row in _rows(connection, "SELECT series_key FROM observations")}
    for row in _rows(connection, "SELECT series_key FROM series"):
        if row["series_key"] not in stored:
            connection.execute("DELETE FROM series WHERE series_key = ?", (row["series_key"],))
