"""The on-call check: read-only, and light enough to run every minute.

It reads the database with the standard library alone, so that it starts fast and works while the
program writes.
"""

from __future__ import annotations

import sqlite3
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

OK: Final = 0
WARNING: Final = 1
CRITICAL: Final = 2
UNKNOWN: Final = 3
WORDS: Final = {OK: "OK", WARNING: "WARNING", CRITICAL: "CRITICAL", UNKNOWN: "UNKNOWN"}

# The same defaults as the configuration's; a test holds them equal.
TICK_OVERDUE_MINUTES: Final = 15
EVENT_ATTENTION_HOURS: Final = 24
MOST_CHARACTERS: Final = 4000


@dataclass(frozen=True)
class Checked:
    """The answer of a check: a Nagios exit code, the first line, and the lines behind it."""

    code: int
    line: str
    details: tuple[str, ...]

    def text(self) -> str:
        """All lines, at most 4 KB."""
        return "\n".join([self.line, *self.details])[:MOST_CHARACTERS]


@dataclass(frozen=True)
class Limits:
    """When silence is suspicious, and how long a dated event asks for attention."""

    tick_overdue: timedelta = timedelta(minutes=TICK_OVERDUE_MINUTES)
    event_attention: timedelta = timedelta(hours=EVENT_ATTENTION_HOURS)


def settings(config: Path) -> tuple[Path, Limits]:
    """The database and the limits named in a configuration, without checking the rest of it."""
    found: dict[str, Any] = {}
    if config.exists():
        found = tomllib.loads(config.read_text(encoding="utf-8"))
    monitor = found.get("monitor", {})
    path = config.parent / found.get("state", {}).get("path", "havenwatch.db")
    return path, Limits(
        timedelta(minutes=monitor.get("tick_overdue_minutes", TICK_OVERDUE_MINUTES)),
        timedelta(hours=monitor.get("event_attention_hours", EVENT_ATTENTION_HOURS)),
    )


def check(database: Path, limits: Limits, at: datetime) -> Checked:
    """What an on-call person must know of a database at an instant.

    UNKNOWN where it is missing, unreadable or its last tick is too old, whatever it says; then
    CRITICAL for a critical alert or a message that could not be delivered, UNKNOWN for stale data,
    WARNING for a warning.
    """
    if not database.exists():
        return _answer(UNKNOWN, f"no database at {database}; start it with: havenwatch run")
    try:
        connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=5)
        connection.row_factory = sqlite3.Row
        try:
            return _read(connection, limits, at)
        finally:
            connection.close()
    except sqlite3.Error as error:
        return _answer(UNKNOWN, f"cannot read {database}: {error}")


def _read(connection: sqlite3.Connection, limits: Limits, at: datetime) -> Checked:
    beat = connection.execute("SELECT last_tick_at FROM heartbeat").fetchone()
    if beat is None:
        return _answer(UNKNOWN, "it has never ticked; start it with: havenwatch run")
    age = at - datetime.fromisoformat(beat["last_tick_at"])
    alerts = _alerts(connection, limits, at)
    dead = int(connection.execute(
        "SELECT count(*) FROM deliveries WHERE status = 'dead'"
    ).fetchone()[0])  # fmt: skip
    sources = connection.execute("SELECT * FROM source_health ORDER BY source").fetchall()
    stale = [_stale_line(row) for row in sources if _is_stale(row, at)]
    failing = [
        f"{row['source']} failing, its data still fresh: {row['problem']}"
        for row in sources
        if row["state"] != "OK" and not _is_stale(row, at)
    ]
    critical = [row for row in alerts if row["severity"] == "critical"]
    warning = [row for row in alerts if row["severity"] == "warning"]
    perfdata = (
        f"critical={len(critical)} warning={len(warning)} dead_letters={dead} "
        f"stale_sources={len(stale)} tick_age={max(int(age.total_seconds()), 0)}s"
    )
    details = [*(_alert_line(row) for row in (*critical, *warning)), *stale, *failing]
    if age < -limits.tick_overdue:
        said = f"asked for {_text(at)}, but the last tick was {beat['last_tick_at']}: wrong clock"
        return _answer(UNKNOWN, said, perfdata, details)
    if age > limits.tick_overdue:
        said = f"last tick {beat['last_tick_at']}, {_ago(age)} ago: the bot is not running"
        return _answer(UNKNOWN, said, perfdata, details)
    if critical or dead:
        what = [_alert_line(row) for row in critical[:1]]
        what += [f"{dead} undeliverable message(s)"] if dead else []
        return _answer(CRITICAL, "; ".join(what), perfdata, details)
    if stale:
        return _answer(UNKNOWN, stale[0], perfdata, details)
    if warning:
        return _answer(WARNING, _alert_line(warning[0]), perfdata, details)
    return _answer(OK, "nothing asks for attention, all sources fresh", perfdata, details)


def _alerts(connection: sqlite3.Connection, limits: Limits, at: datetime) -> list[sqlite3.Row]:
    """Open conditions, and dated events young enough to ask for attention; newest first."""
    return connection.execute(
        """SELECT * FROM alerts WHERE state = 'open' AND (kind = 'condition' OR opened_at > ?)
           ORDER BY opened_at DESC""",
        (_text(at - limits.event_attention),),
    ).fetchall()


def _is_stale(row: sqlite3.Row, at: datetime) -> bool:
    """Past its deadline, or never answered at all."""
    return row["last_success_at"] is None or bool(row["stale_at"] < _text(at))


def _stale_line(row: sqlite3.Row) -> str:
    why = row["problem"] or "nothing newer came"
    if row["last_success_at"] is None:
        return f"{row['source']} has never answered: {why}"
    return f"{row['source']} stale since {row['stale_at']}: {why}"


def _alert_line(row: sqlite3.Row) -> str:
    provisional = ", provisional" if row["provisional"] else ""
    return f"{row['rule_id']} {row['subject']} {row['episode']} ({row['severity']}{provisional})"


def _answer(code: int, said: str, perfdata: str = "", details: list[str] | None = None) -> Checked:
    line = f"{WORDS[code]} - {said}" + (f" | {perfdata}" if perfdata else "")
    return Checked(code, " ".join(line.split()), tuple(details or ()))


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ago(age: timedelta) -> str:
    hours = age.total_seconds() / 3600
    return f"{hours / 24:.1f} days" if hours >= 48 else f"{hours:.1f} h"
