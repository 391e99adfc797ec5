"""Tells the dead man's switch how long this process may act."""

from __future__ import annotations

import logging
import math
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Final

from monitor.standby.lease import Lease

log = logging.getLogger("havenwatch.standby")

PROGRAM: Final = Path(__file__).with_name("dead_mans_switch.py")
TOLD_EVERY_S: Final = 0.1


class SwitchKeeper:
    """The switch, from `start` to `stop`."""

    def __init__(self, lease: Lease):
        self._lease = lease
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._tell, name="switch", daemon=True)

    def start(self) -> None:
        """Start the switch. Raises OSError."""
        self._switch = subprocess.Popen(
            [sys.executable, "-S", "-E", str(PROGRAM), str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
        )
        # Before anything else is done: this process may be stopped at once.
        self._say_until()
        self._thread.start()

    def stop(self) -> None:
        """End it: this process does not act any more."""
        self._ends.set()
        self._thread.join()

    def _tell(self) -> None:
        assert self._switch.stdin is not None
        with self._switch, self._switch.stdin:
            while not self._ends.wait(TOLD_EVERY_S):
                if not self._say_until():
                    return

    def _say_until(self) -> bool:
        """Whether it could be said until when this process may act."""
        assert self._switch.stdin is not None
        until = self._lease.ends_for_others if self._lease.is_valid else math.inf
        try:
            self._switch.stdin.write(f"{until}\n".encode())
            self._switch.stdin.flush()
        except OSError:
            log.error("the process that watches this one is gone")
            return False
        return True
