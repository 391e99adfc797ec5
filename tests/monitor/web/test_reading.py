"""Looking writes nothing, and what cannot be read is told."""

from __future__ import annotations

import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.config.web import Web
from monitor.web.server import serving
from monitor.web.site import WebContext
from state.alert_store import AlertStore
from state.database import Database
from tests.monitor.web.desk import Desk, browsing
from tests.monitor.web.test_pages import ALERT, PATHS
from tests.slow import quick_where
from tests.support import VINTAGE


@pytest.mark.slow
def test_every_page_is_made_from_a_file_that_cannot_be_written(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    mine.database.chmod(0o444)
    before = hashlib.sha256(mine.database.read_bytes()).digest()
    with browsing(mine) as browser:
        for path in (*PATHS[:-1], f"/alerts/{ALERT}/chart.png"):
            assert browser.get(path).status == 200, path
    assert hashlib.sha256(mine.database.read_bytes()).digest() == before


def test_what_looks_cannot_write(desk: Desk) -> None:
    site = WebContext(desk.config, desk.database, lambda: desk.at, desk.config.web)
    connection = site.reading.database.connection
    with pytest.raises(Exception, match="readonly"):
        connection.execute("DELETE FROM alerts")
    site.reading.database.close()


@pytest.mark.parametrize(
    "path",
    quick_where("/outbox".__eq__, ["/", "/alerts", "/sources", "/outbox", "/silences"]),
)
def test_a_database_that_is_not_there_is_told_with_what_to_do(
    desk: Desk, tmp_path: Path, path: str
) -> None:
    mine = Desk(desk.config, tmp_path / "none.db", desk.at)
    with browsing(mine) as browser:
        answer = browser.get(path)
        assert answer.status == 503
        assert "havenwatch run" in answer.text
        assert not mine.database.exists()
        shutil.copyfile(desk.database, mine.database)
        assert browser.get(path).status == 200


def test_a_database_that_is_none_is_told(desk: Desk, tmp_path: Path) -> None:
    mine = Desk(desk.config, tmp_path / "broken.db", desk.at)
    mine.database.write_bytes(b"no database at all" * 100)
    with browsing(mine) as browser:
        answer = browser.get("/")
        assert answer.status == 503
        assert "not a database" in answer.text


def test_a_database_of_another_schema_is_told_with_what_to_do(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    database = Database(mine.database)
    database.connection.execute("DELETE FROM _sqlite_migrations WHERE name = 'whole_digests'")
    database.close()
    with browsing(mine) as browser:
        answer = browser.get("/alerts")
        assert answer.status == 503
        assert "bring it up to date with: havenwatch run" in answer.text


def test_a_page_that_cannot_be_made_says_so_and_tells_nothing_inside(
    desk: Desk, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    mine = desk.copied(tmp_path)
    database = Database(mine.database)
    database.connection.execute("UPDATE transitions SET signal = 'no signal'")
    database.close()
    with browsing(mine) as browser:
        answer = browser.get(f"/alerts/{ALERT}")
    assert answer.status == 500
    assert "This page failed" in answer.text
    assert "no signal" not in answer.text
    assert "ValidationError" not in answer.text
    assert "could not be made" in caplog.text


def test_another_file_in_its_place_is_seen(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    site = WebContext(mine.config, mine.database, lambda: mine.at, Web())
    # In this one thread, which has a connection of its own to the file that was there.
    before = site.reading
    assert AlertStore(before.database).alert(ALERT) is not None
    assert site.reading is before
    Database(tmp_path / "other.db").close()
    (tmp_path / "other.db").replace(mine.database)
    assert AlertStore(site.reading.database).alert(ALERT) is None
    site.reading.database.close()
    before.database.close()


@pytest.mark.slow
def test_what_another_program_writes_is_seen_at_once(desk: Desk, tmp_path: Path) -> None:
    mine = desk.copied(tmp_path)
    writer = Database(mine.database)
    with browsing(mine) as browser:
        first = browser.get("/").text
        with writer.immediate() as connection:
            connection.execute("UPDATE source_health SET state = 'STALE' WHERE source = 'cboe'")
        assert "STALE" in browser.get("/").text
        assert "STALE" not in first
        # Kept results are made anew for the same reason: a new vintage.
        with writer.immediate() as connection:
            key = connection.execute("SELECT series_key FROM series WHERE series_id = 'spx'")
            spx = key.fetchone()[0]
            at = "2025-04-11T15:59:00Z"
            connection.execute(
                f"INSERT INTO vintages {VINTAGE} VALUES (99999, 'cboe', '[]', 'x', NULL, ?1, ?1, "
                "'observed', 1)",
                (at,),
            )
            connection.execute(
                "INSERT INTO observations VALUES (?, '2025-04-10', 99999, ?, 5123.45)", (spx, at)
            )
        assert "5,123.45" in browser.get("/").text
    writer.close()


@pytest.mark.slow
def test_many_who_ask_at_once_are_all_answered_while_another_program_writes(
    desk: Desk, tmp_path: Path
) -> None:
    mine = desk.copied(tmp_path)
    writer = Database(mine.database)
    with browsing(mine) as browser, ThreadPoolExecutor(12) as many:
        asked = [many.submit(browser.get, path) for path in PATHS[:-1] * 4]
        for failures in range(50):
            writer.connection.execute("UPDATE source_health SET failures = ?", (failures,))
        assert {one.result().status for one in asked} == {200}
    writer.close()


def test_the_port_is_free_again_when_it_has_ended(desk: Desk) -> None:
    def site(port: int) -> WebContext:
        return WebContext(desk.config, desk.database, lambda: desk.at, Web(port=port))

    with serving(site(0)) as address:
        port = int(address.rstrip("/").rpartition(":")[2])
    with serving(site(port)) as again:
        assert again == address
