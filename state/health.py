"""How each source does, and whether the program is alive."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from state.database import Database
from state.instants import from_text, to_text


@dataclass(frozen=True)
class SourceHealth:
    """One source as last seen. `state` is `ok` or says what is wrong; after `stale_at` without
    anything newer its data are stale."""

    source: str
    state: str
    problem: str
    first_attempt_at: datetime
    last_attempt_at: datetime
    last_success_at: datetime | None
    newest_period: date | None
    failures: int
    next_due_at: datetime
    stale_at: datetime

    def is_fresh(self, at: datetime) -> bool:
        """Whether it has answered and is not past its deadline."""
        return self.last_success_at is not None and at <= self.stale_at


@dataclass(frozen=True)
class Accepted:
    """What identifies a body: the publisher's validators and the digest of its bytes; and how many
    numbers it held."""

    etag: str | None
    last_modified: str | None
    sha256: str
    cells: int


@dataclass(frozen=True)
class Heartbeat:
    """The program's own times. What became known before `watching_since` is history."""

    watching_since: datetime
    last_tick_at: datetime
    next_digest_at: datetime


class Health:
    """The health rows of one database."""

    def __init__(self, database: Database):
        self._database = database

    def sources(self) -> dict[str, SourceHealth]:
        """Every source asked at least once, by name."""
        rows = self._database.connection.execute("SELECT * FROM source_health ORDER BY source")
        return {row["source"]: health_of(row) for row in rows}

    def watching_since(self) -> datetime | None:
        """What became known before it is history; None before the first tick."""
        beat = self.heartbeat()
        return None if beat is None else beat.watching_since

    def source(self, name: str) -> SourceHealth | None:
        """One source, or None where it has never been asked."""
        row = self._database.connection.execute(
            "SELECT * FROM source_health WHERE source = ?", (name,)
        ).fetchone()
        return None if row is None else health_of(row)

    def record_source(self, connection: sqlite3.Connection, health: SourceHealth) -> None:
        """Store a source's health in place of what was there."""
        newest, success = health.newest_period, health.last_success_at
        connection.execute(
            "INSERT OR REPLACE INTO source_health VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                health.source,
                health.state,
                health.problem,
                to_text(health.first_attempt_at),
                to_text(health.last_attempt_at),
                None if success is None else to_text(success),
                None if newest is None else newest.isoformat(),
                health.failures,
                to_text(health.next_due_at),
                to_text(health.stale_at),
            ),
        )
        connection.execute(
            """INSERT OR REPLACE INTO source_health_changes
               SELECT source, last_attempt_at, state, problem, last_success_at, newest_period,
                   failures, next_due_at, stale_at FROM source_health WHERE source = ?""",
            (health.source,),
        )

    def keep_only(self, sources: Collection[str], at: datetime) -> None:
        """Forget sources that are no longer asked, so that they are not missed either."""
        rows = self._database.connection.execute("SELECT source FROM source_health")
        gone = [row["source"] for row in rows if row["source"] not in sources]
        if gone:
            with self._database.immediate() as connection:
                self.forget(connection, gone, at)

    def forget(self, connection: sqlite3.Connection, gone: Collection[str], at: datetime) -> None:
        """Forget some sources, inside the caller's transaction."""
        connection.executemany(
            """INSERT OR REPLACE INTO source_health_changes
               SELECT source, ?2, '', '', last_success_at, newest_period, failures,
                   next_due_at, stale_at FROM source_health WHERE source = ?1""",
            [(name, to_text(at)) for name in gone],
        )
        connection.executemany(
            "DELETE FROM source_health WHERE source = ?", [(name,) for name in gone]
        )

    def accepted(self, url: str) -> Accepted | None:
        """The body accepted last from a URL, or None."""
        row = self._database.connection.execute(
            "SELECT etag, last_modified, sha256, cells FROM accepted_bodies WHERE url = ?", (url,)
        ).fetchone()
        return None if row is None else Accepted(*row)

    def every_accepted(self) -> dict[str, Accepted]:
        """The body accepted last from each URL."""
        rows = self._database.connection.execute(
            "SELECT url, etag, last_modified, sha256, cells FROM accepted_bodies"
        )
        return {row["url"]: Accepted(*row[1:]) for row in rows}

    def record_accepted(
        self, connection: sqlite3.Connection, source: str, bodies: Mapping[str, Accepted]
    ) -> None:
        """Remember accepted bodies; only those, so that a refused one is asked for again."""
        connection.executemany(
            "INSERT OR REPLACE INTO accepted_bodies "
            "(url, etag, last_modified, sha256, cells, source) VALUES (?, ?, ?, ?, ?, ?)",
            [
                (url, one.etag, one.last_modified, one.sha256, one.cells, source)
                for url, one in bodies.items()
            ],
        )

    def forget_accepted(
        self, connection: sqlite3.Connection, source: str, base_url: str, asked: Collection[str]
    ) -> None:
        """Forget the accepted bodies of a source but those of the addresses just asked: one that
        holds a date is never asked again. Those of before sources were noted go by `base_url`."""
        rows = connection.execute(
            "SELECT url FROM accepted_bodies "
            "WHERE source = ?1 OR (source = '' AND substr(url, 1, length(?2)) = ?2)",
            (source, base_url),
        )
        gone = [(row["url"],) for row in rows.fetchall() if row["url"] not in asked]
        connection.executemany("DELETE FROM accepted_bodies WHERE url = ?", gone)

    def heartbeat(self) -> Heartbeat | None:
        """The program's own times, or None before the first tick."""
        row = self._database.connection.execute("SELECT * FROM heartbeat").fetchone()
        if row is None:
            return None
        return Heartbeat(
            from_text(row["watching_since"]),
            from_text(row["last_tick_at"]),
            from_text(row["next_digest_at"]),
        )

    def begin(self, at: datetime, watching_since: datetime, next_digest_at: datetime) -> Heartbeat:
        """The heartbeat, made at the first tick of a database and left alone at all others."""
        found = self.heartbeat()
        if found is None:
            found = Heartbeat(watching_since, at, next_digest_at)
            self._database.connection.execute(
                "INSERT INTO heartbeat VALUES (1, ?, ?, ?)",
                (to_text(watching_since), to_text(at), to_text(next_digest_at)),
            )
        return found

    def beat(self, at: datetime, *, is_overdue: bool) -> None:
        """Remember that a tick ended. `is_overdue`: something waited for it, so that the program
        was not running before."""
        with self._database.immediate() as connection:
            connection.execute("UPDATE heartbeat SET last_tick_at = ?", (to_text(at),))
            changed = 0
            if not is_overdue:
                changed = connection.execute(
                    "UPDATE program_runs SET last_tick_at = ? "
                    "WHERE began_at = (SELECT max(began_at) FROM program_runs)",
                    (to_text(at),),
                ).rowcount
            if not changed:
                connection.execute(
                    "INSERT OR REPLACE INTO program_runs VALUES (?1, ?1)", (to_text(at),)
                )

    def record_next_digest(self, connection: sqlite3.Connection, at: datetime) -> None:
        """When the next digest is due."""
        connection.execute("UPDATE heartbeat SET next_digest_at = ?", (to_text(at),))


def health_of(row: sqlite3.Row) -> SourceHealth:
    """From its row."""
    newest, success = row["newest_period"], row["last_success_at"]
    return SourceHealth(
        source=row["source"],
        state=row["state"],
        problem=row["problem"],
        first_attempt_at=from_text(row["first_attempt_at"]),
        last_attempt_at=from_text(row["last_attempt_at"]),
        last_success_at=None if success is None else from_text(success),
        newest_period=None if newest is None else date.fromisoformat(newest),
        failures=row["failures"],
        next_due_at=from_text(row["next_due_at"]),
        stale_at=from_text(row["stale_at"]),
    )
