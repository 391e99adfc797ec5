"""What the program listens to, and since when it cannot."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from state.database import Database
from state.instants import from_text, to_text

# What the connections to feeds of quotes are named after.
QUOTES: Final = "quotes/"
# What a database that is followed is named after: its path.
FOLLOWED: Final = "follow/"


@dataclass(frozen=True)
class Connection:
    """One connection by its channel's name, `quotes/FEED` or `follow/PATH`. `lost_since` is None
    while it stands."""

    name: str
    lost_since: datetime | None
    problem: str


class Connections:
    """The connections of one database, written only where something changed."""

    def __init__(self, database: Database):
        self._database = database

    def all(self) -> list[Connection]:
        """Every connection that is wanted, by name."""
        rows = self._database.connection.execute("SELECT * FROM connections ORDER BY name")
        return [
            Connection(
                row["name"],
                None if row["lost_since"] is None else from_text(row["lost_since"]),
                row["problem"],
            )
            for row in rows
        ]

    def record_standing(self, name: str, at: datetime) -> None:
        """It is connected, from `at` on."""
        self._record(Connection(name, None, ""), at)

    def record_lost(
        self, name: str, at: datetime, problem: str, since: datetime | None = None
    ) -> None:
        """It is not connected; since `since` or else `at`, unless it was lost before."""
        before = self._stored(name)
        first = since or at
        lost = first if before is None or before.lost_since is None else before.lost_since
        self._record(Connection(name, lost, problem), at)

    def keep_only(self, names: Collection[str], at: datetime, kind: str = "") -> None:
        """Forget what is no longer listened to, so that it is not missed either: of the channels,
        or of another `kind`."""
        mine = [one.name for one in self.all() if _kind(one.name) == kind]
        gone = [(name,) for name in mine if name not in names]
        if gone:
            with self._database.immediate() as connection:
                connection.executemany("DELETE FROM connections WHERE name = ?", gone)
                connection.executemany(
                    "INSERT OR REPLACE INTO connection_changes VALUES (?, ?, NULL, '', 0)",
                    [(name, to_text(at)) for (name,) in gone],
                )

    def _stored(self, name: str) -> Connection | None:
        return next((one for one in self.all() if one.name == name), None)

    def _record(self, now: Connection, at: datetime) -> None:
        if self._stored(now.name) == now:
            return
        lost = None if now.lost_since is None else to_text(now.lost_since)
        with self._database.immediate() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO connections VALUES (?, ?, ?)", (now.name, lost, now.problem)
            )
            connection.execute(
                "INSERT OR REPLACE INTO connection_changes VALUES (?, ?, ?, ?, 1)",
                (now.name, to_text(at), lost, now.problem),
            )


def _kind(name: str) -> str:
    return next((kind for kind in (QUOTES, FOLLOWED) if name.startswith(kind)), "")
