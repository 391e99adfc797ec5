"""Old vintages of series that are re-estimated whole at each release: which rows of them stay."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from state.database import immediate
from state.instants import to_text
from state.pieces import Key, Piece, batches

AFTER_EVERY_DAY: Final = "9999-12-31"
# No vintage has a number for a day after the one on which it came, wherever that was.
AHEAD: Final = timedelta(days=2)
VINTAGES: Final = "vintages"

# What the newest whole vintage does not repeat stays, however old it is: nobody asked since.
OLD: Final = """
    SELECT vintage_id, rows_kept, is_whole, tail_from, fetched_at,
           row_number() OVER (PARTITION BY substr(known_at, 1, 7)
                              ORDER BY known_at, vintage_id) AS in_month,
           row_number() OVER (PARTITION BY substr(known_at, 1, 4)
                              ORDER BY is_whole DESC, known_at, vintage_id) AS in_year
    FROM vintages WHERE dataset = ?1 AND known_at < ?2 AND vintage_id < (
        SELECT max(vintage_id) FROM vintages WHERE dataset = ?1 AND is_whole = 1)
    ORDER BY known_at, vintage_id"""


def thin_vintages(connection: sqlite3.Connection, before: datetime) -> Iterator[Piece]:
    """Thin the vintages that are older than an instant, in pieces.

    The first whole vintage of each year keeps all its rows, the first vintage of each month its
    newest ones, and the others none. The line in `vintages` stays, with the digest of the
    publisher's bytes.
    """
    datasets = connection.execute(
        "SELECT DISTINCT dataset FROM series WHERE one_vintage = 1 ORDER BY dataset"
    ).fetchall()
    for row in datasets:
        for old in connection.execute(OLD, (row["dataset"], to_text(before))).fetchall():
            if old["in_year"] > 1 and not _is_thinned(old):
                yield from _thin(connection, row["dataset"], old)


def _wanted(old: sqlite3.Row) -> str:
    return "tail" if old["in_month"] == 1 else "none"


def _is_thinned(old: sqlite3.Row) -> bool:
    """A vintage of which nothing is to stay has a tail until its last row is gone."""
    wanted = _wanted(old)
    return old["rows_kept"] == wanted and (wanted == "tail" or old["tail_from"] is None)


def _thin(connection: sqlite3.Connection, dataset: str, old: sqlite3.Row) -> Iterator[Piece]:
    """Drop a vintage's rows, or those before its tail. From the first piece on it is no whole one,
    or is not read at all; with the last it is done, so that a kill in between leaves it due."""
    vintage_id, wanted, tail_from = old["vintage_id"], _wanted(old), old["tail_from"] or ""
    _mark(connection, vintage_id, "all" if wanted == "tail" else "none", tail_from)
    yield Piece(VINTAGES, 1, 0)
    keys = connection.execute("SELECT series_key FROM series WHERE dataset = ?", (dataset,))
    for (series_key,) in keys.fetchall():
        for batch, size in batches(_rows(connection, series_key, old)):
            with immediate(connection):
                connection.executemany(
                    """DELETE FROM observations
                       WHERE series_key = ? AND period_end = ? AND vintage_id = ?""",
                    batch,
                )
            yield Piece("observations", len(batch), size)
    _mark(connection, vintage_id, wanted, tail_from if wanted == "tail" else None)
    yield Piece(VINTAGES, 1, 0)


def _rows(connection: sqlite3.Connection, series_key: int, old: sqlite3.Row) -> list[Key]:
    """The keys of the rows to drop, read before any lock is held."""
    tail_from, is_tail_kept = old["tail_from"] or "", _wanted(old) == "tail"
    came = datetime.fromisoformat(old["fetched_at"]).date()
    last = (came + AHEAD).isoformat()
    before = tail_from if is_tail_kept else AFTER_EVERY_DAY
    # One that came without its older rows has none before its tail, so that SQLite need not look
    # there; in one that is thinned already but not to its end there may be some.
    is_begun = is_tail_kept or old["rows_kept"] != "all"
    first = "" if is_begun or old["is_whole"] else tail_from
    rows = connection.execute(
        """SELECT series_key, period_end, vintage_id FROM observations
           WHERE series_key = ? AND period_end >= ? AND period_end <= ? AND period_end < ?
           AND vintage_id = ? ORDER BY period_end""",
        (series_key, first, last, before, old["vintage_id"]),
    )
    return [tuple(row) for row in rows.fetchall()]


def _mark(
    connection: sqlite3.Connection, vintage_id: int, rows_kept: str, tail_from: str | None
) -> None:
    with immediate(connection):
        connection.execute(
            "UPDATE vintages SET rows_kept = ?, is_whole = 0, tail_from = ? WHERE vintage_id = ?",
            (rows_kept, tail_from, vintage_id),
        )
