"""What the checks need to know of the machine, gathered in one place so that a test can give
another."""

from __future__ import annotations

import os
import sqlite3
import sys
import tempfile
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

MOUNTS: Final = Path("/proc/self/mountinfo")


@dataclass(frozen=True)
class Room:
    """The room on a file system: bytes, and how many files may still be made, None where it does
    not count them."""

    free_bytes: int
    free_files: int | None


@dataclass(frozen=True)
class Machine:
    """`encoding` is that of standard output. `mounts` is the kernel's list of what is mounted, as
    in /proc/self/mountinfo, empty where there is none. `installed` gives the version of a package,
    None where it is not there."""

    python: tuple[int, int, int]
    sqlite: tuple[int, int, int]
    encoding: str | None
    umask: int
    mounts: str
    temp_folder: Callable[[], str]
    room: Callable[[Path], Room]
    zone: Callable[[str], zoneinfo.ZoneInfo]
    zone_folders: tuple[str, ...]
    installed: Callable[[str], str | None]


def this_machine() -> Machine:
    """The one this runs on. For the only thread there is: the umask can be read by setting it
    alone."""
    umask = os.umask(0o077)
    os.umask(umask)
    return Machine(
        python=sys.version_info[:3],
        sqlite=sqlite3.sqlite_version_info,
        encoding=sys.stdout.encoding,
        umask=umask,
        mounts=_mounts(),
        temp_folder=tempfile.gettempdir,
        room=room_on,
        zone=zoneinfo.ZoneInfo,
        zone_folders=zoneinfo.TZPATH,
        installed=installed_version,
    )


def room_on(folder: Path) -> Room:
    """The room for this user on the file system of a folder. Raises OSError."""
    found = os.statvfs(folder)
    return Room(found.f_bavail * found.f_frsize, found.f_favail if found.f_files else None)


def installed_version(package: str) -> str | None:
    """The version of an installed package, or None."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _mounts() -> str:
    try:
        return MOUNTS.read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""
