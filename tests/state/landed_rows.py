"""Rows for databases of every schema: of each table one or more, in every state that a step treats
otherwise, and what they are after all later steps."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any, Final

Row = dict[str, Any]

MADE, DONE = "2025-04-10T22:30:00Z", "2025-04-10T22:31:00Z"
LATER: Final = "2025-04-10T22:40:00Z"
ALERT: Final = "joint_selloff/us/2025-04-10"


def _delivery(number: int, channel: str, status: str, **others: Any) -> Row:
    settled = None if status in ("due", "sending") else DONE
    row = {
        "delivery_id": number, "transition_id": f"{ALERT}/1", "digest_date": None,
        "channel": channel, "status": status, "attempts": 2, "created_at": MADE, "due_at": MADE,
        "not_before": LATER, "is_escalation": 0, "settled_at": settled, "receipt": None,
        "problem": None, "changed_at": settled or MADE, "is_unsure": 0, "missing": "[]",
        "is_remark_seen": 0, "bulletin_id": None,
    }  # fmt: skip
    return {**row, **others}


# Every column that a table has now; a schema without one has the row without it.
ROWS: Final[Mapping[str, list[Row]]] = {
    "series": [{
        "series_key": 1, "series_id": "ust10y", "dataset": "treasury_curve", "title": "10-year",
        "unit": "pct", "frequency": "session", "source": "US Treasury", "one_vintage": 0,
    }],
    "vintages": [{
        "vintage_id": 7, "dataset": "treasury_curve", "urls": '["https://x"]', "sha256": "ab",
        "published_at": None, "fetched_at": MADE, "known_at": MADE, "known_basis": "observed",
        "is_whole": 1, "rows_kept": "all", "tail_from": "2025-01-08", "copied_at": DONE,
    }],
    "observations": [{
        "series_key": 1, "period_end": day, "vintage_id": 7, "known_at": MADE, "value": value,
    } for day, value in (("2025-04-09", 4.34), ("2025-04-10", 4.4))],
    "source_health": [{
        "source": "treasury_curve", "state": "OK", "problem": "", "first_attempt_at": MADE,
        "last_attempt_at": DONE, "last_success_at": DONE, "newest_period": "2025-04-10",
        "failures": 0, "next_due_at": DONE, "stale_at": "2025-04-14T22:30:00Z",
    }],
    "accepted_bodies": [{
        "url": "https://x", "etag": '"e"', "last_modified": None, "sha256": "ab", "cells": 12,
        "source": "treasury_curve",
    }],
    "rule_progress": [{"rule_id": "joint_selloff", "decided_until": MADE}],
    "evaluations": [{
        "rule_id": "joint_selloff", "subject": "us", "period_end": "2025-04-10", "known_at": MADE,
        "answer": answer, "severity": severity, "provisional": 0, "measure": 1.26,
        "measure_unit": "sd", "reason": "", "nearness": None, "recorded_at": None,
    } for answer, severity in (("firing", "critical"),)],
    "alerts": [{
        "alert_id": ALERT, "rule_id": "joint_selloff", "subject": "us", "episode": "2025-04-10",
        "kind": "event", "state": "open", "severity": "critical", "provisional": 1,
        "opened_at": MADE, "closed_at": None, "period_end": "2025-04-10", "known_at": MADE,
        "ratios": "[1.26]", "transitions": 1, "acknowledged_by": "ana", "acknowledged_until": DONE,
    }],
    "transitions": [{
        "transition_id": f"{ALERT}/1", "alert_id": ALERT, "at": MADE, "reason": "opened",
        "before": None, "after": '{"severity": 3}', "signal": "{}", "releases": "[]", "late": 0,
        "note": "seen", "escalated_at": DONE, "recorded_at": DONE, "settlement": "{}",
        "definition": "ab12",
    }],
    "digests": [{
        "digest_date": "2025-04-10", "composed_at": MADE, "page": "{}", "told_through": 1,
    }],
    "bulletins": [{"bulletin_id": "tic/2025-02", "composed_at": MADE, "page": "{}"}],
    "deliveries": [
        _delivery(1, "due", "due"),
        _delivery(2, "sending", "sending"),
        _delivery(3, "sent", "sent", receipt="r-1", problem="no chart"),
        _delivery(4, "dead", "dead", problem="HTTP 410"),
        _delivery(5, "mail", "sent", transition_id=None, digest_date="2025-04-10"),
    ],
    "heartbeat": [{
        "only": 1, "watching_since": MADE, "last_tick_at": DONE, "next_digest_at": DONE,
    }],
    "bodies": [{
        "sha256": "ab", "compressed": b"\x00\x01", "content_type": "text/csv", "size_bytes": 9,
        "kept_at": MADE,
    }],
    "vintage_bodies": [{"vintage_id": 7, "url": "https://x", "sha256": "ab"}],
    "backfills": [{"source": "s", "since": "1990-01-01", "url": "https://x", "stored_at": MADE}],
    "silences": [{
        "silence_id": 1, "rule_id": "joint_selloff", "subject": None, "made_at": MADE,
        "until": DONE, "made_by": "ana", "why": "a holiday", "ended_at": None,
    }],
    "withheld": [{
        "transition_id": f"{ALERT}/1", "why": "silenced", "behind": "1", "settled_at": None,
    }],
    "rule_needs": [{"rule_id": "joint_selloff", "series": "ust10y", "source": "treasury_curve"}],
    "connections": [
        {"name": "slack", "lost_since": MADE, "problem": "refused"},
        {"name": "slack2", "lost_since": None, "problem": ""},
    ],
    "corrections": [{
        "correction_id": 1, "source": "treasury_tic", "fingerprint": "f", "problem": "p",
        "changes": "[]", "change_count": 3, "settles": 1, "status": "held", "polls": 2,
        "first_seen_at": MADE, "last_seen_at": DONE, "decided_by": "", "decided_at": None,
    }],
    "program_runs": [{"began_at": MADE, "last_tick_at": DONE}],
    "being_asked": [{"source": "cboe", "since": MADE}],
    "delivery_places": [{
        "delivery_id": 3, "conversation": "C1", "thread": "", "since": MADE,
    }],
    "identity": [{"only": 1, "database_id": "0123456789abcdef"}],
    "kept_settings": [{"only": 1, "fingerprint": "f", "settings": "{}"}],
    "kept_views": [{"name": "verdict", "made_from": "m", "holds_from": MADE, "view": "{}"}],
    "slack_requests": [{"digest": "d", "begun_at": MADE}],
    "frozen_clock": [{"only": 1, "at": DONE}],
    "settlement_progress": [{"only": 1, "decided_until": MADE}],
    "quotes": [{
        "received_at": MADE, "series_id": "spx", "feed": "yahoo_quotes", "at": MADE,
        "value": 5268.05, "previous_close": None, "label": "S&P 500",
    }],
    "announced": [{
        "source": "fiscaldata_auctions", "day": "2025-04-22", "what": "2-Year",
        "offering_usd_mn": 69000.0, "seen_at": MADE, "gone_at": None,
    }],
    "following": [{
        "only": 1, "database_id": "0123456789abcdef", "path": "/srv/rates/havenwatch.db",
        "copied_through": 7, "newest": "treasury_curve", "shift": 0, "known_through": MADE,
    }],
    "backup_events": [{
        "event_id": 1, "what": "made", "at": MADE, "file": "x-20250410T223000Z.db", "problem": "",
        "overdue_at": DONE, "contents": "{}",
    }],
    "leaderships": [{
        "token": 2, "host_id": "host-b", "taken_at": MADE, "restored_from": 1, "replica_at": MADE,
        "set_aside": "havenwatch.db.before-2", "lost_answers": "[]",
    }],
    "newest_estimates": [{
        "series_key": 1, "period_end": "2025-04-09", "vintage_id": 7, "known_at": MADE,
        "value": 0.61,
    }],
}  # fmt: skip

# Written by triggers, or begun with rows by their step: what is in them must only stay.
NOTED: Final = (
    "delivery_changes", "source_health_changes", "connection_changes", "revisions",
)  # fmt: skip


def insert_rows(connection: sqlite3.Connection, tables: Collection[str] = tuple(ROWS)) -> None:
    """Insert the rows of tables as far as the schema has them and their columns."""
    for table in tables:
        columns = _columns(connection, table)
        for row in ROWS[table] if columns else ():
            known = {name: value for name, value in row.items() if name in columns}
            connection.execute(
                f"INSERT INTO {table} ({', '.join(known)}) VALUES ({', '.join('?' * len(known))})",
                [*known.values()],
            )


def rows_in(connection: sqlite3.Connection, table: str) -> list[Row]:
    """All rows of a table, in one order."""
    found = [dict(row) for row in connection.execute(f"SELECT * FROM {table}")]
    return sorted(found, key=lambda row: str([*row.values()]))


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


def after_all_steps(table: str, row: Row, had: Collection[str]) -> Row:
    """What a row of a database that has `had` some steps is after all of them."""
    return {**row, **dict(_filled(table, row, had))}


def _filled(table: str, row: Row, had: Collection[str]) -> list[tuple[str, Any]]:
    """What the steps still to come put into their new columns of a row."""
    steps: dict[str, dict[str, Any]] = {
        "alerts": {"answers": {"acknowledged_by": "", "acknowledged_until": None}},
        "transitions": {
            "answers": {"note": "", "escalated_at": None},
            "history": {"recorded_at": None},
            "settlements": {"settlement": None},
            "rule_definitions": {"definition": ""},
        },
        "evaluations": {
            "whole_digests": {"nearness": None},
            "history": {"recorded_at": None},
        },
        "digests": {"whole_digests": {"told_through": None}},
        "accepted_bodies": {"held_corrections": {"source": ""}},
        "vintages": {
            "retention_of_vintages": {"rows_kept": "all", "tail_from": None},
            "following": {"copied_at": None},
        },
    }
    found = [
        (name, value)
        for step, filled in steps.get(table, {}).items()
        if step not in had
        for name, value in filled.items()
    ]
    return found + (_filled_delivery(row, had) if table == "deliveries" else [])


def _filled_delivery(row: Row, had: Collection[str]) -> list[tuple[str, Any]]:
    """The same of a notification: of its attempts before they were noted nobody knows."""
    found: list[tuple[str, Any]] = []
    if "answers" not in had:
        found += [("due_at", row["created_at"]), ("is_escalation", 0)]
    if "tries_and_identity" not in had:
        status = row["status"]
        is_changed = status in ("sending", "dead", "sent")
        noted = row["changed_at"] if "history" in had else None
        at_least = noted or row["settled_at"] or row["created_at"]
        found += [
            ("is_unsure", int(status in ("sending", "dead"))),
            ("is_remark_seen", int(status == "sent")),
            ("missing", "[]"),
            ("changed_at", at_least if is_changed else noted),
        ]
    return found
