"""What happened to the backups of a database, and what each holds."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

from state.backup import Copied
from state.backup_state import BackupState, read_backup_state
from state.database import Database
from state.instants import to_text


class BackupEvents:
    """The events of one database; one is never changed."""

    def __init__(self, database: Database):
        self._database = database

    def state(self) -> BackupState:
        """The last of each."""
        return read_backup_state(self._database.connection)

    def plan(self) -> str:
        """What was planned last, in the words it was recorded in; empty where nothing was."""
        row = self._database.connection.execute(
            "SELECT contents FROM backup_events WHERE what = 'planned' ORDER BY event_id DESC"
        ).fetchone()
        return "" if row is None else str(row[0])

    def contents_of(self, file: str) -> Copied | None:
        """What a backup held when it was made; None where that is not known."""
        row = self._database.connection.execute(
            "SELECT contents FROM backup_events WHERE what = 'made' AND file = ? "
            "ORDER BY event_id DESC",
            (file,),
        ).fetchone()
        return Copied(**json.loads(row[0])) if row is not None and row[0] else None

    def disproven(self) -> set[str]:
        """The files of backups that failed a restore test."""
        rows = self._database.connection.execute(
            "SELECT file FROM backup_events WHERE what = 'disproven'"
        )
        return {row[0] for row in rows}

    def record(
        self,
        what: str,
        at: datetime,
        file: str = "",
        problem: str = "",
        overdue_at: datetime | None = None,
        contents: str | Copied = "",
    ) -> None:
        """Note that something happened."""
        text = contents if isinstance(contents, str) else json.dumps(asdict(contents))
        overdue = None if overdue_at is None else to_text(overdue_at)
        with self._database.immediate() as connection:
            connection.execute(
                "INSERT INTO backup_events (what, at, file, problem, overdue_at, contents) "
                "VALUES (?, ?, ?, ?, ?, ?)",
                (what, to_text(at), file, problem, overdue, text),
            )

    def forget_contents(self, files: Collection[str]) -> None:
        """Forget what backups held that are no longer there; that they were made stays."""
        with self._database.immediate() as connection:
            connection.executemany(
                "UPDATE backup_events SET contents = '' WHERE what = 'made' AND file = ?",
                [(one,) for one in files],
            )
