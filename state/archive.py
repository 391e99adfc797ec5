"""Vintages and observations: what was known and when. Appended, never overwritten."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

import numpy as np
import pandas as pd

from rules.model import Series
from rules.point_in_time.panel import History
from state.database import Database
from state.instants import to_text
from state.observation_diff import assumed_text, changed_values, non_null
from state.sql_marks import marks
from state.stored_rows import StoredRows, one_of, places_of, sql_list

# Of a series that is re-estimated whole at each release, this many rows before the newest stored
# period are kept with every vintage, and the whole history with the first vintage of each month:
# enough to compare inside one vintage and to rank against decades, at a fiftieth of the size.
TAIL_ROWS: Final = 63


@dataclass(frozen=True)
class FetchInfo:
    """Where the numbers of one fetch came from."""

    urls: tuple[str, ...]
    sha256: str
    published_at: datetime | None
    fetched_at: datetime


@dataclass(frozen=True)
class Appended:
    """What one fetch added: numbers of new periods, and changed numbers of known ones, as the
    vintage `vintage_id`, which is None where there was nothing to add."""

    new: int
    revised: int
    vintage_id: int | None = field(default=None, compare=False)


NOTHING: Final = Appended(0, 0)


# From which period on: of all series, or of those that are named.
FirstPeriod = date | Mapping[str, date] | None


class Archive:
    """The observations of one database."""

    def __init__(self, database: Database):
        self._database = database
        self._stored = StoredRows(database)

    def latest(self, dataset: str, first: date | None = None) -> pd.DataFrame:
        """The newest stored value of each cell of a dataset: index period_end, columns series.

        With `first`, of the time before it only from where each series has a number: all that a
        body which begins there can be compared with. Of a dataset whose series are re-estimated
        whole at each release only the vintages from the newest whole one on are read: each older
        number is in that one.
        """
        names, whole = self._stored.series_of(dataset), self._stored.newest_whole(dataset)
        begin = "" if first is None else self._stored.number_before(dataset, first.isoformat())
        rows = self._stored.rows(
            f"series_key IN ({sql_list(names)}) AND vintage_id >= {whole} AND period_end >= ?",
            (begin,),
            "newest_estimates" if whole else "observations",
        )
        if not len(rows):
            return pd.DataFrame(index=pd.DatetimeIndex([]), dtype="float64")
        rows = rows[np.argsort(rows["vintage"], kind="stable")]
        days = rows["period_end"].astype("datetime64[s]").astype("datetime64[D]")
        index, row_of = np.unique(days, return_inverse=True)
        keys, column_of = np.unique(rows["series_key"], return_inverse=True)
        table = np.full((len(index), len(keys)), np.nan)
        # numpy keeps the last of several assignments to one cell: the vintage stored last.
        table[row_of, column_of] = rows["value"]
        columns = np.array([names[int(key)] for key in keys], dtype=object)
        frame = pd.DataFrame(table, index=pd.DatetimeIndex(index), columns=columns)
        return frame.sort_index(axis="columns")

    def append(
        self,
        connection: sqlite3.Connection,
        dataset: str,
        frame: pd.DataFrame,
        series: Mapping[str, Series],
        provenance: FetchInfo,
        assumed_known_at: Callable[[pd.DatetimeIndex], pd.DatetimeIndex],
        watching_since: datetime | None,
        stored: pd.DataFrame,
    ) -> Appended:
        """Store what is new or changed in `frame` as one vintage, inside the caller's transaction.

        `frame`: index period_end, a column a series, NaN = no value; `stored` is `latest(dataset)`
        read inside the same transaction. A number of a series never stored before, or older than
        all stored of it, is history and its `known_at` is assumed from the release calendar, unless
        that is after `watching_since`: then the program was there and did not know it. All else is
        known from `provenance.fetched_at` on.
        """
        keys = self._series_keys(connection, dataset, series)
        cells = changed_values(frame, stored)
        if cells.empty:
            return NOTHING
        is_whole, tail_from = True, None
        if any(one.one_vintage for one in series.values()):
            cells, is_whole, tail_from = self._one_vintage_cells(dataset, frame, stored, provenance)
        at = to_text(provenance.fetched_at)
        limit = at if watching_since is None else to_text(watching_since)
        assumed = assumed_text(cells, stored, assumed_known_at, limit)
        basis = "observed" if set(assumed) == {None} else "assumed"
        vintage_id = self._new_vintage(
            connection, dataset, provenance, basis, tail_from, is_whole=is_whole
        )
        connection.executemany(
            "INSERT INTO observations (series_key, period_end, vintage_id, known_at, value) "
            "VALUES (?, ?, ?, ?, ?)",
            zip(
                [keys[name] for name in cells["series_id"].tolist()],
                np.datetime_as_string(cells["period_end"].to_numpy(), unit="D").tolist(),
                [vintage_id] * len(cells),
                [at if known is None else known for known in assumed],
                cells["value"].tolist(),
                strict=True,
            ),
        )
        new = int(cells["is_new"].sum())
        return Appended(new=new, revised=len(cells) - new, vintage_id=vintage_id)

    def history(
        self,
        series_ids: Sequence[str],
        until: datetime,
        since: datetime | None = None,
        first_period: FirstPeriod = None,
        *,
        deciding: bool = False,
    ) -> History:
        """Everything known of some series by `until`, of periods from `first_period` on.

        With `since`, only what views between it and `until` can show: of a series that is
        re-estimated whole, the vintages of that time, the newest before and the longest before.
        With `deciding`, of each such vintage only its newest rows, on which alone a decision can
        turn; the first one, which is history, whole.
        """
        keys = self._stored.keys(series_ids)
        re_estimated = {key for key, (_, _, one_vintage) in keys.items() if one_vintage}
        shown = self._stored.shown_vintages(
            sorted({dataset for _, dataset, one_vintage in keys.values() if one_vintage}), since
        )
        of_vintages = f"{one_of(shown)} AND "
        if deciding:
            of_vintages += f"{self._stored.tails(shown)} AND "
        # Queries apart: for an OR of them SQLite would go through the whole table.
        rows = np.concatenate(
            [
                self._stored.rows(
                    f"{more}series_key IN ({sql_list(some)}) AND known_at <= ? AND period_end >= ?",
                    (to_text(until), first),
                )
                for first, mine in _by_first(keys, first_period).items()
                for some, more in ((mine - re_estimated, ""), (mine & re_estimated, of_vintages))
            ]
        )
        return History.of(
            tuple(series_ids),
            self.described(series_ids),
            column=places_of(keys, series_ids)[rows["series_key"]],
            period_end=rows["period_end"].astype("datetime64[s]").astype("datetime64[D]"),
            known_at=rows["known_at"].astype("datetime64[s]"),
            vintage=rows["vintage"],
            value=rows["value"],
        )

    def described(self, series_ids: Sequence[str]) -> dict[str, Series]:
        """What is known of those of these series that are stored."""
        rows = self._database.connection.execute(
            f"SELECT * FROM series WHERE series_id IN ({marks(series_ids)})", tuple(series_ids)
        )
        return {row["series_id"]: _series(row) for row in rows}

    def datasets(self, series_ids: Sequence[str]) -> dict[str, str]:
        """The dataset that each of these series comes from, of those that are stored."""
        rows = self._database.connection.execute(
            f"SELECT series_id, dataset FROM series WHERE series_id IN ({marks(series_ids)})",
            tuple(series_ids),
        )
        return {row["series_id"]: row["dataset"] for row in rows}

    def _series_keys(
        self, connection: sqlite3.Connection, dataset: str, series: Mapping[str, Series]
    ) -> dict[str, int]:
        connection.executemany(
            """INSERT INTO series (series_id, dataset, title, unit, frequency, source, one_vintage)
               VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (series_id) DO UPDATE
               SET title = excluded.title, source = excluded.source
               WHERE title <> excluded.title OR source <> excluded.source""",
            [
                (s.series_id, dataset, s.title, s.unit, s.frequency, s.source, int(s.one_vintage))
                for s in series.values()
            ],
        )
        rows = connection.execute(
            "SELECT series_id, series_key FROM series WHERE dataset = ?", (dataset,)
        )
        return {row["series_id"]: row["series_key"] for row in rows}

    def _one_vintage_cells(
        self, dataset: str, frame: pd.DataFrame, stored: pd.DataFrame, provenance: FetchInfo
    ) -> tuple[pd.DataFrame, bool, str | None]:
        """The cells a vintage of a re-estimated dataset keeps, changed or not; whether these are
        all; and the first period of its tail, which is all that a decision can turn on (None for
        the first vintage, which is history)."""
        month_start = to_text(
            provenance.fetched_at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        )
        whole_this_month = self._database.connection.execute(
            "SELECT 1 FROM vintages WHERE dataset = ? AND is_whole = 1 AND fetched_at >= ?",
            (dataset, month_start),
        ).fetchone()
        if stored.empty:
            return non_null(frame, stored), True, None
        old_rows = int((frame.index <= stored.index.max()).sum())
        tail = frame.iloc[max(0, old_rows - TAIL_ROWS) :]
        kept = frame if whole_this_month is None else tail
        return non_null(kept, stored), kept is frame, f"{tail.index[0]:%Y-%m-%d}"

    def _new_vintage(
        self,
        connection: sqlite3.Connection,
        dataset: str,
        provenance: FetchInfo,
        known_basis: str,
        tail_from: str | None,
        *,
        is_whole: bool,
    ) -> int:
        published = provenance.published_at
        row = connection.execute(
            """INSERT INTO vintages (dataset, urls, sha256, published_at, fetched_at, known_at,
                                     known_basis, is_whole, tail_from)
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING vintage_id""",
            (
                dataset,
                json.dumps(provenance.urls),
                provenance.sha256,
                None if published is None else to_text(published),
                to_text(provenance.fetched_at),
                to_text(provenance.fetched_at),
                known_basis,
                int(is_whole),
                tail_from,
            ),
        ).fetchone()
        return int(row["vintage_id"])


def _by_first(
    keys: Mapping[int, tuple[str, str, bool]], first_period: FirstPeriod
) -> dict[str, set[int]]:
    """The keys of the series that are read from each period on, of all of it from an empty one."""
    found: dict[str, set[int]] = {"": set()}
    for key, (series_id, _, _) in keys.items():
        one = first_period.get(series_id) if isinstance(first_period, Mapping) else first_period
        found.setdefault("" if one is None else one.isoformat(), set()).add(key)
    return found


def _series(row: sqlite3.Row) -> Series:
    return Series(
        series_id=row["series_id"],
        title=row["title"],
        unit=row["unit"],
        frequency=row["frequency"],
        source=row["source"],
        one_vintage=bool(row["one_vintage"]),
    )
