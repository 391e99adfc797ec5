"""Every stored number as a row, one after another, so that a database of any size can be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from state.database import Database
from state.instants import from_text, to_text

VERSIONS = """
    SELECT period_end, value, numbers.known_at, vintage_id,
        numbers.known_at < vintages.known_at AS assumed
    FROM observations AS numbers JOIN vintages USING (vintage_id)
    WHERE series_key = :series_key AND period_end BETWEEN :first AND :last"""
KNOWN = """ AND numbers.vintage_id = (
        SELECT vintage_id FROM observations WHERE series_key = :series_key
        AND period_end = numbers.period_end AND known_at <= :known_at
        ORDER BY known_at DESC, vintage_id DESC LIMIT 1)"""
ONE_VINTAGE = """ AND numbers.vintage_id = (
        SELECT vintage_id FROM observations WHERE series_key = :series_key
        AND known_at <= :known_at ORDER BY known_at DESC, vintage_id DESC LIMIT 1)
    AND numbers.known_at <= :known_at"""
IN_ORDER = " ORDER BY period_end, vintage_id"


@dataclass(frozen=True)
class Number:
    """One value a period of a series had, and from when on it was known. `assumed`: by the release
    calendar, for a number that was history when it was loaded."""

    series: str
    title: str
    unit: str
    frequency: str
    source: str
    period_end: date
    value: float
    known_at: datetime
    assumed: bool
    vintage_id: int


class Numbers:
    """The numbers of one database, as it is when they are first asked for."""

    def __init__(self, database: Database):
        self._database = database

    def unknown(self, series_ids: Sequence[str]) -> list[str]:
        """Those of some series that are not stored."""
        stored = {row["series_id"] for row in self._series(())}
        return [one for one in series_ids if one not in stored]

    def count(self, series_ids: Sequence[str]) -> int:
        """How many series there are to read."""
        return len(self._series(series_ids))

    def read(
        self,
        series_ids: Sequence[str],
        first: date,
        last: date,
        known_at: datetime | None,
    ) -> Generator[tuple[int, Number]]:
        """The numbers of some series, or of all, of the periods from `first` to `last`, by series,
        period and vintage, each with the place of its series among them.

        With `known_at`, one number a period, as a panel of that instant shows it: the newest known
        then, and of a series that is re-estimated whole those of its newest vintage alone.
        """
        connection = self._database.connection
        connection.execute("BEGIN")  # what is written meanwhile is in none of it
        try:
            for place, series in enumerate(self._series(series_ids)):
                for row in connection.execute(*_query(series, first, last, known_at)):
                    yield place, _number(series, row)
        finally:
            connection.rollback()

    def _series(self, series_ids: Sequence[str]) -> list[sqlite3.Row]:
        rows = self._database.connection.execute("SELECT * FROM series ORDER BY series_id")
        return [row for row in rows if not series_ids or row["series_id"] in series_ids]


def _query(
    series: sqlite3.Row, first: date, last: date, known_at: datetime | None
) -> tuple[str, dict[str, Any]]:
    given = {
        "series_key": series["series_key"],
        "first": first.isoformat(),
        "last": last.isoformat(),
        "known_at": None if known_at is None else to_text(known_at),
    }
    if known_at is None:
        return VERSIONS + IN_ORDER, given
    return VERSIONS + (ONE_VINTAGE if series["one_vintage"] else KNOWN) + IN_ORDER, given


def _number(series: sqlite3.Row, row: sqlite3.Row) -> Number:
    return Number(
        series=series["series_id"],
        title=series["title"],
        unit=series["unit"],
        frequency=series["frequency"],
        source=series["source"],
        period_end=date.fromisoformat(row["period_end"]),
        value=row["value"],
        known_at=from_text(row["known_at"]),
        assumed=bool(row["assumed"]),
        vintage_id=row["vintage_id"],
    )
