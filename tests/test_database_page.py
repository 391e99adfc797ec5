"""docs/database.md is the schema, its queries run, and datasette is told the same."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator

import pandas as pd
import pytest

from state.sql_views import VIEWS
from tests.database_page import (
    METADATA,
    PAGE,
    blocks,
    metadata,
    table_columns,
    view_columns,
    view_parts,
)
from tests.desk import Desk

QUERIES = [
    (name, query)
    for name, part in view_parts().items()
    for block in blocks(part, "sql")
    for query in block.strip().splitlines()
]
MUST_ANSWER = ("open_alerts", "latest_levels", "observations_named", "tic_split", "source_status")


@pytest.fixture(scope="module")
def db(desk: Desk) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(f"file:{desk.path}?mode=ro", uri=True)
    yield connection
    connection.close()


def columns(db: sqlite3.Connection, name: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({name})")]


def test_every_view_and_every_column_of_it_is_explained(db: sqlite3.Connection) -> None:
    parts = view_parts()
    assert set(parts) == set(VIEWS)
    for name, part in parts.items():
        assert list(view_columns(part)) == columns(db, name), name


def test_every_table_and_every_column_of_it_is_named(db: sqlite3.Connection) -> None:
    stored = {
        row[0]
        for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite_%'"
        )
    }
    found = table_columns()
    assert set(found) == stored
    for name, named in found.items():
        assert named == columns(db, name), name


def test_a_number_has_its_unit_in_its_name_or_beside_it(db: sqlite3.Connection) -> None:
    for name in VIEWS:
        named = columns(db, name)
        values = [one for one in named if one in ("value", "change", "previous_value")]
        assert not values or "unit" in named, name
        assert [one for one in named if one.endswith("_at")] == [], "an instant ends in _utc"


def test_there_are_three_queries_a_view() -> None:
    for name in VIEWS:
        assert len([one for one, _ in QUERIES if one == name]) == 3
        (block,) = blocks(view_parts()[name], "python")
        assert len(block.strip().splitlines()) >= 4


@pytest.mark.parametrize(("name", "query"), QUERIES)
def test_a_query_runs(db: sqlite3.Connection, name: str, query: str) -> None:
    found = db.execute(query).fetchall()
    assert found or name not in MUST_ANSWER or "<= -20000" in query or "<> 'OK'" in query


@pytest.mark.parametrize("name", list(VIEWS))
def test_pandas_reads_a_view(desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk.folder)
    text = PAGE.read_text(encoding="utf-8").partition("## Views")[0]
    (opening,) = blocks(text, "python")
    (block,) = blocks(view_parts()[name], "python")
    known: dict[str, object] = {}
    exec(opening, known)
    exec(block, known)
    connection = known["db"]
    assert isinstance(connection, sqlite3.Connection)
    connection.close()
    assert any(isinstance(one, pd.DataFrame) and len(one) for one in known.values())


def test_datasette_is_told_what_the_page_says() -> None:
    said = "make it anew with: python -m tests.database_page"
    assert json.loads(METADATA.read_text(encoding="utf-8")) == metadata(), said
