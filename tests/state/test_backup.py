"""Backups and restoring them, on real files: nothing is lost, and nothing is half done."""

from __future__ import annotations

import threading
from pathlib import Path

from state.database import Database
from tests.backups import backups, write_until


def test_backups_taken_while_somebody_writes_open_whole(tmp_path: Path) -> None:
    path, begun, stop = tmp_path / "x.db", threading.Event(), threading.Event()
    Database(path).close()
    writer = threading.Thread(target=write_until, args=(path, begun, stop))
    writer.start()
    try:
        assert begun.wait(30)
        found = list(backups(path, 5))
    finally:
        stop.set()
        writer.join()
    assert [one.wrong for one in found] == [""] * 5
    assert len({one.newest for one in found}) > 1
