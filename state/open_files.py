"""The database files that this process has open.

A lock on a file is the whole process's: closing any descriptor of it drops the locks that SQLite
holds through another, and the next program that closes the database then takes its log away. So a
file that is open here is not opened again but by SQLite.
"""

from __future__ import annotations

from pathlib import Path
from threading import Lock
from typing import Final
from weakref import WeakKeyDictionary

Identity = tuple[int, int]

_OPENED: Final[WeakKeyDictionary[object, Identity]] = WeakKeyDictionary()
_LOCK: Final = Lock()


def identity(path: Path) -> Identity | None:
    """Which file a path leads to; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def opened_here(owner: object, path: Path) -> None:
    """Note that somebody has a file open, for as long as they are there."""
    found = identity(path)
    if found is not None:
        with _LOCK:
            _OPENED[owner] = found


def is_open_here(path: Path) -> bool:
    """Whether somebody in this process has a file open."""
    with _LOCK:
        return identity(path) in [*_OPENED.values()]
