"""Who writes the log back into a database: SQLite and retention, or Litestream alone where it
replicates the database, since it would miss what it has not read yet."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager, closing, nullcontext
from pathlib import Path
from typing import Final

import pytest

from state.database import Database
from state.standby_state import state_file
from state.write_ahead_log import write_back

# More than SQLite lets the log grow before it writes it back.
PAGES: Final = 3000
# Who has the connection: a cycle or a command, or retention.
HOW: Final[dict[str, Callable[[Database], AbstractContextManager[sqlite3.Connection]]]] = {
    "a cycle": lambda database: nullcontext(database.connection),
    "retention": Database.apart,
}


@pytest.mark.parametrize("is_replicated", [False, True], ids=["alone", "replicated"])
@pytest.mark.parametrize("how", HOW)
def test_the_log_of_a_replicated_database_is_left_to_litestream(
    tmp_path: Path, how: str, *, is_replicated: bool
) -> None:
    path = tmp_path / "x.db"
    Database(path).close()
    if is_replicated:
        state_file(path).write_text("{}", "utf-8")
    begun = path.stat().st_size
    with closing(Database(path)) as database, HOW[how](database) as connection:
        connection.execute("CREATE TABLE large (content BLOB) STRICT")
        for _ in range(3):
            connection.execute("INSERT INTO large VALUES (zeroblob(?))", (PAGES * 4096 // 3,))
        write_back(connection, path)
        has_grown = path.stat().st_size > begun
    assert has_grown is not is_replicated
