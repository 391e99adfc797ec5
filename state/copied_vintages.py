"""Copying vintages of another database: their numbers, what they came from, and when both count as
known here."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from state.followed_database import FollowedState
from state.instants import to_text
from state.sql_marks import marks
from state.stored_rows import sql_list

SECOND: Final = timedelta(seconds=1)

# A row of `observations`.
Number = tuple[int, str, int, str, float]


@dataclass(frozen=True)
class CopyTimes:
    """When copied numbers count as known here. Rules have decided what was known by `before`; what
    comes later and was known by then is known from `through` on, or no rule would ever see it."""

    before: datetime | None
    through: datetime
    at: datetime

    def known_at(self, vintage: sqlite3.Row) -> str:
        """When a vintage counts as known."""
        known: str = vintage["known_at"]
        if self.before is None or known > to_text(self.before):
            return known
        return to_text(max(self.through, self.before + SECOND))

    def copied_at(self, known_at: str) -> str | None:
        """What is noted of a vintage that came after it was known; of the first copy nothing is: it
        is history."""
        at = to_text(self.at)
        return at if self.before is not None and known_at < at else None


class VintageCopies:
    """The vintages of one database that are copied into it. All inside the caller's transaction.
    `keep_for`: how long the publisher's files stay here, by dataset; those of others do not."""

    def __init__(self, keep_for: Mapping[str, timedelta]):
        self._keep_for = keep_for

    def copy(
        self,
        connection: sqlite3.Connection,
        other: FollowedState,
        shift: int,
        batch: Sequence[sqlite3.Row],
        times: CopyTimes,
    ) -> None:
        """Copy some vintages that follow each other, with all that is there of them."""
        datasets = sorted({row["dataset"] for row in batch})
        keys = _series_keys(connection, other, datasets)
        known_at = {row["vintage_id"]: times.known_at(row) for row in batch}
        connection.executemany(
            """INSERT INTO vintages (vintage_id, dataset, urls, sha256, published_at, fetched_at,
                   known_at, known_basis, is_whole, rows_kept, tail_from, copied_at)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
            [
                (row["vintage_id"] + shift, *row[1:6], known_at[row["vintage_id"]],
                 row["known_basis"], row["is_whole"], row["rows_kept"], row["tail_from"],
                 times.copied_at(known_at[row["vintage_id"]]))
                for row in batch
            ],
        )  # fmt: skip
        changed = {
            row["vintage_id"]: (row["known_at"], known_at[row["vintage_id"]])
            for row in batch
            if known_at[row["vintage_id"]] != row["known_at"]
        }
        numbers = _numbers(other, keys, batch)
        if changed or shift or any(key != here for key, here in keys.items()):
            numbers = (
                (keys[key], period, vintage + shift, _later(changed.get(vintage), known), value)
                for key, period, vintage, known, value in numbers
            )
        if shift:
            numbers = (one for one in numbers if not _is_here(connection, one))
        connection.executemany("INSERT INTO observations VALUES (?, ?, ?, ?, ?)", numbers)
        self._copy_bodies(connection, other, shift, batch, times)

    def _copy_bodies(
        self,
        connection: sqlite3.Connection,
        other: FollowedState,
        shift: int,
        batch: Sequence[sqlite3.Row],
        times: CopyTimes,
    ) -> None:
        """Note which of the publisher's files the vintages came from, and keep those that are
        kept for so long here."""
        first, last = batch[0]["vintage_id"], batch[-1]["vintage_id"]
        datasets = {row["vintage_id"]: row["dataset"] for row in batch}
        for row in other.each(
            "SELECT * FROM vintage_bodies WHERE vintage_id >= ? AND vintage_id <= ?", (first, last)
        ):
            connection.execute(
                "INSERT INTO vintage_bodies VALUES (?, ?, ?)",
                (row["vintage_id"] + shift, row["url"], row["sha256"]),
            )
            keep_for = self._keep_for.get(datasets[row["vintage_id"]], timedelta(0))
            connection.executemany(
                "INSERT INTO bodies VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT (sha256) DO UPDATE SET kept_at = excluded.kept_at",
                other.each(
                    "SELECT sha256, compressed, content_type, size_bytes, kept_at FROM bodies"
                    " WHERE sha256 = ? AND kept_at > ?",
                    (row["sha256"], to_text(times.at - keep_for)),
                ),
            )


def _series_keys(
    connection: sqlite3.Connection, other: FollowedState, datasets: Sequence[str]
) -> dict[int, int]:
    """The key here of each series of some datasets, by its key there. New ones are made, with
    the same key where it is free."""
    there = other.rows(f"SELECT * FROM series WHERE dataset IN ({marks(datasets)})", datasets)
    taken = {row[0] for row in connection.execute("SELECT series_key FROM series")}
    connection.executemany(
        """INSERT INTO series VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series_id) DO UPDATE
           SET title = excluded.title, source = excluded.source
           WHERE title <> excluded.title OR source <> excluded.source""",
        [(None if row["series_key"] in taken else row["series_key"], *row[1:]) for row in there],
    )
    here = {
        row["series_id"]: int(row["series_key"])
        for row in connection.execute(
            f"SELECT series_id, series_key FROM series WHERE dataset IN ({marks(datasets)})",
            datasets,
        )
    }
    return {int(row["series_key"]): here[row["series_id"]] for row in there}


def _numbers(
    other: FollowedState, keys: Mapping[int, int], batch: Sequence[sqlite3.Row]
) -> Iterator[Number]:
    """The numbers of vintages that follow each other, in the order of the table."""
    return other.tuples(
        f"""SELECT series_key, period_end, vintage_id, known_at, value FROM observations
            WHERE series_key IN ({sql_list(keys)}) AND vintage_id >= ? AND vintage_id <= ?""",
        (batch[0]["vintage_id"], batch[-1]["vintage_id"]),
    )


def _later(changed: tuple[str, str] | None, known_at: str) -> str:
    """When a number counts as known: with its vintage, unless it was history in it."""
    return changed[1] if changed is not None and known_at == changed[0] else known_at


def _is_here(connection: sqlite3.Connection, number: Number) -> bool:
    """Whether the newest value of its period is the same, of a series that is not re-estimated
    whole: what is polled again after a restore changes nothing."""
    key, period, vintage, _, value = number
    found = connection.execute(
        """SELECT value FROM observations JOIN series USING (series_key)
           WHERE series_key = ? AND period_end = ? AND vintage_id < ? AND one_vintage = 0
           ORDER BY vintage_id DESC LIMIT 1""",
        (key, period, vintage),
    ).fetchone()
    return found is not None and bool(found["value"] == value)
