"""A copy of a database that is in use, whole and in one file."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from state.files import PRIVATE
from state.read_only import open_read_only
from state.restored import not_ours


def copy_database(path: Path, to: Path) -> int:
    """The bytes of the copy, which is there under its name only when it is whole; nobody else can
    read it. Whoever writes meanwhile goes on: it is as it was at one instant. Raises sqlite3.Error,
    also where the copy is damaged, and OSError."""
    part = to.with_name(f".{to.name}.{os.getpid()}.part")
    how = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    os.close(os.open(part, how, PRIVATE))
    try:
        with closing(open_read_only(path)) as read, closing(sqlite3.connect(part)) as written:
            if wrong := not_ours(read, path):
                raise sqlite3.DatabaseError(wrong)
            read.backup(written)
            # Else the copy would need a log of its own to be read.
            written.execute("PRAGMA journal_mode = DELETE")
            (found,) = written.execute("PRAGMA quick_check(1)").fetchone()
            if found != "ok":
                raise sqlite3.DatabaseError(" ".join(str(found).split()))
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(to)
    finally:
        part.unlink(missing_ok=True)
    return to.stat().st_size
