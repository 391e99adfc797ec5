"""Silences: what somebody does not want to be told of, until when and why."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from state.database import Database
from state.instants import from_text, to_text


@dataclass(frozen=True)
class Silence:
    """One rule, or one subject of it, is not told from `made_at` to `until`. `ended_at`: somebody
    ended it before."""

    silence_id: int
    rule_id: str
    subject: str | None
    made_at: datetime
    until: datetime
    made_by: str
    why: str
    ended_at: datetime | None

    @property
    def end(self) -> datetime:
        """When it is or was over."""
        return self.until if self.ended_at is None else min(self.until, self.ended_at)

    @property
    def what(self) -> str:
        """The rule, with the subject where it is of one."""
        return self.rule_id if self.subject is None else f"{self.rule_id}/{self.subject}"


class Silences:
    """The silences of one database."""

    def __init__(self, database: Database):
        self._database = database

    def make(
        self,
        rule_id: str,
        subject: str | None,
        at: datetime,
        until: datetime,
        by: str,
        why: str,
    ) -> Silence:
        """A new silence, or the same one where it is there already; stored when this returns."""
        with self._database.immediate() as connection:
            row = connection.execute(
                "SELECT * FROM silences WHERE rule_id = ? AND subject IS ? AND until = ? "
                "AND made_by = ? AND ended_at IS NULL",
                (rule_id, subject, to_text(until), by),
            ).fetchone()
            if row is None:
                row = connection.execute(
                    "INSERT INTO silences (rule_id, subject, made_at, until, made_by, why) "
                    "VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
                    (rule_id, subject, to_text(at), to_text(until), by, why),
                ).fetchone()
        return _silence(row)

    def end(self, silence_id: int, at: datetime) -> bool:
        """End a silence now; whether there was one to end."""
        with self._database.immediate() as connection:
            changed = connection.execute(
                "UPDATE silences SET ended_at = ?1 "
                "WHERE silence_id = ?2 AND ended_at IS NULL AND until > ?1",
                (to_text(at), silence_id),
            )
        return changed.rowcount == 1

    def all(self) -> list[Silence]:
        """Every silence there was, oldest first."""
        rows = self._database.connection.execute("SELECT * FROM silences ORDER BY silence_id")
        return [_silence(row) for row in rows]

    def over(self, rule_id: str, subject: str, at: datetime) -> Silence | None:
        """The silence that lies over a rule's subject at an instant, or None."""
        row = self._database.connection.execute(
            """SELECT * FROM silences WHERE rule_id = ?1 AND (subject IS NULL OR subject = ?2)
               AND made_at <= ?3 AND until > ?3 AND (ended_at IS NULL OR ended_at > ?3)
               ORDER BY until DESC""",
            (rule_id, subject, to_text(at)),
        ).fetchone()
        return None if row is None else _silence(row)

    def after(self, rule_id: str, subject: str, at: datetime) -> datetime:
        """The first instant from `at` on at which no silence lies over a rule's subject."""
        mine = [one for one in self.all() if one.rule_id == rule_id]
        while True:
            ends = [
                one.end
                for one in mine
                if one.subject in (None, subject) and one.made_at <= at < one.end
            ]
            if not ends:
                return at
            at = max(ends)

    def end_over(self, rule_id: str, subject: str, at: datetime) -> datetime:
        """When the silences that lay over a rule's subject at an instant have all ended."""
        ends = [
            one.end
            for one in self.all()
            if one.rule_id == rule_id and one.subject in (None, subject) and one.made_at <= at
        ]
        return max(ends, default=at)


def _silence(row: sqlite3.Row) -> Silence:
    return Silence(
        silence_id=row["silence_id"],
        rule_id=row["rule_id"],
        subject=row["subject"],
        made_at=from_text(row["made_at"]),
        until=from_text(row["until"]),
        made_by=row["made_by"],
        why=row["why"],
        ended_at=None if row["ended_at"] is None else from_text(row["ended_at"]),
    )
