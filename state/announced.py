"""What publishers have announced for days to come: auctions, until they are held or withdrawn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Self

from state.database import Database
from state.instants import to_text


@dataclass(frozen=True)
class Announced:
    """What is offered on a day, `10-year note`, and how much, USD mn; None where no amount is named
    yet."""

    day: date
    what: str
    offering_usd_mn: float | None

    @classmethod
    def of(cls, row: sqlite3.Row) -> Self:
        """From its row."""
        return cls(date.fromisoformat(row["day"]), row["what"], row["offering_usd_mn"])


class Announcements:
    """The announcements of one database."""

    def __init__(self, database: Database):
        self._database = database

    def replace(
        self, connection: sqlite3.Connection, source: str, found: Iterable[Announced], at: datetime
    ) -> None:
        """Keep what a source announces at `at`; what it no longer does is gone from then on. An
        amount that is named or changed later is another announcement."""
        rows = connection.execute(
            "SELECT * FROM announced WHERE source = ? AND gone_at IS NULL", (source,)
        )
        known, now = {Announced.of(row) for row in rows}, set(found)
        connection.executemany(
            "UPDATE announced SET gone_at = ? WHERE source = ? AND gone_at IS NULL"
            " AND day = ? AND what = ? AND offering_usd_mn IS ?",
            [
                (to_text(at), source, one.day.isoformat(), one.what, one.offering_usd_mn)
                for one in known - now
            ],
        )
        connection.executemany(
            "INSERT INTO announced VALUES (?, ?, ?, ?, ?, NULL)",
            [
                (source, one.day.isoformat(), one.what, one.offering_usd_mn, to_text(at))
                for one in now - known
            ],
        )

    def coming(self, today: date) -> dict[str, list[Announced]]:
        """What each source announces for `today` and the days after, the nearest first."""
        rows = self._database.connection.execute(
            "SELECT * FROM announced WHERE gone_at IS NULL AND day >= ? ORDER BY day, what",
            (today.isoformat(),),
        )
        found: dict[str, list[Announced]] = {}
        for row in rows:
            found.setdefault(row["source"], []).append(Announced.of(row))
        return found
