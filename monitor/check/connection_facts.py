"""What the on-call check reads of connections: what the program cannot listen to, and the database
that it follows. Standard library alone, as the check itself."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from typing import Final, NamedTuple

from state.instants import from_text

LOST: Final = "SELECT * FROM connections WHERE lost_since IS NOT NULL ORDER BY name"
FOLLOWED: Final = "SELECT path, known_through FROM following"


class LostConnection(NamedTuple):
    """What the program listens to and cannot, since when and why: a channel, `quotes/FEED` or
    `follow/PATH`."""

    name: str
    since: datetime
    problem: str

    @property
    def is_followed(self) -> bool:
        """Whether it is a database that is followed."""
        return self.name.startswith("follow/")

    @property
    def of(self) -> str:
        """The channel, the feed, or the path of the database."""
        return self.name.removeprefix("quotes/").removeprefix("follow/")

    @property
    def what(self) -> str:
        """What is missing while it is lost."""
        if self.is_followed:
            return "not updated"
        return "no quotes" if self.name.startswith("quotes/") else "interactive buttons offline"


class Followed(NamedTuple):
    """The database that is followed, and its last cycle of which all is copied; None while the
    first copy lasts."""

    path: str
    known_through: datetime | None


def read_lost(connection: sqlite3.Connection) -> tuple[LostConnection, ...]:
    """What cannot be listened to."""
    return tuple(
        LostConnection(row["name"], from_text(row["lost_since"]), row["problem"])
        for row in connection.execute(LOST)
    )


def read_followed(connection: sqlite3.Connection) -> Followed | None:
    """What is followed; None where the program polls for itself."""
    row = connection.execute(FOLLOWED).fetchone()
    if row is None:
        return None
    through = row["known_through"]
    return Followed(row["path"], None if through is None else from_text(through))
