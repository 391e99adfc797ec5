"""Quotes of markets while they trade: kept some weeks, apart from all observations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final

from rules.intraday.quote import Quote
from state.database import Database
from state.instants import from_text, to_text

SECOND: Final = timedelta(seconds=1)
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Received:
    """A quote and when it came."""

    received_at: datetime
    quote: Quote


class Quotes:
    """The quotes of one database."""

    def __init__(self, database: Database):
        self._database = database

    def store(self, found: Iterable[Quote], at: datetime) -> int:
        """Store what came at `at`; how many were new. A quote that is no newer than its feed's last
        is the one that is there."""
        since = cache(lambda *market: self._newest_at(*market) + SECOND)
        fresh = {
            (one.series_id, one.feed, to_text(one.at)): one
            for one in found
            if one.at >= since(one.series_id, one.feed)
        }
        if not fresh:
            return 0
        with self._database.immediate() as connection:
            self._insert(connection, fresh.values(), at)
        return len(fresh)

    def _insert(
        self, connection: sqlite3.Connection, quotes: Iterable[Quote], at: datetime
    ) -> None:
        connection.executemany(
            "INSERT OR IGNORE INTO quotes VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    to_text(at),
                    one.series_id,
                    one.feed,
                    to_text(one.at),
                    one.value,
                    one.previous_close,
                    one.label,
                )
                for one in quotes
            ],
        )

    def _newest_at(self, series_id: str, feed: str) -> datetime:
        """Of when a feed's last quote of a market is, to the second; long ago where it gave none.
        What came last is the newest, so that only the end of the table is read."""
        row = self._database.connection.execute(
            "SELECT at FROM quotes WHERE series_id = ? AND feed = ?"
            " ORDER BY received_at DESC, at DESC LIMIT 1",
            (series_id, feed),
        ).fetchone()
        return LONG_AGO if row is None else from_text(row["at"])

    def received(self, after: datetime, until: datetime) -> list[Received]:
        """What came in (after, until], in that order."""
        rows = self._database.connection.execute(
            "SELECT * FROM quotes WHERE received_at > ? AND received_at <= ?"
            " ORDER BY received_at, at, series_id, feed",
            (to_text(after), to_text(until)),
        )
        return [Received(from_text(row["received_at"]), quote_of(row)) for row in rows]

    def last_received_at(self) -> datetime | None:
        """When the last quote came; None where none is kept."""
        row = self._database.connection.execute("SELECT max(received_at) AS at FROM quotes")
        found = row.fetchone()["at"]
        return None if found is None else from_text(found)


def quote_of(row: sqlite3.Row) -> Quote:
    """From its row."""
    return Quote(
        series_id=row["series_id"],
        at=from_text(row["at"]),
        value=row["value"],
        previous_close=row["previous_close"],
        feed=row["feed"],
        label=row["label"],
    )
