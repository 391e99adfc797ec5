"""Corrections held back: what a publisher changed, and who accepted it when."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from state.database import Database
from state.instants import from_text, to_text

# Enough to see what kind of correction it is.
SHOWN_CHANGES: Final = 20


@dataclass(frozen=True)
class Settling:
    """When a correction that stays is accepted by itself: seen at so many polls, over so long."""

    polls: int = 3
    time: timedelta = timedelta(hours=24)


@dataclass(frozen=True)
class HeldCorrection:
    """One correction of a source. `status`: `held`; `accepted` by somebody and not there again yet;
    `stored`; `withdrawn` by the publisher. `polls`: how often it came, the same each time.

    `changes`: the first of the `change_count` changed numbers, each `series_id`, `period_end`,
    `before`, `after` (None where there is none any more). `settles`: it may be accepted because it
    stays. `decided_by` and `decided_at`: who accepted it.
    """

    correction_id: int
    source: str
    fingerprint: str
    problem: str
    changes: tuple[Mapping[str, Any], ...]
    change_count: int
    settles: bool
    status: str
    polls: int
    first_seen_at: datetime
    last_seen_at: datetime
    decided_by: str
    decided_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether nothing of it is stored yet."""
        return self.status in ("held", "accepted")

    def has_stayed(self, at: datetime, settling: Settling) -> bool:
        """Whether with a poll at `at` it has come so often, and for so long."""
        return self.polls + 1 >= settling.polls and at - self.first_seen_at >= settling.time


class Corrections:
    """The corrections of one database."""

    def __init__(self, database: Database):
        self._database = database

    def newest(self) -> dict[str, HeldCorrection]:
        """The newest correction of each source that ever had one."""
        rows = self._database.connection.execute(
            "SELECT * FROM corrections WHERE correction_id IN "
            "(SELECT max(correction_id) FROM corrections GROUP BY source) ORDER BY source"
        )
        return {row["source"]: _correction(row) for row in rows}

    def of(self, source: str) -> HeldCorrection | None:
        """The open correction of a source, or None."""
        found = self.newest().get(source)
        return found if found is not None and found.is_open else None

    def hold(
        self,
        source: str,
        fingerprint: str,
        problem: str,
        changes: Sequence[Mapping[str, Any]],
        at: datetime,
        *,
        settles: bool,
    ) -> None:
        """Note that a correction came and was held back: again, or in place of another one."""
        known = self.of(source)
        with self._database.immediate() as connection:
            if known is not None and known.fingerprint == fingerprint:
                connection.execute(
                    "UPDATE corrections SET polls = polls + 1, last_seen_at = ?, problem = ? "
                    "WHERE correction_id = ?",
                    (to_text(at), problem, known.correction_id),
                )
                return
            self.withdraw(connection, source)
            connection.execute(
                "INSERT INTO corrections (source, fingerprint, problem, changes, change_count, "
                "settles, status, polls, first_seen_at, last_seen_at, decided_by) "
                "VALUES (?, ?, ?, ?, ?, ?, 'held', 1, ?, ?, '')",
                (
                    source,
                    fingerprint,
                    problem,
                    json.dumps(list(changes[:SHOWN_CHANGES])),
                    len(changes),
                    int(settles),
                    to_text(at),
                    to_text(at),
                ),
            )

    def accept(self, correction: HeldCorrection, by: str, at: datetime) -> None:
        """Somebody accepts it: it is stored when it comes again, which is asked for at once."""
        with self._database.immediate() as connection:
            connection.execute(
                "UPDATE corrections SET status = 'accepted', decided_by = ?, decided_at = ? "
                "WHERE correction_id = ? AND status = 'held'",
                (by, to_text(at), correction.correction_id),
            )
            connection.execute(
                "UPDATE source_health SET next_due_at = ? WHERE source = ?",
                (to_text(at), correction.source),
            )

    def store(
        self, connection: sqlite3.Connection, correction: HeldCorrection, by: str, at: datetime
    ) -> None:
        """It is stored, inside the caller's transaction."""
        connection.execute(
            "UPDATE corrections SET status = 'stored', decided_by = ?, decided_at = "
            "coalesce(decided_at, ?) WHERE correction_id = ?",
            (by, to_text(at), correction.correction_id),
        )

    def withdraw(self, connection: sqlite3.Connection, source: str) -> None:
        """What was held back of a source is not there any more, inside the caller's transaction."""
        connection.execute(
            "UPDATE corrections SET status = 'withdrawn' "
            "WHERE source = ? AND status IN ('held', 'accepted')",
            (source,),
        )


def _correction(row: sqlite3.Row) -> HeldCorrection:
    return HeldCorrection(
        correction_id=row["correction_id"],
        source=row["source"],
        fingerprint=row["fingerprint"],
        problem=row["problem"],
        changes=tuple(json.loads(row["changes"])),
        change_count=row["change_count"],
        settles=bool(row["settles"]),
        status=row["status"],
        polls=row["polls"],
        first_seen_at=from_text(row["first_seen_at"]),
        last_seen_at=from_text(row["last_seen_at"]),
        decided_by=row["decided_by"],
        decided_at=None if row["decided_at"] is None else from_text(row["decided_at"]),
    )
