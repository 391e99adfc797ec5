"""What is too old is dropped by the running program, a little at a time beside all else it does."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Final

from monitor.app import App
from monitor.config.load import Config
from state.backup import Proceed, go_on
from state.database import Database
from state.pieces import MOST_BYTES, Piece
from state.retention import KeepFor, retention_pieces
from state.write_ahead_log import LONGEST_BYTES, write_back

log = logging.getLogger("havenwatch.retention")

# A day's worth is dropped in a second or two, and some of it is new each hour.
EVERY: Final = timedelta(hours=1)
# Several times as long as a piece takes: whoever waits for the database gets it in between.
PAUSE_S: Final = 0.05
MEGABYTE: Final = 1_000_000


class RetentionJob:
    """The retention of one database; `pause` is called after each piece, and `proceed` raises where
    the program is to stop."""

    def __init__(
        self,
        database: Database,
        keep: KeepFor,
        pause: Callable[[], object],
        proceed: Proceed = go_on,
        most_pieces: int | None = None,
    ):
        self._database, self._keep = database, keep
        self._pause, self._proceed, self._most_pieces = pause, proceed, most_pieces
        self._next: datetime | None = None

    def step(self, at: datetime) -> None:
        """Drop what is too old at an instant, where an hour has passed since the last time. Raises
        Stopped and sqlite3.Error; what is left then goes the next time."""
        if self._next is not None and self._next - EVERY <= at < self._next:
            return
        self._next = at + EVERY
        rows: Counter[str] = Counter()
        size = 0
        for piece in islice(self._pieces(at), self._most_pieces):
            rows[piece.what] += piece.rows
            size += piece.size_bytes
            self._pause()
            self._proceed()
        if size:
            dropped = ", ".join(
                f"{number:,} rows of {what}" for what, number in rows.items() if number
            )
            log.info("retention: %s; %.1f MB", dropped, size / MEGABYTE)

    def _pieces(self, at: datetime) -> Iterator[Piece]:
        """Each piece that is done. What they add to the log is written back on the way; where a
        reader keeps it from being, they end."""
        path = self._database.path
        assert path is not None
        with self._database.apart() as connection:
            since = 0
            for piece in retention_pieces(connection, self._keep, at):
                yield piece
                since += piece.size_bytes
                if since < MOST_BYTES:
                    continue
                since = 0
                if write_back(connection, path).waiting_bytes > LONGEST_BYTES:
                    log.info("retention waits: somebody has been reading the database for long")
                    return
            write_back(connection, path)


def keep_for(config: Config) -> KeepFor:
    """How long a configuration keeps what it keeps for some time."""
    bodies = {source.name: source.keep_for for source in config.sources.values()}
    return KeepFor(quotes=config.intraday.keep_quotes, bodies=bodies)


def retention_job(app: App, most_pieces: int | None = None) -> RetentionJob:
    """The retention of a program as its configuration wants it, in so many pieces an hour."""
    pause, keep = partial(app.stop.wait_within, PAUSE_S), keep_for(app.config)
    return RetentionJob(app.database, keep, pause, app.stop.refuse, most_pieces)
