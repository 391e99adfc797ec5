"""Opening a database to look only, with the standard library alone: it starts fast, writes nothing
and waits for nobody who writes."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from urllib.parse import quote


def open_read_only(path: Path, timeout_s: float = 5.0) -> sqlite3.Connection:
    """A connection that can only read; its rows are known by name.

    Where nothing may be written beside the file, as on a read-only file system, SQLite cannot keep
    the index of its write-ahead log: the file is then read as it is, if no log waits beside it.
    Raises sqlite3.Error, and with it says so where one does.
    """
    try:
        return _opened(path, "mode=ro", timeout_s)
    except sqlite3.OperationalError as error:
        if not _is_kept_from_its_log(error):
            raise
        log = path.with_name(f"{path.name}-wal")
        if log.exists() and log.stat().st_size:
            raise sqlite3.OperationalError(
                f"what was written last is in {log}, which cannot be read from here ({error}); "
                "look at it where its folder may be written"
            ) from None
        return _opened(path, "immutable=1", timeout_s)


def _opened(path: Path, how: str, timeout_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?{how}", uri=True, timeout=timeout_s, isolation_level=None
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


def _is_kept_from_its_log(error: sqlite3.OperationalError) -> bool:
    """SQLITE_CANTOPEN or SQLITE_READONLY, whatever their extended code."""
    return error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
