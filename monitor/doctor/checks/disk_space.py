"""The room where the database is, and for temporary files."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from monitor.doctor.check import Check, Finding, Group, Step, failed, ok, warning
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.folders import nearest_folder
from monitor.doctor.machine import Machine, Room

MB: Final = 1_000_000
# Below the first nothing works for long; below the second a backup or a restore may not.
DATABASE_MB: Final = (100, 1_000)
TEMP_MB: Final = (20, 200)


class DiskSpace(Check):
    """There is room for the database to grow and to be backed up beside itself."""

    name: ClassVar[str] = "disk_space"
    group: ClassVar[Group] = Group.FILES

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line a folder."""
        return [
            Step("disk space, database", partial(_of_database, given)),
            Step("disk space, temporary", partial(_of_temp, given.machine)),
        ]


def _of_database(given: Circumstances) -> Finding:
    folder = nearest_folder(given.database.parent)
    size = given.database.stat().st_size if given.database.exists() else 0
    least, enough = (one * MB for one in DATABASE_MB)
    return _finding(given.machine, folder, least, max(enough, 2 * size))


def _of_temp(machine: Machine) -> Finding:
    try:
        folder = Path(machine.temp_folder())
    except OSError:
        return failed(
            expected="a folder for temporary files",
            got="none that can be written",
            remedy="set TMPDIR to a folder that can be written",
        )
    return _finding(machine, folder, *(one * MB for one in TEMP_MB))


def _finding(machine: Machine, folder: Path, least: int, enough: int) -> Finding:
    """Whether a folder has room: at `least`, or `enough`."""
    try:
        room = machine.room(folder)
    except OSError as error:
        got = error.strerror or type(error).__name__
        return failed(expected=f"a folder at {folder}", got=got, remedy="make it, or mount it")
    return room_finding(room, folder, least, enough)


def room_finding(room: Room, folder: Path, least: int, enough: int) -> Finding:
    """Whether there is room in a folder: at `least` or `enough` bytes, and for files."""
    free = f"{room.free_bytes / MB:,.0f} MB free at {folder}"
    remedy = "remove what is not needed there, or give it a larger disk"
    if room.free_files == 0:
        got = f"{free}, and no file can be made: it is out of inodes"
        return failed(expected="room for files", got=got, remedy=remedy)
    if room.free_bytes >= enough:
        return ok(free)
    expected = f"{(least if room.free_bytes < least else enough) / MB:,.0f} MB or more"
    if room.free_bytes < least:
        return failed(expected=expected, got=free, remedy=remedy)
    return warning(expected=f"{expected}, for backups too", got=free, remedy=remedy)
