"""Who may read and write the configuration, its secrets and the database."""

from __future__ import annotations

import stat
import tempfile
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import ClassVar, Final

from monitor.doctor.check import Check, Finding, Group, Step, failed, found, ok, skipped, warning
from monitor.doctor.circumstances import Circumstances
from monitor.doctor.folders import nearest_folder
from state.files import in_the_way, user

OTHERS_WRITE: Final = stat.S_IWOTH


class Permissions(Check):
    """Nobody else can read a secret or change the configuration; the database can be written."""

    name: ClassVar[str] = "permissions"
    group: ClassVar[Group] = Group.FILES

    def steps(self, given: Circumstances) -> Iterable[Step]:
        """A line for each file and folder, and one for the umask."""
        config, env = given.config_path, given.config_path.with_suffix(".env")
        folder = given.database.parent
        yield Step("permissions, configuration", partial(_of_config, config))
        if env.exists():
            yield Step("permissions, secrets", partial(_of_secrets, env))
        yield Step("permissions, database", partial(_of_database, given.database))
        yield Step("permissions, database folder", partial(_of_folder, nearest_folder(folder)))
        yield found("umask", umask_finding(given.machine.umask))


def _of_config(path: Path) -> Finding:
    if not path.exists():
        return skipped(f"no file at {path}")
    mode = _mode(path)
    if mode & OTHERS_WRITE:
        return failed(
            expected=f"{path} to be writable by its owner alone",
            got=f"mode {mode:04o}: anybody may change the rules and where alerts go",
            remedy=f"chmod o-w {path}",
        )
    return ok(f"{path} has mode {mode:04o}")


def _of_secrets(path: Path) -> Finding:
    mode = _mode(path)
    if mode & stat.S_IRWXO:
        return failed(
            expected=f"{path}, which holds the secrets, to be readable by its owner alone",
            got=f"mode {mode:04o}",
            remedy=f"chmod 600 {path}, and change the secrets if others use this machine",
        )
    return ok(f"{path} has mode {mode:04o}")


def _of_database(path: Path) -> Finding:
    if not path.exists():
        return skipped(f"no database at {path} yet")
    if blocked := in_the_way(path):
        expected = f"a database that {user()} can write"
        got, _, remedy = blocked[0].partition("; ")
        return failed(expected=expected, got=got, remedy=remedy)
    mode = _mode(path)
    if mode & stat.S_IRWXO:
        return warning(
            expected=f"{path} to be readable by its owner and group alone",
            got=f"mode {mode:04o}: names, notes and licensed data are in it",
            remedy=f"chmod o-rwx {path}",
        )
    return ok(f"{path} has mode {mode:04o}")


def _of_folder(folder: Path) -> Finding:
    """Whether a file can be made in the folder: by making one without a name, as what the mode
    allows a mount may still refuse."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return failed(
            expected=f"a folder that {user()} can write, for the database and its log",
            got=f"{folder}: {(error.strerror or type(error).__name__).lower()}",
            remedy=f"give {folder} to {user()}, or set path of [state] to a folder elsewhere",
        )
    mode = _mode(folder)
    if mode & OTHERS_WRITE and not mode & stat.S_ISVTX:
        return warning(
            expected=f"{folder} to be writable by its owner and group alone",
            got=f"mode {mode:04o}: anybody may replace the database",
            remedy=f"chmod o-w {folder}",
        )
    return ok(f"{folder} can be written")


def umask_finding(umask: int) -> Finding:
    """Whether new files can be changed by others."""
    if umask & OTHERS_WRITE:
        return ok(f"{umask:04o}")
    return warning(
        expected="0022, or 0077 where nobody else needs to read",
        got=f"{umask:04o}: anybody may change the files that havenwatch makes",
        remedy="set `umask 022` in the shell, or UMask=0077 in the systemd unit",
    )


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)
