"""The quotes that another program polls, copied from its database while a session lasts: what
`QuotePolling` is to one that polls."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from state.connections import QUOTES, Connections
from state.database import Database
from state.followed_database import CannotFollow, FollowedDatabase, FollowedState
from state.instants import from_text, to_text
from state.quotes import Quotes, quote_of

# How often it is looked for new ones, which takes a few milliseconds.
EVERY: Final = timedelta(seconds=5)
# A process that starts in a session takes over all of it.
A_SESSION: Final = timedelta(days=1)


class CopiedQuotes:
    """The quotes of some feeds, each received here when it is copied: what was judged before it
    came was judged without it."""

    def __init__(
        self,
        database: Database,
        path: Path,
        feeds: Collection[str],
        observe: Callable[[str], None],
    ):
        self._other = FollowedDatabase(path)
        self._quotes, self._connections = Quotes(database), Connections(database)
        self._feeds, self._observe = tuple(feeds), observe
        self._due: datetime | None = None
        self._after: datetime | None = None

    def next_due(self) -> datetime | None:
        """When they are looked for next; None before the first time."""
        return self._due

    def poll(self, at: datetime) -> int:
        """Copy what is new at `at`; how many quotes. Of a database that cannot be read now the
        cycle says so."""
        if self._due is not None and self._due > at:
            return 0
        self._due = at + EVERY
        try:
            with self._other.state() as other:
                self._copy_connections(other, at)
                return self._copy_quotes(other, at)
        except CannotFollow:
            return 0
        finally:
            self._observe("copied quotes")

    def rest(self, at: datetime) -> None:
        """Markets are closed: nothing is missed."""
        if self._due is None:
            return
        self._due = None
        for name in self._feeds:
            self._connections.record_standing(QUOTES + name, at)

    def _copy_quotes(self, other: FollowedState, at: datetime) -> int:
        after = at - A_SESSION if self._after is None else self._after
        rows = other.rows(
            "SELECT * FROM quotes WHERE received_at > ? ORDER BY received_at", (to_text(after),)
        )
        found = [quote_of(row) for row in rows if row["feed"] in self._feeds]
        new = self._quotes.store(found, at) if found else 0
        if rows:
            # In one second more may still come there.
            self._after = from_text(rows[-1]["received_at"]) - timedelta(seconds=1)
        return new

    def _copy_connections(self, other: FollowedState, at: datetime) -> None:
        there = {row["name"]: row for row in other.rows("SELECT * FROM connections")}
        for name in self._feeds:
            row = there.get(QUOTES + name)
            if row is None:
                said = f"not polled for {other.path}; enable [intraday] there, with this feed"
                self._connections.record_lost(QUOTES + name, at, said)
            elif row["lost_since"] is None:
                self._connections.record_standing(QUOTES + name, at)
            else:
                since = from_text(row["lost_since"])
                self._connections.record_lost(QUOTES + name, at, row["problem"], since)
