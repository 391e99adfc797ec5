"""What is dropped as it ages, so that a database does not grow for ever. In the background, a piece
after the other: whoever has an alert or an answer to store waits for one piece at most."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from state.database import immediate
from state.free_pages import give_back
from state.instants import to_text
from state.pieces import MOST_ROWS, ROW_BYTES, Piece, batches
from state.thinned_vintages import thin_vintages

# Everything of the last 400 days is kept as it came, so that a year can be replayed exactly.
KEEP_WHOLE_FOR: Final = timedelta(days=400)
# As the index of such digests has it (state/indexes.py): SQLite takes the same words only.
HAS_CHARTS: Final = """instr(page, '"png":') > 0"""


@dataclass(frozen=True, kw_only=True)
class KeepFor:
    """How long quotes are kept, and publishers' bodies by dataset; those of others `KEEP_WHOLE_FOR`
    too, as of a source that is no longer asked."""

    quotes: timedelta
    bodies: Mapping[str, timedelta] = field(default_factory=dict)


def retention_pieces(
    connection: sqlite3.Connection, keep_for: KeepFor, at: datetime
) -> Iterator[Piece]:
    """Drop what is too old at an instant, and give back what it leaves free. Each piece is one
    transaction that is done when it comes, and nothing is locked between them. Raises
    sqlite3.Error."""
    old = at - KEEP_WHOLE_FOR
    for dataset, kept in keep_for.bodies.items():
        yield from drop_bodies(connection, at - kept, "dataset = ?2", dataset)
    others = "dataset NOT IN (SELECT value FROM json_each(?2))"
    yield from drop_bodies(connection, old, others, json.dumps([*keep_for.bodies]))
    yield from drop_quotes(connection, at - keep_for.quotes)
    yield from thin_source_health(connection, old)
    yield from drop_charts(connection, old)
    yield from thin_vintages(connection, old)
    yield from give_back(connection)


def drop_bodies(
    connection: sqlite3.Connection, before: datetime, of: str, value: str
) -> Iterator[Piece]:
    """Drop the bodies of some datasets that were kept last before an instant; digests stay."""
    old = connection.execute(
        f"""SELECT bodies.rowid, length(compressed) FROM bodies INDEXED BY bodies_by_time
            WHERE kept_at < ?1 AND sha256 IN (
                SELECT vintage_bodies.sha256 FROM vintages JOIN vintage_bodies USING (vintage_id)
                WHERE {of})
            ORDER BY kept_at""",
        (to_text(before), value),
    ).fetchall()
    for batch, size in batches((tuple(row) for row in old), lambda row: int(row[1])):
        # SQLite walks through all bytes of a row to delete it: not from the disk while others wait.
        for row in batch:
            connection.execute("SELECT kept_at FROM bodies WHERE rowid = ?", row[:1]).fetchone()
        with immediate(connection):
            connection.executemany(
                "DELETE FROM bodies WHERE rowid = ? AND kept_at < ?",
                [(row[0], to_text(before)) for row in batch],
            )
        yield Piece("bodies", len(batch), size)


def drop_quotes(connection: sqlite3.Connection, before: datetime) -> Iterator[Piece]:
    """Drop the quotes that came before an instant."""
    while True:
        with immediate(connection):
            dropped = connection.execute(
                """DELETE FROM quotes WHERE (received_at, series_id, feed, at) IN (
                       SELECT received_at, series_id, feed, at FROM quotes
                       WHERE received_at < ? ORDER BY received_at LIMIT ?)""",
                (to_text(before), MOST_ROWS),
            ).rowcount
        if not dropped:
            return
        yield Piece("quotes", dropped, dropped * ROW_BYTES)


def thin_source_health(connection: sqlite3.Connection, before: datetime) -> Iterator[Piece]:
    """Drop how sources did before an instant but for the last note of each day."""
    old = connection.execute(
        """SELECT source, changed_at FROM source_health_changes AS old
           WHERE changed_at < ?1 AND EXISTS (
               SELECT 1 FROM source_health_changes AS later
               WHERE later.source = old.source AND later.changed_at > old.changed_at
               AND later.changed_at < substr(old.changed_at, 1, 10) || 'U')""",
        (to_text(before),),
    ).fetchall()
    for batch, size in batches(tuple(row) for row in old):
        with immediate(connection):
            connection.executemany(
                "DELETE FROM source_health_changes WHERE source = ? AND changed_at = ?", batch
            )
        yield Piece("source_health_changes", len(batch), size)


def drop_charts(connection: sqlite3.Connection, before: datetime) -> Iterator[Piece]:
    """Drop the charts of digests composed before an instant; words and tables stay."""
    old = connection.execute(
        f"SELECT digest_date FROM digests WHERE composed_at < ? AND {HAS_CHARTS}",
        (to_text(before),),
    ).fetchall()
    for (day,) in old:
        wanted = "SELECT page FROM digests WHERE digest_date = ?"
        (text,) = connection.execute(wanted, (day,)).fetchone()
        page = json.loads(text)
        page["sections"] = [one for one in page["sections"] if "png" not in one]
        with immediate(connection):
            connection.execute(
                "UPDATE digests SET page = ? WHERE digest_date = ?",
                (json.dumps(page, ensure_ascii=False), day),
            )
        yield Piece("digests", 1, len(text))
