"""Stored observations as arrays, and which vintages a view can show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

import numpy as np
import numpy.typing as npt

from state.database import Database
from state.instants import to_text
from state.sql_marks import marks

STORED_ROW: Final = np.dtype(
    [
        ("series_key", "i8"),
        ("period_end", "i8"),
        ("known_at", "i8"),
        ("vintage", "i8"),
        ("value", "f8"),
    ]
)


class StoredRows:
    """The observations of one database, row by row."""

    def __init__(self, database: Database):
        self._database = database

    def rows(
        self, wanted: str, values: Sequence[str] = (), table: str = "observations"
    ) -> npt.NDArray[np.void]:
        """The stored rows for which a condition holds. SQLite reads the dates: a hundred thousand
        of them would take Python a second."""
        cursor = self._database.connection.cursor()
        cursor.row_factory = None
        cursor.execute(
            f"""SELECT series_key, unixepoch(period_end), unixepoch(known_at), vintage_id, value
                FROM {table} WHERE {wanted}""",
            values,
        )
        return np.fromiter(cursor, dtype=STORED_ROW)

    def series_of(self, dataset: str) -> dict[int, str]:
        """The ids of the series of a dataset, by key."""
        rows = self._database.connection.execute(
            "SELECT series_key, series_id FROM series WHERE dataset = ?", (dataset,)
        )
        return {int(row["series_key"]): row["series_id"] for row in rows}

    def number_before(self, dataset: str, day: str) -> str:
        """The first day from which on each series of a dataset has a number before a day, if it has
        any; the day itself where none has."""
        row = self._database.connection.execute(
            """SELECT min((SELECT max(period_end) FROM observations
                           WHERE observations.series_key = series.series_key AND period_end < ?1))
               FROM series WHERE dataset = ?2""",
            (day, dataset),
        ).fetchone()
        return day if row[0] is None else str(row[0])

    def keys(self, series_ids: Sequence[str]) -> dict[int, tuple[str, str, bool]]:
        """The id, the dataset and `one_vintage` of each stored series of some, by key."""
        rows = self._database.connection.execute(
            f"""SELECT series_key, series_id, dataset, one_vintage FROM series
                WHERE series_id IN ({marks(series_ids)})""",
            tuple(series_ids),
        )
        return {
            int(row["series_key"]): (row["series_id"], row["dataset"], bool(row["one_vintage"]))
            for row in rows
        }

    def newest_whole(self, dataset: str) -> int:
        """The newest whole vintage of a dataset whose series are re-estimated at each release,
        which gives every number that no later one gives; 0 for other datasets."""
        row = self._database.connection.execute(
            """SELECT max(vintage_id) AS newest FROM vintages
               WHERE dataset = ?1 AND is_whole = 1 AND EXISTS (
                   SELECT 1 FROM series WHERE series.dataset = ?1 AND one_vintage = 1)""",
            (dataset,),
        ).fetchone()
        return int(row["newest"] or 0)

    def shown_vintages(self, datasets: Iterable[str], since: datetime | None) -> list[int]:
        """The vintages of some datasets that can be the newest or the longest after `since`; those
        of which no row is kept are none."""
        after = "" if since is None else to_text(since)
        found: list[int] = []
        for dataset in datasets:
            rows = self._database.connection.execute(
                """SELECT vintage_id FROM vintages
                   WHERE dataset = ?1 AND rows_kept <> 'none' AND (known_at > ?2
                   OR vintage_id IN (
                       SELECT max(vintage_id) FROM vintages
                       WHERE dataset = ?1 AND rows_kept <> 'none' AND known_at <= ?2
                       GROUP BY is_whole))""",
                (dataset, after),
            )
            found += [int(row["vintage_id"]) for row in rows]
        return found

    def tails(self, shown: Sequence[int]) -> str:
        """The condition for the rows of re-estimated vintages on which a decision can turn."""
        vintages = self._database.connection.execute(
            f"SELECT vintage_id, tail_from FROM vintages WHERE vintage_id IN ({sql_list(shown)})"
        ).fetchall()
        whole = [row["vintage_id"] for row in vintages if row["tail_from"] is None]
        earliest = min((row["tail_from"] for row in vintages if row["tail_from"]), default="")
        # Each vintage is looked up only for the few rows that are late enough for any of them.
        late = f"""period_end >= '{earliest}' AND period_end >=
            (SELECT tail_from FROM vintages WHERE vintages.vintage_id = observations.vintage_id)"""
        # An OR would have SQLite step over the rows of all periods.
        return f"(vintage_id IN ({sql_list(whole)}) OR {late})" if whole else late


def sql_list(numbers: Iterable[int]) -> str:
    """Numbers as SQL lists them."""
    return ",".join(map(str, sorted(numbers)))


def one_of(vintages: Collection[int]) -> str:
    """The condition for the rows of some vintages. They lie among those of all others, and SQLite
    skips the older ones sooner by a comparison than by looking each one up."""
    return f"vintage_id >= {min(vintages, default=0)} AND vintage_id IN ({sql_list(vintages)})"


def places_of(
    keys: Mapping[int, tuple[str, str, bool]], series_ids: Sequence[str]
) -> npt.NDArray[np.int64]:
    """The place of each stored series among some, by its key."""
    places = np.zeros(max(keys, default=0) + 1, dtype=np.int64)
    for key, (series_id, _, _) in keys.items():
        places[key] = series_ids.index(series_id)
    return places
