"""What people answered that one database has and another has not, as commands to repeat it."""

from __future__ import annotations

import shlex
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from state.instants import from_text
from state.read_only import open_read_only

ACKNOWLEDGED: Final = """
    SELECT alert_id, json_extract(after, '$.acknowledged_by') AS who, note, at FROM transitions
    WHERE reason = 'acknowledged' ORDER BY rowid"""
SILENCED: Final = """
    SELECT rule_id, subject, made_by, why, made_at, until, ended_at FROM silences
    ORDER BY silence_id"""
ACCEPTED: Final = """
    SELECT source, decided_by, decided_at FROM corrections
    WHERE decided_by <> '' AND status IN ('accepted', 'stored') ORDER BY correction_id"""


def lost_answers(has: Path, has_not: Path, at: datetime) -> tuple[str, ...]:
    """A command for each answer that the first database has alone, the oldest first; without the
    silences that are over at an instant. Raises sqlite3.Error."""
    with closing(open_read_only(has)) as mine, closing(open_read_only(has_not)) as other:
        return tuple(
            said
            for query, command in (
                (ACKNOWLEDGED, _acknowledge),
                (SILENCED, _silence),
                (ACCEPTED, _accept),
            )
            for row in _only(mine, other, query)
            for said in command(row, at)
        )


def _only(mine: sqlite3.Connection, other: sqlite3.Connection, query: str) -> Iterator[sqlite3.Row]:
    there = {tuple(row) for row in other.execute(query)}
    return (row for row in mine.execute(query).fetchall() if tuple(row) not in there)


def _acknowledge(row: sqlite3.Row, _: datetime) -> Iterator[str]:
    note = f" --note {shlex.quote(row['note'])}" if row["note"] else ""
    yield f"havenwatch ack {shlex.quote(row['alert_id'])} --by {shlex.quote(row['who'])}{note}"


def _silence(row: sqlite3.Row, at: datetime) -> Iterator[str]:
    what = row["rule_id"] if row["subject"] is None else f"{row['rule_id']}/{row['subject']}"
    if row["ended_at"] is not None:
        yield f"havenwatch unsilence {shlex.quote(what)}"
        return
    minutes = int((from_text(row["until"]) - at).total_seconds() // 60)
    if minutes > 0:
        yield (
            f"havenwatch silence {shlex.quote(what)} --for {minutes}m "
            f"--why {shlex.quote(row['why'])} --by {shlex.quote(row['made_by'])}"
        )


def _accept(row: sqlite3.Row, _: datetime) -> Iterator[str]:
    source, who = shlex.quote(row["source"]), shlex.quote(row["decided_by"])
    yield f"havenwatch accept {source} --yes --by {who}"
