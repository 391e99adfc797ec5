"""Asking the running program to take the configuration as it is now."""

from __future__ import annotations

import os
import signal
import time
from contextlib import closing
from pathlib import Path
from typing import Final

from monitor.config.load import Config
from monitor.errors import HavenwatchError
from state.database import Database
from state.kept_settings import KeptSettings
from state.leader_lock import LeaderLock

EACH_S: Final = 0.1


def ask_to_reload(config: Config, database: Path, wait_s: float) -> str:
    """What came of it. `config` is right: the program would refuse another. Raises HavenwatchError
    where nobody runs, or where it did not take the configuration in time."""
    pid = _running(database)
    os.kill(pid, signal.SIGHUP)
    until = time.monotonic() + wait_s
    while time.monotonic() < until:
        if _is_in_force(config, database):
            return f"havenwatch (pid {pid}) runs on the configuration as it is now"
        time.sleep(EACH_S)
    raise HavenwatchError(
        "reload",
        expected=f"the new configuration in force within {wait_s:g} s",
        got="the old one",
        remedy="see the log of the running program; a tick that polls slowly ends first",
    )


def _running(database: Path) -> int:
    """The process that acts on a database. Raises HavenwatchError where there is none."""
    lock = LeaderLock(database)
    if lock.take():
        lock.give_up()
        raise HavenwatchError(
            "reload",
            expected="a havenwatch that runs on this database",
            got="none",
            remedy="start it with: havenwatch run",
        )
    return int(lock.holder())


def _is_in_force(config: Config, database: Path) -> bool:
    with closing(Database(database, read_only=True)) as found:
        return KeptSettings(found).of(config.fingerprint) is not None
