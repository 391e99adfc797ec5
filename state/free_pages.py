"""Pages of a file that nothing is in any more: new rows use them, and what is more goes back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Final

from state.database import immediate
from state.pieces import Piece

INCREMENTAL: Final = 2  # what SQLite calls a file that can give back its last pages
# With each page its neighbours change, and the log gets all of them.
PAGES_AT_ONCE: Final = 128
# So many stay for what comes next, else a file would shrink each night and grow each day.
PAGES_KEPT: Final = 4096
SHARE_KEPT: Final = 10


def give_back(connection: sqlite3.Connection) -> Iterator[Piece]:
    """Give back to the disk, in pieces, what a file has free beyond a tenth of it and 16 MB."""
    if _number(connection, "auto_vacuum") != INCREMENTAL:
        return
    page_bytes = _number(connection, "page_size")
    while (spare := _spare(connection)) > 0:
        pages = min(spare, PAGES_AT_ONCE)
        with immediate(connection):
            for _ in range(pages):  # Python takes the first of several for the last
                connection.execute("PRAGMA incremental_vacuum(1)")
        yield Piece("free pages", 0, pages * page_bytes)


def _spare(connection: sqlite3.Connection) -> int:
    free, pages = (_number(connection, one) for one in ("freelist_count", "page_count"))
    return free - max(PAGES_KEPT, pages // SHARE_KEPT)


def _number(connection: sqlite3.Connection, pragma: str) -> int:
    return int(connection.execute(f"PRAGMA {pragma}").fetchone()[0])
