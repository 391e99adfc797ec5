"""A database that is open keeps its log, whatever else this process does with its file."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from monitor.check.check import Limits, check
from state.backup import copy_database
from state.database import Database
from state.misplaced_files import wrong_log

AT: Final = datetime(2025, 4, 10, 12, tzinfo=UTC)
# Another program that writes and goes: the last to close a database takes its log away.
WRITES_AND_GOES: Final = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("CREATE TABLE IF NOT EXISTS another (one)")
connection.commit()
connection.close()
"""


def opened_again(path: Path) -> None:
    Database(path).close()


def looked_at(path: Path) -> None:
    Database(path, read_only=True).close()


# What a running program does with the file of its database besides writing it.
DOES: Final[dict[str, Callable[[Path], object]]] = {
    "asks whose the log is": wrong_log,
    "is checked": lambda path: check(path, Limits(), AT),
    "opens it once more, as a reload does": opened_again,
    "looks at it": looked_at,
    "backs it up": lambda path: copy_database(path, path.with_name("copy.db")),
}


@pytest.mark.parametrize("what", DOES)
def test_another_program_that_goes_leaves_the_log_there(tmp_path: Path, what: str) -> None:
    path = tmp_path / "havenwatch.db"
    database = Database(path)
    log = path.with_name("havenwatch.db-wal")
    database.connection.execute("CREATE TABLE mine (one)")
    database.connection.commit()
    before = log.stat().st_ino
    DOES[what](path)
    subprocess.run([sys.executable, "-c", WRITES_AND_GOES, str(path)], check=True)
    assert log.exists()
    assert log.stat().st_ino == before
    database.connection.execute("INSERT INTO mine VALUES (1)")
    database.connection.commit()
    database.close()
