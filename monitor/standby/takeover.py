"""Going on where another host ended: its replica in the place of this host's database."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from monitor.standby.lease import LeaseDocument
from monitor.standby.replica import Replica, Restored
from state.database import Database
from state.files import beside, sync_folder
from state.leaderships import LeadingHost, last_leadership, record_leadership
from state.lost_answers import lost_answers
from state.read_only import open_read_only

log = logging.getLogger("havenwatch.standby")

# What of a database is moved with it, and in which order: a log without its database says so.
FILES: Final = ("-shm", "-wal", "")


def take_over(
    replica: Replica, host_id: str, token: int, before: LeaseDocument | None, at: datetime
) -> LeadingHost:
    """Have the newest state at the database's path before this host acts on it under a token, and
    note there that it does. `before`: who had the lease. A host that had it last itself goes on
    with its own file. Raises ReplicaFailed where the newest replica cannot be restored; the file
    is as it was then. Raises sqlite3.Error and OSError too."""
    path = replica.database
    mine = own_leadership(path)
    if mine is not None and mine.host_id != host_id:
        log.warning("this database is a copy of one on which host %s acted", mine.host_id)
    found = LeadingHost(token, host_id, at)
    if not is_newest(mine, path, host_id, token, before):
        part = replica.folder / "restored.db"
        replica.folder.mkdir(mode=0o700, exist_ok=True)
        restored = replica.restore(token, part)
        if restored is not None:
            return _put_in_place(replica, found, restored, part)
        log.warning("expected a replica of token %d or older, got none", token - 1)
    _record(path, found)
    return found


def own_leadership(path: Path) -> LeadingHost | None:
    """The last leadership that a database knows of; None where it knows none, or is not there."""
    if not path.exists():
        return None
    try:
        with closing(open_read_only(path)) as connection:
            return last_leadership(connection)
    except sqlite3.Error:
        return None  # it is older than the first of them, or damaged


def is_newest(
    mine: LeadingHost | None,
    path: Path,
    host_id: str,
    token: int,
    before: LeaseDocument | None,
) -> bool:
    """Whether nobody else can have acted since the last leadership in a host's database."""
    if before is None:
        return path.exists() or token == 1
    return mine is not None and mine.host_id == host_id and mine.token in (token, before.token)


def _put_in_place(
    replica: Replica, found: LeadingHost, restored: Restored, part: Path
) -> LeadingHost:
    path, token = replica.database, found.token
    found = replace(found, restored_from=restored.token, replica_at=restored.replica_at)
    if path.exists():
        found = replace(
            found,
            set_aside=f"{path.name}.before-{token}",
            lost_answers=_answers_of(path, part, found.taken_at),
        )
    _record(part, found)
    for ending in FILES:
        if beside(path, ending).exists():
            beside(path, ending).replace(beside(path.with_name(found.set_aside), ending))
    part.replace(path)
    sync_folder(path)
    log.warning(
        "restored the replica of token %d, last written %s; the file that was here is %s",
        restored.token,
        restored.replica_at,
        found.set_aside or "none",
    )
    for said in found.lost_answers:
        log.warning("an answer in %s is not in the replica; again: %s", found.set_aside, said)
    return found


def _answers_of(path: Path, part: Path, at: datetime) -> tuple[str, ...]:
    try:
        return lost_answers(path, part, at)
    except sqlite3.Error as error:
        log.warning("%s: its answers cannot be compared: %s", path, error)
        return ()


def _record(path: Path, found: LeadingHost) -> None:
    database = Database(path)
    try:
        with database.immediate() as connection:
            record_leadership(connection, found)
    finally:
        database.close()
