"""Whatever there is to drop, nobody waits for more than one small piece of it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from state.database import Database
from state.free_pages import PAGES_AT_ONCE, PAGES_KEPT, give_back
from state.instants import to_text
from state.pieces import MOST_BYTES, MOST_ROWS, batches
from state.retention import KEEP_WHOLE_FOR, KeepFor, retention_pieces
from state.write_ahead_log import LONGEST_BYTES, write_back
from tests.lived_years import business_days, live
from tests.support import utc

AT: Final = utc("2026-08-21 04:00")
OLD: Final = AT - KEEP_WHOLE_FOR - timedelta(days=100)
KEEP_FOR: Final = KeepFor(quotes=timedelta(days=30), bodies={"files": timedelta(days=30)})
# Of every table that is dropped from, more than a piece, and one body larger than a piece.
BODIES: Final = (*[300_000] * 10, MOST_BYTES + 1, *[1] * 20)
ROWS: Final = 2 * MOST_ROWS + 1
DROPPED: Final = ("bodies", "quotes", "source_health_changes", "observations", "free pages")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "x.db"
    live(path, business_days(1)[::40], first_day="2013-01-02")
    with closing(Database(path)) as opened:
        fill(opened)
        yield opened


def fill(database: Database) -> None:
    at = to_text(OLD)
    seconds = [to_text(OLD + timedelta(seconds=number)) for number in range(ROWS)]
    with database.immediate() as connection:
        connection.execute(
            "INSERT INTO vintages (dataset, urls, sha256, fetched_at, known_at, known_basis,"
            " is_whole) VALUES ('files', '[]', '', ?1, ?1, 'observed', 0)",
            (at,),
        )
        vintage = connection.execute("SELECT max(vintage_id) FROM vintages").fetchone()[0]
        for number, size in enumerate(BODIES):
            name = f"body {number}"
            connection.execute("INSERT INTO vintage_bodies VALUES (?, ?, ?)", (vintage, name, name))
            connection.execute(
                "INSERT INTO bodies VALUES (?, ?, 'text/csv', ?, ?)",
                (name, os.urandom(size), size, at),
            )
        connection.executemany(
            "INSERT INTO quotes VALUES (?, 'spx', 'a feed', ?, 5000.0, NULL, '')",
            [(one, one) for one in seconds],
        )
        connection.executemany(
            "INSERT INTO source_health_changes VALUES ('h15', ?1, 'OK', '', ?1, NULL, 0, ?1, ?1)",
            [(one,) for one in seconds],
        )
        # Pages of a table that is gone, more than a file keeps for what comes next.
        connection.execute("CREATE TABLE gone (row BLOB) STRICT")
        connection.execute("INSERT INTO gone VALUES (zeroblob(?))", (6000 * 4096,))
        connection.execute("DROP TABLE gone")


def test_no_piece_is_larger_than_the_bounds_and_others_write_between_them(
    database: Database,
) -> None:
    assert database.path is not None
    dropped = dict.fromkeys(DROPPED, 0)
    with (
        database.apart() as connection,
        closing(sqlite3.connect(database.path, timeout=0, isolation_level=None)) as another,
    ):
        before, pages = changes(connection), number(connection, "page_count")
        for piece in retention_pieces(connection, KEEP_FOR, AT):
            rows = changes(connection) - before
            assert rows <= MOST_ROWS
            assert piece.size_bytes <= MOST_BYTES or rows == 1
            assert pages - number(connection, "page_count") <= PAGES_AT_ONCE + 1
            before, pages = changes(connection), number(connection, "page_count")
            another.execute("BEGIN IMMEDIATE")  # would raise at once where it had to wait
            another.rollback()
            dropped[piece.what] = dropped.get(piece.what, 0) + 1
        assert not list(retention_pieces(connection, KEEP_FOR, AT))
    assert {what: number > 1 for what, number in dropped.items()} == dict.fromkeys(dropped, True)


def test_what_is_left_is_what_the_promises_keep(database: Database) -> None:
    with database.apart() as connection:
        list(retention_pieces(connection, KEEP_FOR, AT))
        left = {
            name: connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
            for name in ("bodies", "quotes", "source_health_changes", "vintage_bodies")
        }
        wholes = connection.execute("SELECT count(*) FROM vintages WHERE is_whole").fetchone()[0]
        free = number(connection, "freelist_count")
    assert left == {
        "bodies": 0, "quotes": 0, "source_health_changes": 1, "vintage_bodies": len(BODIES),
    }  # fmt: skip
    assert wholes == 2  # the first of its year, and the newest
    assert free == PAGES_KEPT


def changes(connection: sqlite3.Connection) -> int:
    """The rows that a connection has changed, without the count of them that a trigger keeps."""
    counted = connection.execute("SELECT number FROM revisions WHERE name = 'numbers'").fetchone()
    return connection.total_changes - int(counted[0])


def number(connection: sqlite3.Connection, pragma: str) -> int:
    found: int = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
    return found


def test_rows_are_batched_by_their_number_and_by_their_size() -> None:
    rows = [(number,) for number in range(ROWS)]
    assert [len(batch) for batch, _ in batches(rows)] == [MOST_ROWS, MOST_ROWS, 1]
    sizes = [(one,) for one in (1, MOST_BYTES, 2, MOST_BYTES - 2, 1)]
    found = [batch for batch, _ in batches(sizes, lambda row: int(row[0]))]
    assert found == [sizes[:1], sizes[1:2], sizes[2:4], sizes[4:]]


def test_a_body_that_comes_again_meanwhile_stays(database: Database) -> None:
    with database.apart() as connection:
        pieces = retention_pieces(connection, KEEP_FOR, AT)
        next(pieces)
        database.connection.execute("UPDATE bodies SET kept_at = ?", (to_text(AT),))
        stayed = database.connection.execute("SELECT count(*) FROM bodies").fetchone()[0]
        list(pieces)
    assert stayed > 0
    assert database.connection.execute("SELECT count(*) FROM bodies").fetchone()[0] == stayed


def test_a_file_that_was_made_without_page_notes_keeps_its_free_pages(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    with closing(sqlite3.connect(path)) as older:
        older.execute("CREATE TABLE gone (row BLOB)")
        older.execute("INSERT INTO gone VALUES (zeroblob(?))", (6000 * 4096,))
        older.execute("DROP TABLE gone")
    with closing(sqlite3.connect(path)) as connection:
        assert not list(give_back(connection))


def test_a_log_that_grew_behind_a_reader_is_cut_once_it_is_written_back(tmp_path: Path) -> None:
    with (
        closing(Database(tmp_path / "x.db")) as database,
        closing(sqlite3.connect(tmp_path / "x.db", isolation_level=None)) as reader,
        database.apart() as connection,
    ):
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM bodies").fetchone()
        values = (os.urandom(LONGEST_BYTES + MOST_BYTES), to_text(AT))
        connection.execute("INSERT INTO bodies VALUES ('x', ?, 'text/csv', 1, ?)", values)
        assert write_back(connection, tmp_path / "x.db").waiting_bytes > LONGEST_BYTES
        reader.execute("COMMIT")
        assert write_back(connection, tmp_path / "x.db").waiting_bytes == 0
        log = tmp_path / "x.db-wal"
        assert log.stat().st_size > LONGEST_BYTES
        connection.execute("DELETE FROM bodies")
        assert log.stat().st_size == LONGEST_BYTES
