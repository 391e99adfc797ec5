"""The files of a database: who may read them, and whose stand in the way of writing."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

# Names, notes and licensed numbers are nobody else's to read. The owner may let a group in.
PRIVATE: Final = 0o600
OTHERS: Final = stat.S_IRWXO
# What SQLite keeps beside a database in WAL mode; they have the mode of the database.
COMPANIONS: Final = ("-wal", "-shm")


class InTheWay(Exception):
    """The database, or a file beside it, cannot be written by this user."""


def beside(path: Path, ending: str) -> Path:
    """The file of a database with that ending."""
    return path.with_name(f"{path.name}{ending}")


def sync_folder(path: Path) -> None:
    """Have the names in a file's folder on the disk: a file that was given its name is there after
    a power cut. Raises OSError."""
    descriptor = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_private(path: Path) -> None:
    """Make the file of a new database, which nobody else can read; an older one that everybody
    can read is closed to them. Raises OSError."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, PRIVATE))
    except FileExistsError:
        mode = path.stat().st_mode
        if mode & OTHERS and path.stat().st_uid == os.geteuid():
            for one in (path, *(beside(path, ending) for ending in COMPANIONS)):
                if one.exists() and one.stat().st_uid == os.geteuid():
                    one.chmod(stat.S_IMODE(mode) & ~OTHERS)


def clear_the_way(path: Path) -> None:
    """Remove what another user who only looked has left beside the database: an index, and a log
    with nothing in it, which this user could not write. The database itself is never removed.
    Raises InTheWay where that does not clear it."""
    foreign = list(_unwritable(path))
    if not foreign:
        return
    log = beside(path, "-wal")
    if path not in foreign and (not log.exists() or log.stat().st_size == 0):
        try:
            for one in foreign:
                one.unlink(missing_ok=True)
        except OSError:
            pass
        else:
            return
    raise InTheWay("; ".join(in_the_way(path)))


def in_the_way(path: Path) -> list[str]:
    """Of each file that keeps this user from writing the database: whose it is, and what to do."""
    return [
        f"{one} belongs to {owner(one)} and cannot be written by {user()}; "
        + (
            f"run as {owner(one)}, or ask its owner for access"
            if one == path
            else f"while it is not in use, give it to {user()} or remove it"
        )
        for one in _unwritable(path)
    ]


def unreadable(path: Path) -> str:
    """Why this user cannot read a database that is there, and what to do; empty where they can, or
    where it cannot even be seen."""
    try:
        can_read = os.access(path, os.R_OK, effective_ids=True) or not path.exists()
    except OSError:
        return ""
    if can_read:
        return ""
    return (
        f"{path} belongs to {owner(path)} and cannot be read by {user()}; run as {owner(path)}, "
        "or ask its owner to give your group access (docs/database.md)"
    )


def left_by_others(path: Path) -> list[str]:
    """Of each file that its database's owner presumably cannot write: whose it is. For somebody who
    only looks, and may be any user."""
    mine = path.stat()
    found = []
    for ending in COMPANIONS:
        one = beside(path, ending)
        try:
            other = one.stat()
        except FileNotFoundError:
            continue
        by_group = other.st_mode & stat.S_IWGRP and other.st_gid == mine.st_gid
        if other.st_uid != mine.st_uid and mine.st_uid != 0 and not by_group:
            found.append(f"{one.name} belongs to {owner(one)} and the database to {owner(path)}")
    return found


def owner(path: Path) -> str:
    """Whose a file is: a name, or a number where there is none."""
    return _named(path.stat().st_uid)


def user() -> str:
    """Who this process is."""
    return _named(os.geteuid())


def _named(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"


def _unwritable(path: Path) -> Iterator[Path]:
    for one in (path, *(beside(path, ending) for ending in COMPANIONS)):
        if one.exists() and not os.access(one, os.W_OK, effective_ids=True):
            yield one
