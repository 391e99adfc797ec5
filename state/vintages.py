"""How numbers changed: every stored version of a series, and what each vintage brought."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from rules.model import Series
from state.archive import Archive
from state.database import Database
from state.instants import from_text

STORED: Final = """
    SELECT series_id, dataset, title, unit, frequency, source, one_vintage,
           min(period_end) AS first, max(period_end) AS last,
           count(DISTINCT period_end) AS periods
    FROM series JOIN observations USING (series_key)"""
ORDER: Final = "dataset, series_id"


@dataclass(frozen=True)
class Version:
    """One value a period had, from when on it was known. `assumed`: by the release calendar, for a
    number that was history when it was loaded. `sha256` is of the publisher's bytes it came from,
    `published_at` when they say they were published."""

    period_end: date
    value: float
    known_at: datetime
    assumed: bool
    vintage_id: int
    urls: tuple[str, ...]
    published_at: datetime | None
    sha256: str


@dataclass(frozen=True)
class StoredSeries:
    """A series, the dataset that gives it, and what is stored of it."""

    series: Series
    dataset: str
    first_period: date
    newest_period: date
    periods: int


@dataclass(frozen=True)
class VintageLine:
    """One vintage of a dataset: what it brought, and whether the publisher's bytes are kept."""

    vintage_id: int
    fetched_at: datetime
    published_at: datetime | None
    new: int
    revised: int
    is_kept: bool


class Vintages:
    """The versions stored in one database."""

    def __init__(self, database: Database):
        self._database = database
        self._archive = Archive(database)

    def series(self, series_id: str) -> Series | None:
        """What is known of a stored series, or None."""
        return self._archive.described((series_id,)).get(series_id)

    def names(self) -> tuple[list[str], list[str]]:
        """The ids of all stored series, and of all datasets."""
        rows = self._database.connection.execute("SELECT series_id, dataset FROM series").fetchall()
        return sorted(row["series_id"] for row in rows), sorted({row["dataset"] for row in rows})

    def titles(self) -> dict[str, str]:
        """What each stored series is called, by its id."""
        rows = self._database.connection.execute(
            "SELECT series_id, title FROM series ORDER BY series_id"
        )
        return {row["series_id"]: row["title"] for row in rows}

    def newest(self) -> int:
        """The number of the vintage stored last, 0 where there is none: while it is the same, so
        are all numbers."""
        row = self._database.connection.execute(
            "SELECT coalesce(max(vintage_id), 0) AS newest FROM vintages"
        ).fetchone()
        return int(row["newest"])

    def stored(self) -> list[StoredSeries]:
        """Every stored series, by dataset and id."""
        rows = self._database.connection.execute(f"{STORED} GROUP BY series_key ORDER BY {ORDER}")
        return [_stored(row) for row in rows]

    def stored_series(self, series_id: str) -> StoredSeries | None:
        """One stored series, or None: a thousandth of the work of all."""
        row = self._database.connection.execute(
            f"{STORED} WHERE series_id = ? GROUP BY series_key", (series_id,)
        ).fetchone()
        return None if row is None else _stored(row)

    def versions(self, series_id: str, first: date, last: date) -> list[Version]:
        """Every value the periods from `first` to `last` had, in order of period and of knowing; a
        vintage that repeats the value before it is left out."""
        rows = self._database.connection.execute(
            """SELECT period_end, value, observations.known_at, vintage_id, urls, sha256,
                      published_at, observations.known_at < vintages.known_at AS assumed
               FROM observations JOIN series USING (series_key) JOIN vintages USING (vintage_id)
               WHERE series_id = ? AND period_end BETWEEN ? AND ?
               ORDER BY period_end, observations.known_at, vintage_id""",
            (series_id, first.isoformat(), last.isoformat()),
        )
        return _without_repeats(map(_version, rows))

    def of_dataset(self, dataset: str) -> list[VintageLine]:
        """The vintages of a dataset, oldest first."""
        rows = self._database.connection.execute(
            """SELECT vintage_id, fetched_at, published_at,
                   count(*) FILTER (WHERE before IS NULL) AS new,
                   count(*) FILTER (WHERE before <> value) AS revised,
                   EXISTS (SELECT 1 FROM vintage_bodies JOIN bodies USING (sha256)
                           WHERE vintage_bodies.vintage_id = versions.vintage_id) AS is_kept
               FROM (SELECT vintage_id, value, lag(value) OVER
                         (PARTITION BY series_key, period_end ORDER BY vintage_id) AS before
                     FROM observations JOIN series USING (series_key) WHERE dataset = ?) AS versions
               JOIN vintages USING (vintage_id) GROUP BY vintage_id ORDER BY vintage_id""",
            (dataset,),
        )
        return [
            VintageLine(
                vintage_id=row["vintage_id"],
                fetched_at=from_text(row["fetched_at"]),
                published_at=from_text(row["published_at"]) if row["published_at"] else None,
                new=row["new"],
                revised=row["revised"],
                is_kept=bool(row["is_kept"]),
            )
            for row in rows
        ]


def _version(row: sqlite3.Row) -> Version:
    return Version(
        period_end=date.fromisoformat(row["period_end"]),
        value=row["value"],
        known_at=from_text(row["known_at"]),
        assumed=bool(row["assumed"]),
        vintage_id=row["vintage_id"],
        urls=tuple(json.loads(row["urls"])),
        published_at=from_text(row["published_at"]) if row["published_at"] else None,
        sha256=row["sha256"],
    )


def revised_only(versions: Iterable[Version]) -> list[list[Version]]:
    """The versions of each period that had more than one value, by period."""
    by_period = [list(group) for _, group in groupby(versions, key=lambda one: one.period_end)]
    return [group for group in by_period if len(group) > 1]


def _stored(row: sqlite3.Row) -> StoredSeries:
    return StoredSeries(
        Series(
            row["series_id"],
            row["title"],
            row["unit"],
            row["frequency"],
            row["source"],
            one_vintage=bool(row["one_vintage"]),
        ),
        row["dataset"],
        date.fromisoformat(row["first"]),
        date.fromisoformat(row["last"]),
        row["periods"],
    )


def _without_repeats(versions: Iterable[Version]) -> list[Version]:
    kept: list[Version] = []
    for one in versions:
        if kept and (kept[-1].period_end, kept[-1].value) == (one.period_end, one.value):
            continue
        kept.append(one)
    return kept
