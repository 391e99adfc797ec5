"""A database whose damage SQLite repeats in what it says: an error as of any damage."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from state.backup import copy_database
from state.database import Database
from state.frozen_clock import frozen_at
from state.read_only import open_read_only
from tests.state.databases import a_damaged_schema

READERS: dict[str, Callable[[Path], object]] = {
    "to look only": open_read_only,
    "by the program": Database,
    "by a page": lambda path: Database(path, read_only=True),
    "for a backup": lambda path: copy_database(path, path.with_name("copy.db")),
}


@pytest.mark.parametrize("read", READERS.values(), ids=list(READERS))
def test_damage_that_is_no_text_is_damage(read: Callable[[Path], object], tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    a_damaged_schema(path)
    with pytest.raises(sqlite3.DatabaseError, match="malformed database schema") as error:
        read(path)
    assert error.value.sqlite_errorcode == sqlite3.SQLITE_CORRUPT
    assert not path.with_name("copy.db").exists()


def test_a_clock_that_cannot_be_read_is_none(tmp_path: Path) -> None:
    a_damaged_schema(tmp_path / "x.db")
    assert frozen_at(tmp_path / "x.db") is None
