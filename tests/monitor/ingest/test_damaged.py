"""A database with pages overwritten: every command that reads it says so in a line, or answers."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.desk import Desk
from tests.monitor.cli.test_read_only_commands import LOOKING
from tests.slow import quick_where

PAGE_BYTES = 4096
SEEDS = range(3)
READING = tuple(one for one in LOOKING if one[0] not in ("replay", "tune"))


def damage(path: Path, seed: int) -> None:
    """Overwrite one to three pages of a database behind its first, which names it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    chance = random.Random(seed)
    pages = path.stat().st_size // PAGE_BYTES
    with path.open("r+b") as file:
        for _ in range(chance.randint(1, 3)):
            file.seek(chance.randrange(1, pages) * PAGE_BYTES)
            file.write(chance.choice((chance.randbytes(PAGE_BYTES), bytes(PAGE_BYTES))))


@pytest.mark.parametrize("seed", quick_where((0).__eq__, SEEDS))
def test_damaged_pages_end_in_no_traceback(desk: Desk, tmp_path: Path, seed: int) -> None:
    mine = desk.copy(tmp_path / "damaged")
    damage(mine.path, seed)
    for words in (*READING, ("check",), ("backup", str(tmp_path / "copy.db"))):
        done = mine.run(*words)
        assert done.exception is None or isinstance(done.exception, SystemExit), words
        if words[0] == "backup" and done.exit_code:
            assert not (tmp_path / "copy.db").exists()
            assert "restore a backup" in done.output
