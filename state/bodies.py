"""The publishers' own bytes, kept compressed for a while behind the vintages they gave."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from state.database import Database
from state.instants import to_text


@dataclass(frozen=True)
class KeptBody:
    """One body as it came from a URL; its digest identifies it."""

    url: str
    sha256: str
    content: bytes
    content_type: str


class Bodies:
    """The kept bodies of one database."""

    def __init__(self, database: Database):
        self._database = database

    def keep(
        self,
        connection: sqlite3.Connection,
        vintage_id: int,
        bodies: Iterable[KeptBody],
        at: datetime,
        keep_for: timedelta,
    ) -> None:
        """Note which bodies a vintage came from and keep them, inside the caller's transaction.

        With a time of zero nothing is kept and only the digests are noted. Retention drops them.
        """
        for body in bodies:
            connection.execute(
                "INSERT INTO vintage_bodies VALUES (?, ?, ?)", (vintage_id, body.url, body.sha256)
            )
            if keep_for:
                connection.execute(
                    "INSERT INTO bodies VALUES (?, ?, ?, ?, ?) "
                    "ON CONFLICT (sha256) DO UPDATE SET kept_at = excluded.kept_at",
                    (
                        body.sha256,
                        zlib.compress(body.content),
                        body.content_type,
                        len(body.content),
                        to_text(at),
                    ),
                )

    def of_vintage(self, vintage_id: int) -> list[KeptBody]:
        """The bodies a vintage came from, in order of their URLs, as far as they are kept."""
        rows = self._database.connection.execute(
            """SELECT url, sha256, compressed, content_type
               FROM vintage_bodies JOIN bodies USING (sha256) WHERE vintage_id = ? ORDER BY url""",
            (vintage_id,),
        )
        return [
            KeptBody(row["url"], row["sha256"], zlib.decompress(row["compressed"]), row[3])
            for row in rows
        ]
