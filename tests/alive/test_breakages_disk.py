"""Ways to break the database: each turns the check or the heartbeat red.

docs/alive.md has a line for each test here, with the same words.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.demo.server import Standins
from tests.alive.bench import BAD, GOOD, MINUTE, Bench
from tests.alive.manager import Manager
from tests.alive.process import process, write_config
from tests.alive.receiver import PingReceiver
from tests.support import utc

AT = utc("2025-04-08 01:00")
NOBODY = 65534


@pytest.mark.slow
def test_the_disk_is_full(
    standins: Standins, receiver: PingReceiver, manager: Manager, tmp_path: Path
) -> None:
    config = write_config(tmp_path, standins)
    with process(config, receiver, manager, {"MOST_FILE_BYTES": "4096"}) as program:
        assert program.hear() == "started"
        program.tick(AT)
        program.tick(AT + MINUTE)
        receiver.wait_until("a fail", lambda: receiver.last.kind == BAD)
        assert "OperationalError" in receiver.last.said
        assert str(tmp_path) not in receiver.last.said
        assert program.code_at(AT + 17 * MINUTE) == 3
        assert "STATUS=the last tick failed: OperationalError" in "\n".join(manager.heard())


@pytest.mark.slow
def test_another_program_locks_the_database(bench: Bench) -> None:
    bench.app.database.connection.execute("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(bench.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    bench.manager.heard()
    assert bench.minutes_until("heartbeat red", bench.is_bad) == 1
    assert "the tick failed: OperationalError: database is locked" in bench.last.said
    assert "WATCHDOG=1" not in bench.manager.heard()
    assert bench.minutes_until("check red", bench.is_red) <= 15
    assert "is havenwatch running?" in bench.check_says()
    other.rollback()
    other.close()
    bench.manager.heard()
    bench.minutes_until("well again", lambda: bench.last.kind == GOOD)
    assert bench.code() == 0
    assert "WATCHDOG=1" in bench.manager.heard()


def test_the_database_is_overwritten(bench: Bench) -> None:
    # What is still in the log beside it would be read from there.
    bench.app.database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with bench.path.open("r+b") as file:
        size = bench.path.stat().st_size
        file.write(b"\xde\xad\xbe\xef" * (size // 4))
    assert bench.minutes_until("heartbeat red", bench.is_bad) == 1
    assert bench.is_red()
    assert "cannot read havenwatch.db: " in bench.last.said or "tick failed" in bench.last.said


@pytest.mark.slow
@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_the_database_is_deleted_or_replaced(bench: Bench, how: str) -> None:
    kept = bench.path.with_name("kept.db")
    bench.path.rename(kept)
    if how == "replaced":
        shutil.copy(kept, bench.path)
    bench.manager.heard()
    assert bench.minutes_until("heartbeat red", bench.is_bad) == 1
    assert "ReplacedDatabase: havenwatch.db: expected the file that was opened" in bench.last.said
    assert "WATCHDOG=1" not in bench.manager.heard()
    assert bench.minutes_until("check red", bench.is_red) <= 15
    bench.path.unlink(missing_ok=True)
    kept.rename(bench.path)
    bench.minutes_until("well again", lambda: bench.last.kind == GOOD)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may look into, as pytest's own is not."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


@pytest.mark.slow
def test_the_database_may_not_be_written(
    standins: Standins, receiver: PingReceiver, manager: Manager, open_folder: Path
) -> None:
    config = write_config(open_folder, standins)
    with process(config, receiver, manager) as program:
        assert program.hear() == "started"
        program.tick(AT)
        receiver.wait_until("good", lambda: receiver.last.kind == GOOD)
    before = len(receiver.pings)
    manager.heard()
    for path in open_folder.iterdir():
        path.chmod(0o444)
    open_folder.chmod(0o555)
    with process(config, receiver, manager, {"BECOME_UID": str(NOBODY)}) as program:
        program.tick(AT + MINUTE) if program.hear() == "started" else program.end()
        assert "READY=1" not in manager.heard()
        assert GOOD not in {one.kind for one in receiver.pings[before:]}
        assert program.code_at(AT + timedelta(minutes=16)) == 3
        assert os.access(config, os.R_OK)
