"""What is thinned as it ages, so that a database does not grow for ever."""

from __future__ import annotations

import json
import sqlite3
from datetime import datetime, timedelta
from typing import Final

from state.instants import to_text

# Everything of the last 400 days is kept as it came, so that a year can be replayed exactly.
KEEP_WHOLE_FOR: Final = timedelta(days=400)
# A database that was never thinned is thinned over some polls: none of them holds the write lock
# for long.
MOST_AT_ONCE: Final = 5
A_WEEK: Final = timedelta(days=7)
AFTER_EVERY_DAY: Final = "9999-12-31"
# As the index of such digests has it (state/indexes.py): SQLite takes the same words only.
HAS_CHARTS: Final = """instr(page, '"png":') > 0"""


def thin_vintages(connection: sqlite3.Connection, dataset: str, at: datetime) -> int:
    """How many vintages of a dataset were thinned, inside the caller's transaction.

    Only of a dataset whose series are re-estimated whole at each release: of what is older than
    KEEP_WHOLE_FOR the first whole vintage of each year keeps all its rows, the first
    vintage of each month its newest ones, and the others none. The line in `vintages` stays, with
    the digest of the publisher's bytes.
    """
    old = connection.execute(
        """SELECT vintage_id, rows_kept, is_whole, tail_from,
                  row_number() OVER (PARTITION BY substr(known_at, 1, 7)
                                     ORDER BY known_at, vintage_id) AS in_month,
                  row_number() OVER (PARTITION BY substr(known_at, 1, 4)
                                     ORDER BY is_whole DESC, known_at, vintage_id) AS in_year
           FROM vintages WHERE dataset = ?1 AND known_at < ?2 AND EXISTS (
               SELECT 1 FROM series WHERE series.dataset = ?1 AND one_vintage = 1)
           ORDER BY known_at, vintage_id""",
        (dataset, to_text(at - KEEP_WHOLE_FOR)),
    ).fetchall()
    due = [row for row in old if row["in_year"] > 1 and row["rows_kept"] != _wanted(row)]
    for row in due[:MOST_AT_ONCE]:
        _drop_rows(connection, dataset, row)
    return len(due[:MOST_AT_ONCE])


def _wanted(row: sqlite3.Row) -> str:
    return "tail" if row["in_month"] == 1 else "none"


def _drop_rows(connection: sqlite3.Connection, dataset: str, old: sqlite3.Row) -> None:
    """Delete a vintage's rows, or those before its tail."""
    kept, tail_from = _wanted(old), old["tail_from"] or ""
    # A vintage that is not whole has no row before its tail: SQLite need not look for them there.
    first = tail_from if not old["is_whole"] else ""
    before = tail_from if kept == "tail" else AFTER_EVERY_DAY
    connection.execute(
        """DELETE FROM observations WHERE vintage_id = ? AND period_end >= ? AND period_end < ?
           AND series_key IN (SELECT series_key FROM series WHERE dataset = ?)""",
        (old["vintage_id"], first, before, dataset),
    )
    connection.execute(
        "UPDATE vintages SET rows_kept = ?, is_whole = 0 WHERE vintage_id = ?",
        (kept, old["vintage_id"]),
    )


def drop_old_charts(connection: sqlite3.Connection, at: datetime) -> int:
    """From how many old digests the charts were dropped, inside the caller's transaction. Their
    words and tables stay."""
    old = connection.execute(
        f"""SELECT digest_date, page FROM digests WHERE composed_at < ? AND {HAS_CHARTS}
           ORDER BY composed_at LIMIT ?""",
        (to_text(at - KEEP_WHOLE_FOR), MOST_AT_ONCE),
    ).fetchall()
    for row in old:
        page = json.loads(row["page"])
        page["sections"] = [one for one in page["sections"] if "png" not in one]
        connection.execute(
            "UPDATE digests SET page = ? WHERE digest_date = ?",
            (json.dumps(page, ensure_ascii=False), row["digest_date"]),
        )
    return len(old)


def thin_source_health(connection: sqlite3.Connection, source: str, at: datetime) -> int:
    """How many notes of how a source did were dropped, inside the caller's transaction: of a day
    longer ago than KEEP_WHOLE_FOR the last one stays."""
    # Called at each poll, so that only what has aged since the one before has to be looked through.
    dropped = connection.execute(
        """DELETE FROM source_health_changes AS old
           WHERE source = ?1 AND changed_at >= ?2 AND changed_at < ?3 AND EXISTS (
               SELECT 1 FROM source_health_changes AS later
               WHERE later.source = ?1 AND later.changed_at > old.changed_at
               AND substr(later.changed_at, 1, 10) = substr(old.changed_at, 1, 10))""",
        (source, to_text(at - KEEP_WHOLE_FOR - A_WEEK), to_text(at - KEEP_WHOLE_FOR)),
    )
    return dropped.rowcount
