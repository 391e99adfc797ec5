"""Bulletins: what is said once of a release, such as a month of TIC, stored whole as it was
composed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from alerts.message.message import Message
from state.database import Database
from state.instants import from_text, to_text
from state.outbox import page_adapter


class Bulletins:
    """The bulletins of one database."""

    def __init__(self, database: Database):
        self._database = database

    def composed_at(self, bulletin_id: str) -> datetime | None:
        """When it was composed; None where it was not."""
        row = self._database.connection.execute(
            "SELECT composed_at FROM bulletins WHERE bulletin_id = ?", (bulletin_id,)
        ).fetchone()
        return None if row is None else from_text(row["composed_at"])

    def promise(
        self,
        connection: sqlite3.Connection,
        page: Message,
        channels: Iterable[str],
        at: datetime,
        due_at: datetime,
    ) -> bool:
        """Store a bulletin under its key and owe it to some channels from `due_at` on, in the
        caller's transaction; False where it is there already, and then nothing is done."""
        stored = connection.execute(
            "INSERT INTO bulletins VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (page.key, to_text(at), page_adapter().dump_json(page).decode()),
        )
        if not stored.rowcount:
            return False
        connection.executemany(
            "INSERT INTO deliveries (bulletin_id, channel, status, created_at, due_at, not_before)"
            " VALUES (?1, ?2, 'due', ?3, ?4, ?4)",
            [(page.key, channel, to_text(at), to_text(due_at)) for channel in channels],
        )
        return True

    def message(self, bulletin_id: str) -> Message:
        """The page of a stored bulletin."""
        row = self._database.connection.execute(
            "SELECT page FROM bulletins WHERE bulletin_id = ?", (bulletin_id,)
        ).fetchone()
        return page_adapter().validate_json(row["page"])
