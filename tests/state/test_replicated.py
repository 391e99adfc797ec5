"""A database that Litestream replicates is checkpointed by Litestream alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from state.database import Database
from state.standby_state import StandbyState, write_standby


@pytest.mark.parametrize(("is_replicated", "pages"), [(False, 1000), (True, 0)])
def test_no_connection_writes_the_log_back_where_litestream_reads_it(
    is_replicated: bool, pages: int, tmp_path: Path
) -> None:
    path = tmp_path / "havenwatch.db"
    if is_replicated:
        write_standby(path, StandbyState("2025-04-10T14:00:00Z", "host-a", leads=True))
    database = Database(path)
    assert database.connection.execute("PRAGMA wal_autocheckpoint").fetchone()[0] == pages
    database.close()
