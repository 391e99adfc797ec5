"""Putting a backup in the place of a database: wholly or not at all, and nothing is lost by it."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from state.backup import Copied, part_of, write_copy
from state.database import refuse_newer
from state.files import COMPANIONS, beside, owner, sync_folder, user
from state.leader_lock import LeaderLock
from state.misplaced_files import BEING_MADE, another_programs, wrong_log
from state.read_only import open_read_only, read_schema

IN_USE: Final = (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
DAMAGED: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
WAIT_S: Final = 5.0
# What a database is in, by its endings; an index is made again.
FILES: Final = ("", "-wal")


class RestoreRefused(Exception):
    """Nothing was restored, and the database is as it was. `expected`, `got` and `remedy` say why
    and what to do."""

    def __init__(self, expected: str, got: str, remedy: str):
        super().__init__(f"expected {expected}, got {got}; {remedy}")
        self.expected, self.got, self.remedy = expected, got, remedy


@dataclass(frozen=True)
class Restored:
    """What was put there, and where the database is that was there before; None if none was."""

    copied: Copied
    kept: Path | None


def restore_database(backup: Path, path: Path, at: datetime, wait_s: float = WAIT_S) -> Restored:
    """Put a copy of a backup at a database's path, for its owner alone. The database that was there
    is kept beside it under a name with the instant `at`.

    A process that is killed at any instant leaves the one or the other whole at the path; only
    beside a damaged database may its log be left, which every command refuses to open. Raises
    RestoreRefused, also after `wait_s` while another process uses the database; UnfitDatabase for a
    backup of a newer program; sqlite3.Error for a damaged backup; InTheWay and OSError.
    """
    _refuse_paths(backup, path)
    lock = LeaderLock(path)
    if not lock.take():
        raise RestoreRefused(
            "a database that no havenwatch runs on",
            f"one in use by process {lock.holder()}",
            "stop it first, then restore again",
        )
    part = part_of(path)
    try:
        copied = write_copy(backup, part)
        with closing(open_read_only(part)) as connection:
            refuse_newer(connection, backup)
        with _others_kept_out(path, wait_s):
            kept = _keep(path, at)
            part.replace(path)
            for ending in (*COMPANIONS, BEING_MADE):
                beside(path, ending).unlink(missing_ok=True)
            sync_folder(path)
    finally:
        part.unlink(missing_ok=True)
        lock.give_up()
    return Restored(copied, kept)


def _refuse_paths(backup: Path, path: Path) -> None:
    if not backup.exists():
        raise RestoreRefused(
            "a backup", f"no file at {backup}", "name a file that `havenwatch backup` wrote"
        )
    if wrong := wrong_log(backup):
        raise RestoreRefused("a backup", wrong, "name another backup")
    if not path.exists():
        return
    if backup.samefile(path):
        raise RestoreRefused("a backup", "the database itself", "name another file")
    # The copy would be this user's, and the program could not write it.
    if path.stat().st_uid != os.geteuid():
        raise RestoreRefused(
            f"{owner(path)}, whose database it is", user(), f"run it as {owner(path)}"
        )


@contextmanager
def _others_kept_out(path: Path, wait_s: float) -> Iterator[None]:
    """Inside it nobody else has the database open, and its file alone is whole, without a log.
    Where it is damaged, or the log beside it is another's, nothing is opened."""
    if not path.exists() or wrong_log(path):
        yield
        return
    with closing(sqlite3.connect(path, timeout=wait_s, isolation_level=None)) as connection:
        try:
            read_schema(connection)
            _take_alone(connection, path)
        except sqlite3.DatabaseError as error:
            code = error.sqlite_errorcode & 0xFF
            if code in IN_USE:
                raise RestoreRefused(
                    "a database that nothing else has open",
                    "one that another process reads or writes",
                    "stop what uses it (havenwatch web too), then restore again",
                ) from None
            if code not in DAMAGED:
                raise
        yield


def _take_alone(connection: sqlite3.Connection, path: Path) -> None:
    if others := another_programs(connection):
        raise RestoreRefused(
            f"a database of havenwatch at {path}",
            f"one of another program ({others})",
            "name the right one with --db, or in the configuration",
        )
    # The lock is kept until the connection is closed, and no log comes back meanwhile.
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("BEGIN EXCLUSIVE")


def _keep(path: Path, at: datetime) -> Path | None:
    """The second name that the database, and what is beside it, have from now on."""
    endings = [one for one in FILES if _has_content(beside(path, one))]
    if not endings:
        return None
    named, count = path.with_name(f"{path.name}.replaced-{at:%Y%m%dT%H%M%SZ}"), 1
    kept = named
    while any(beside(kept, one).exists() for one in FILES):
        count += 1
        kept = named.with_name(f"{named.name}-{count}")
    for ending in endings:
        os.link(beside(path, ending), beside(kept, ending))
    sync_folder(path)
    return kept


def _has_content(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
