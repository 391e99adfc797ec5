"""The SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from state.alert_store import AlertStore
from state.database import Database, UnfitDatabase
from state.digests import Digests
from state.migrations import MIGRATIONS
from state.outbox import Outbox
from tests.empty_database import STEP_BY_STEP


def test_every_table_of_ours_is_strict_and_foreign_keys_hold(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    kinds = database.connection.execute(
        "SELECT * FROM pragma_table_list WHERE type IN ('table', 'shadow')"
    ).fetchall()
    ours = {row["name"]: row["strict"] for row in kinds if not row["name"].startswith("sqlite_")}
    del ours["_sqlite_migrations"]
    assert len(ours) == 40
    assert all(ours.values())
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY"):
        database.connection.execute(
            "INSERT INTO observations VALUES (99, '2025-04-08', 99, '2025-04-08T22:30:00Z', 1.0)"
        )


def test_what_tests_open_new_has_the_schema_that_the_steps_make() -> None:
    stepped = sqlite3.connect(":memory:", isolation_level=None)
    STEP_BY_STEP(stepped)
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2"
    found = [tuple(row) for row in Database(None).connection.execute(query)]
    assert found == stepped.execute(query).fetchall()
    assert not MIGRATIONS.pending(Database(None).connection)


def test_readers_do_not_wait_for_a_writer(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    with database.immediate():
        other = sqlite3.connect(f"file:{tmp_path / 'x.db'}?mode=ro", uri=True, timeout=0)
        assert other.execute("SELECT count(*) FROM alerts").fetchone() == (0,)
        other.close()


def test_each_thread_has_a_connection_of_its_own(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    found: list[sqlite3.Connection] = []

    def use() -> None:
        found.append(database.connection)
        database.close()

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    assert found[0] is not database.connection


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")

    def half() -> None:
        with database.immediate() as connection:
            connection.execute("INSERT INTO rule_progress VALUES ('r', '2025-04-08T22:30:00Z')")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert database.connection.execute("SELECT count(*) FROM rule_progress").fetchone()[0] == 0


def test_opening_again_changes_nothing(tmp_path: Path) -> None:
    Database(tmp_path / "x.db").close()
    before = (tmp_path / "x.db").read_bytes()
    Database(tmp_path / "x.db").close()
    assert (tmp_path / "x.db").read_bytes() == before


def test_a_database_of_a_newer_program_is_left_alone(tmp_path: Path) -> None:
    database = Database(tmp_path / "x.db")
    database.connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
        "VALUES ('havenwatch', 'from_the_future', '2030-01-01')"
    )
    database.close()
    with pytest.raises(UnfitDatabase, match="from_the_future"):
        Database(tmp_path / "x.db")


def test_two_programs_may_start_on_a_new_file_at_once(tmp_path: Path) -> None:
    problems: list[Exception] = []
    gate = threading.Barrier(4)

    def start() -> None:
        gate.wait()
        try:
            Database(tmp_path / "x.db").close()
        except Exception as error:  # noqa: BLE001
            problems.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []


def test_digests_and_answers_of_an_older_program_are_kept(tmp_path: Path) -> None:
    old = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
    MIGRATIONS.apply(old, stop_before="whole_digests")
    old.execute("INSERT INTO digests VALUES ('2025-04-10', '2025-04-10T23:00:00Z', '{}')")
    old.execute(
        "INSERT INTO evaluations VALUES ('r', 'us', '2025-04-10', '2025-04-10T22:30:00Z', "
        "'quiet', NULL, 0, 0.4, 'sd', '')"
    )
    old.close()
    database = Database(tmp_path / "x.db")
    (answer,) = AlertStore(database).latest_evaluations()
    assert (answer.measure, answer.nearness) == (0.4, None)
    assert Digests(database).told_through() is None
    assert [day.isoformat() for day in Outbox(database).digest_dates()] == ["2025-04-10"]
    database.close()
