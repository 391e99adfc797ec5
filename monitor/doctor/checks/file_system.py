"""The file system that the database is on."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import partial
from pathlib import Path, PurePath
from typing import ClassVar, Final

from monitor.doctor.check import Check, Finding, Group, Step, failed, ok, skipped
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.folders import nearest_folder

# File systems of other machines, on which neither locks nor the shared index of a log can be
# relied on.
NETWORK: Final = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "fuse.ceph", "fuse.davfs2",
    "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.sshfs", "glusterfs", "gpfs", "lustre",
    "ncpfs", "nfs", "nfs4", "ocfs2", "smb3", "smbfs", "vboxsf", "vmhgfs", "fuse.vmhgfs-fuse",
})  # fmt: skip
OCTAL: Final = re.compile(r"\\([0-7]{3})")


class FileSystem(Check):
    """The database is on a disk of this machine: SQLite's log needs memory that all who use the
    file share."""

    name: ClassVar[str] = "file_system"
    group: ClassVar[Group] = Group.FILES

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """One line."""
        return [Step("file system", partial(_finding, given.database, given.machine.mounts))]


def _finding(database: Path, mounts: str) -> Finding:
    folder = nearest_folder(database.parent).resolve()
    kind = kind_of(folder, mounts)
    if not kind:
        return skipped("this system does not list what is mounted")
    if kind not in NETWORK:
        return ok(f"{kind} at {folder}")
    return failed(
        expected="the database on a disk of this machine",
        got=f"{folder} on a network file system ({kind}), where SQLite's locks are not reliable",
        remedy="set path of [state] to a local folder, and copy backups to the network: "
        "havenwatch backup FILE",
    )


def kind_of(folder: PurePath, mounts: str) -> str:
    """The kind of the file system that a folder is on, by the kernel's list of mounts; empty where
    that does not say. What was mounted last at a place hides what was there."""
    found, longest = "", -1
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        fields, kinds = before.split(" "), after.split(" ")
        if len(fields) < 5 or not kinds[0]:
            continue
        place = PurePath(OCTAL.sub(lambda octal: chr(int(octal[1], 8)), fields[4]))
        if folder.is_relative_to(place) and len(place.parts) >= longest:
            found, longest = kinds[0], len(place.parts)
    return found
