"""Databases of every schema that there ever was, with rows, are brought up to date."""

from __future__ import annotations

import logging
import os
import re
import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest

from state.database import Database, UnfitDatabase
from state.migrations import MIGRATIONS
from state.schema_change import MOST_COPIES, copies_of
from tests.state.databases import names
from tests.state.landed_rows import (
    DONE,
    MADE,
    NOTED,
    ROWS,
    after_all_steps,
    insert_rows,
    rows_in,
)
from tests.state.landed_schemas import Landed, drafts, landed, objects_of

LANDED, DRAFTS = [*landed()], [*drafts()]
*OLDER, NEWEST = LANDED


def older(schema: Landed, path: Path) -> None:
    """A database of a schema with rows in every table."""
    with closing(schema.make(path)) as made:
        insert_rows(made)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.db"


def test_every_step_has_landed() -> None:
    assert set(NEWEST.steps) == set(MIGRATIONS.names), "python -m tests.state.landed_schemas"
    # What has run anywhere is never edited: the steps make what each database in use has.
    assert objects_of(Database(None).connection) == NEWEST.objects


def test_there_are_rows_for_every_table() -> None:
    tables = {name for kind, name in NEWEST.objects if kind == "table"}
    assert {*ROWS, *NOTED} == tables


@pytest.mark.parametrize("schema", LANDED, ids=lambda one: one.name)
def test_rows_of_every_schema_survive_and_the_schema_is_that_of_a_new_one(
    schema: Landed, path: Path
) -> None:
    older(schema, path)
    with closing(sqlite3.connect(path)) as before:
        before.row_factory = sqlite3.Row
        noted = {name: rows_in(before, name) for name in NOTED if ("table", name) in schema.objects}
    with closing(Database(path)) as database:
        connection = database.connection
        assert objects_of(connection) == NEWEST.objects
        for table, rows in ROWS.items():
            if ("table", table) in schema.objects:
                wanted = [after_all_steps(table, row, schema.steps) for row in rows]
                assert {table: rows_in(connection, table)} == {table: _ordered(wanted)}
        for table, rows in noted.items():
            assert [row for row in rows if row not in rows_in(connection, table)] == []
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        (count,) = connection.execute("SELECT count(*) FROM alert_history").fetchone()
        assert count == 1


def _ordered(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    return sorted(rows, key=lambda row: str([*row.values()]))


def test_what_rows_were_before_their_history_was_kept_is_noted(path: Path) -> None:
    older(LANDED[8], path)
    assert LANDED[8].steps[-1] == "held_corrections"
    with closing(Database(path)) as database:
        connection = database.connection
        changes = [(r["delivery_id"], r["changed_at"], r["status"], r["attempts"])
                   for r in rows_in(connection, "delivery_changes")]  # fmt: skip
        assert changes == [
            (1, MADE, "due", 2), (2, MADE, "sending", 2),
            (3, MADE, "due", 0), (3, DONE, "sent", 2),
            (4, MADE, "due", 0), (4, DONE, "dead", 2),
            (5, MADE, "due", 0), (5, DONE, "sent", 2),
        ]  # fmt: skip
        (health,) = rows_in(connection, "source_health_changes")
        assert (health["changed_at"], health["newest_period"]) == (DONE, "2025-04-10")
        (lost,) = rows_in(connection, "connection_changes")
        assert (lost["name"], lost["changed_at"], lost["is_wanted"]) == ("slack", MADE, 1)
        assert rows_in(connection, "program_runs") == ROWS["program_runs"]


@pytest.mark.parametrize("schema", DRAFTS, ids=lambda one: one.name)
def test_a_draft_that_no_step_leads_on_from_is_refused_and_left_as_it_was(
    schema: Landed, path: Path
) -> None:
    with closing(schema.make(path)) as made:
        insert_rows(made, ["alerts"])
    for _ in range(2):  # as a supervisor starts it again
        with pytest.raises(UnfitDatabase, match=r"that of a draft .*; nothing was changed"):
            Database(path)
    assert names(path.parent) == {"x.db"}
    with closing(sqlite3.connect(path)) as found:
        assert objects_of(found) == schema.objects
        assert found.execute("SELECT count(*) FROM alerts").fetchone() == (1,)


def test_before_the_schema_is_changed_the_database_is_copied_beside_it(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    older(OLDER[-1], path)
    Database(path).close()
    copy = path.with_name(f"x.db.schema-{len(OLDER[-1].steps)}")
    assert names(path.parent) == {"x.db", copy.name}
    with closing(sqlite3.connect(copy)) as found:
        assert objects_of(found) == OLDER[-1].objects
        assert found.execute("SELECT count(*) FROM deliveries").fetchone() == (5,)
    (said,) = caplog.records
    assert said.levelno == logging.WARNING
    assert f"copied before that to {copy.name} (" in said.getMessage()
    Database(path).close()
    assert names(path.parent) == {"x.db", copy.name}


# What keeps a copy from being written, or from being whole.
@contextmanager
def no_room(path: Path) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size // 2, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@contextmanager
def a_folder_in_the_way(path: Path) -> Iterator[None]:
    path.with_name(f".x.db.schema-{len(OLDER[-1].steps)}.{os.getpid()}.part").mkdir()
    yield


@contextmanager
def damage(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path)) as found:
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'quotes'"
        (page,) = found.execute(query).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xff" * 4096)
    yield


@pytest.mark.parametrize(
    ("fault", "said"),
    [(no_room, "disk"), (a_folder_in_the_way, "directory"), (damage, "malformed")],
)
def test_without_a_whole_copy_the_schema_is_not_changed(
    fault: Callable[[Path], AbstractContextManager[None]], said: str, path: Path
) -> None:
    older(OLDER[-1], path)
    with fault(path), pytest.raises(UnfitDatabase) as refused:
        Database(path)
    text = str(refused.value)
    assert re.search(rf"got: .*{said}.*; nothing was changed; free 1 MB in ", text), text
    assert copies_of(path) == []
    with closing(sqlite3.connect(path)) as found:
        assert objects_of(found) == OLDER[-1].objects


def test_a_new_database_is_not_copied(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    Database(path).close()
    assert names(path.parent) == {"x.db"}
    assert not caplog.records


def test_the_copies_are_few_and_none_is_overwritten(path: Path) -> None:
    for number, schema in enumerate((*OLDER[:MOST_COPIES], OLDER[0])):
        path.unlink(missing_ok=True)
        older(schema, path)
        Database(path).close()
        made = copies_of(path)[0]
        wanted = f"x.db.schema-{len(schema.steps)}"
        assert made.name == (wanted if number < MOST_COPIES else f"{wanted}-2")
        os.utime(made, (number, number))
    assert [one.name for one in copies_of(path)] == [
        "x.db.schema-1-2", "x.db.schema-3", "x.db.schema-2",
    ]  # fmt: skip
