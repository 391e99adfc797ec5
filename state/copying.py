"""Copying what another program has polled: its vintages and numbers in the order in which they were
stored there, each once."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from state.copied_vintages import CopyTimes, VintageCopies
from state.database import Database
from state.followed_database import CannotFollow, FollowedState
from state.following import Following, Progress

# So many numbers are written in one transaction at least, where more wait: it takes a second.
MOST_NUMBERS: Final = 200_000
# Fewer vintages are copied together without counting their numbers, which reads the whole table.
UNCOUNTED: Final = 50

# Called with how many numbers are copied of how many.
Advance = Callable[[int, int], object]


@dataclass(frozen=True)
class Copied:
    """What was copied: so many vintages. `last_tick_at`: the last cycle that has ended there.
    `set_back`: how many vintages that are here the other no longer has."""

    vintages: int
    last_tick_at: datetime
    set_back: int = 0


class Copying:
    """Copies another database into this one."""

    def __init__(
        self,
        database: Database,
        keep_for: Mapping[str, timedelta],
        most_numbers: int = MOST_NUMBERS,
    ):
        self._database, self._most_numbers = database, most_numbers
        self._following = Following(database)
        self._vintages = VintageCopies(keep_for)

    def copy(
        self,
        other: FollowedState,
        at: datetime,
        finish: Callable[[sqlite3.Connection], object],
        advance: Advance,
        refuse: Callable[[], object],
    ) -> Copied | None:
        """Copy what is new there at `at`, in transactions of bounded size, each with how far it
        has come; `finish` writes what else there is in the last of them. None where the other has
        not ended a cycle yet. Raises CannotFollow, and what `refuse` does between two of them."""
        self.refuse_another(other)
        last_tick = other.last_tick_at
        if last_tick is None:
            return None
        progress, gone = self._progress(other)
        before = progress.known_through
        through = min(last_tick, at) if before is None else max(before, min(last_tick, at))
        pending = other.rows(
            "SELECT * FROM vintages WHERE vintage_id > ? ORDER BY vintage_id",
            (progress.copied_through,),
        )
        times = CopyTimes(before, through, at)
        for batch, done, total in _batches(other, pending, self._most_numbers):
            is_last = not pending or batch[-1] == pending[-1]
            # What a power cut undoes is copied again.
            with self._database.immediate(is_synced=False) as connection:
                if batch:
                    self._vintages.copy(connection, other, progress.shift, batch, times)
                    progress = _after(progress, batch[-1])
                if is_last:
                    finish(connection)
                    progress = replace(progress, known_through=through)
                self._following.record(connection, progress)
                other.refuse_outdated()
            advance(done, total)
            refuse()
        return Copied(len(pending), last_tick, gone)

    def refuse_another(self, other: FollowedState) -> None:
        """Raise CannotFollow for another database than the one that was copied so far."""
        found, database_id = self._following.progress(), other.database_id
        if found is not None and found.database_id != database_id:
            raise CannotFollow(
                f"the database {found.database_id} that was followed so far",
                f"another one, {database_id}, at {other.path}",
                "put it back or name where it is now; to follow another one begin with a new "
                "database of your own",
                is_final=True,
            )

    def _progress(self, other: FollowedState) -> tuple[Progress, int]:
        """How far the other was copied, from where it goes on, and how many of the vintages that
        are here it has lost."""
        found = self._following.progress()
        if found is None:
            return Progress(other.database_id, str(other.path)), 0
        found = replace(found, path=str(other.path))
        there = other.rows("SELECT * FROM vintages WHERE vintage_id = ?", (found.copied_through,))
        if not found.copied_through or (there and _marks(there[0]) == found.newest):
            return found, 0
        return self._set_back(other, found)

    def _set_back(self, other: FollowedState, found: Progress) -> tuple[Progress, int]:
        """From where a database goes on that was restored from a backup older than what is here:
        what it polls again comes behind what is here, so that nothing is lost."""
        newest = self._newest_id()
        for row in other.each("SELECT * FROM vintages ORDER BY vintage_id DESC"):
            known = self._database.connection.execute(
                "SELECT vintage_id FROM vintages"
                " WHERE dataset = ? AND fetched_at = ? AND sha256 = ?",
                (row["dataset"], row["fetched_at"], row["sha256"]),
            ).fetchone()
            if known is not None:
                moved = _after(replace(found, shift=newest - int(row["vintage_id"])), row)
                return moved, newest - int(known["vintage_id"])
        return replace(found, copied_through=0, newest="", shift=newest), newest

    def _newest_id(self) -> int:
        row = self._database.connection.execute("SELECT max(vintage_id) FROM vintages").fetchone()
        return int(row[0] or 0)


def _batches(
    other: FollowedState, pending: Sequence[sqlite3.Row], most_numbers: int
) -> Iterator[tuple[Sequence[sqlite3.Row], int, int]]:
    """Vintages in order, some together, once also where there are none; with how many numbers are
    copied after each, of how many."""
    if len(pending) <= UNCOUNTED:
        yield pending, 0, 0
        return
    counts = {
        row[0]: row[1]
        for row in other.each(
            "SELECT vintage_id, count(*) FROM observations WHERE vintage_id >= ?"
            " GROUP BY vintage_id",
            (pending[0]["vintage_id"],),
        )
    }
    done, total = 0, sum(counts.values())
    batch: list[sqlite3.Row] = []
    size = 0
    for row in pending:
        batch.append(row)
        size += counts.get(row["vintage_id"], 0)
        if size >= most_numbers or row is pending[-1]:
            done += size
            yield batch, done, total
            batch, size = [], 0


def _marks(vintage: sqlite3.Row) -> str:
    """What a vintage is known by, beside its number."""
    return f"{vintage['dataset']} {vintage['fetched_at']} {vintage['sha256']}"


def _after(progress: Progress, vintage: sqlite3.Row) -> Progress:
    return replace(progress, copied_through=vintage["vintage_id"], newest=_marks(vintage))
