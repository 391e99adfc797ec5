"""What can be wrong with a database that `check` reads, each a change of a healthy one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner, Result

from monitor.cli.main import main
from state.instants import to_text
from tests.support import utc

AT = utc("2025-04-10 23:00")


DAY = "2025-04-10"

Broken = Callable[[Path], None]


def does(statement: str, *values: object) -> Broken:
    """What changes a database by a statement."""

    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(statement, values)
        connection.close()

    return change


def alert(
    severity: str,
    *,
    rule: str = "joint_selloff",
    kind: str = "event",
    state: str = "open",
    hours_ago: float = 1,
    acknowledged_by: str = "",
    acknowledged_for: timedelta | None = None,
) -> Broken:
    """What opens an alert, with its transition and its judgement."""
    opened = to_text(AT - timedelta(hours=hours_ago))
    alert_id = f"{rule}/us/{DAY}"
    until = None if acknowledged_for is None else to_text(AT + acknowledged_for)
    labelled = [("S&P 500, fall", 1.26, None), ("Weakest leg", 1.26, 1.0)]
    evidence = [
        {"label": label, "value": value, "unit": "sd", "threshold": threshold}
        for label, value, threshold in labelled
    ]
    explained = {"headline": "All three fell.", "evidence": evidence}

    def change(path: Path) -> None:
        does(
            "INSERT INTO alerts VALUES "
            "(?, ?, 'us', ?3, ?, ?, ?, 0, ?7, NULL, ?3, ?7, '[]', 1, ?, ?)",
            *(alert_id, rule, DAY, kind, state, severity, opened, acknowledged_by, until),
        )(path)
        does(
            "INSERT INTO transitions VALUES (?, ?, ?, 'opened', NULL, '{}', ?, '[]', 0, '', NULL, "
            "NULL, NULL, '')",
            *(f"{alert_id}/1", alert_id, opened),
            json.dumps({"answer": "firing", "explained": explained}),
        )(path)
        does(
            "INSERT INTO evaluations VALUES (?, 'us', ?, ?, 'firing', ?, 0, 1.26, 'sd', '', NULL, "
            "NULL)",
            *(rule, DAY, opened, severity),
        )(path)

    return change


def owed(status: str, minutes_ago: float) -> Broken:
    """What owes a digest to Slack since then."""
    due = to_text(AT - timedelta(minutes=minutes_ago))

    def change(path: Path) -> None:
        does("INSERT INTO digests VALUES (?, ?, '{}', NULL)", DAY, due)(path)
        does(
            "INSERT INTO deliveries (digest_date, channel, status, created_at, due_at, not_before,"
            " problem) VALUES (?1, 'slack', ?2, ?3, ?3, ?3, 'HTTP 503')",
            *(DAY, status, due),
        )(path)

    return change


def both(*changes: Broken) -> Broken:
    """One change after the other."""

    def change(path: Path) -> None:
        for one in changes:
            one(path)

    return change


def stale(*names: str) -> Broken:
    """What makes sources stale since a second ago."""
    marks = ",".join("?" * len(names))
    return does(
        f"UPDATE source_health SET stale_at = '2025-04-10T22:59:59Z', problem = 'HTTP 500' "
        f"WHERE source IN ({marks})",
        *names,
    )


def overwritten(path: Path) -> None:
    """Every page but the first is noise: the header is right, the tables are gone."""
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\x5a" * (len(content) - 4096))


def holding(content: bytes) -> Broken:
    """What puts other content in the file's place."""

    def change(path: Path) -> None:
        path.write_bytes(content)

    return change


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def nothing(path: Path) -> None:
    """What is well."""


SILENCE = (
    "INSERT INTO silences (rule_id, subject, made_at, until, made_by, why, ended_at) "
    "VALUES ('joint_selloff', ?, '2025-04-10T20:00:00Z', ?, 'kim', 'known', ?)"
)


SAID_ELSEWHERE = "INSERT INTO withheld VALUES (?, 'inhibited', 'joint_selloff/us/2025-04-10', NULL)"


FAILED = "https://x.org/?a=b: expected a whole answer, got ConnectionError (no name); asked again"


LOST = "INSERT INTO connections VALUES ('slack', ?, 'closed')"


LATER, BEFORE = "2025-04-11T20:00:00Z", "2025-04-10T22:00:00Z"


def failing(source: str, state: str) -> Broken:
    """What refused a source's body at 22:30 and again since, after it was well at 22:00."""

    def change(path: Path) -> None:
        at = (to_text(AT - timedelta(minutes=60)), "2025-04-10T22:30:00Z", to_text(AT))
        for moment, now in zip(at, ("OK", state, state), strict=True):
            does(
                "INSERT INTO source_health_changes "
                "VALUES (?, ?, ?, 'HTTP 500', ?, ?, 0, ?2, '2025-04-11T23:00:00Z')",
                *(source, moment, now, at[0], DAY),
            )(path)
        does(
            "UPDATE source_health SET state = ?, problem = 'HTTP 500', last_success_at = ?, "
            "last_attempt_at = ? WHERE source = ?",
            *(state, at[0], at[2], source),
        )(path)

    return change


def run(path: Path, *options: str) -> Result:
    asked = ["--db", str(path), "check", "--at", "2025-04-10T23:00:00Z", *options]
    return CliRunner().invoke(main, asked)
