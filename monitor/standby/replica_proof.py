"""Whether the replica can be restored, and is what the database is."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from monitor.standby.replica import Replica, remove_file
from monitor.standby.stores import ReplicaFailed
from state.backup import Contents, contents_of
from state.backup_proof import NotRestored
from state.read_only import open_read_only

TRIES = 3


def prove_replica(replica: Replica, token: int) -> None:
    """Restore the replica to a temporary file, which lies in all its tables between what the
    database held before and after: it is written meanwhile. Raises NotRestored, and ReplicaFailed
    where it cannot be reached."""
    trial = replica.folder / "trial.db"
    before = _held(replica.database)
    for left in reversed(range(TRIES)):
        replica.sync()
        try:
            try:
                replica.restore_token(token, trial)
            except ReplicaFailed as error:
                raise NotRestored(str(error)) from None
            found = _held(trial)
        except sqlite3.Error as error:
            raise NotRestored(str(error)) from None
        finally:
            remove_file(trial)
        after = _held(replica.database)
        problem = difference(before, found, after)
        if not problem:
            return
        # Rows may have come and gone in between, which no count shows.
        if not left or before == after:
            raise NotRestored(problem)
        before = after


def difference(before: Contents, found: Contents, after: Contents) -> str:
    """How what was restored cannot be what the database held in between; empty where it can."""
    if found.version not in (before.version, after.version):
        return f"schema {found.version} in place of {after.version}"
    for table in sorted(before.rows.keys() | found.rows.keys()):
        least, most = sorted((before.rows.get(table, 0), after.rows.get(table, 0)))
        has = found.rows.get(table)
        if has is None or not least <= has <= most:
            return f"{table} has {has} rows in place of {least} to {most}"
        stayed = least == most and before.newest[table] == after.newest.get(table)
        if stayed and found.newest[table] != before.newest[table]:
            return f"another newest row in {table}"
    return ""


def _held(path: Path) -> Contents:
    with closing(open_read_only(path)) as connection:
        return contents_of(connection)
