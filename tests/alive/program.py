"""The program as a process that can be killed, stopped and starved: `python -m tests.alive.program
CONFIG`.

Each line read is an instant to tick at, answered by `ticked`. In the environment, MOST_FILE_BYTES
is how large a file may grow after the first tick, and BECOME_UID who the process is to be.
"""

from __future__ import annotations

import os
import resource
import sqlite3
import sys
from datetime import datetime
from pathlib import Path

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import load
from monitor.liveness.systemd import Watchdog
from monitor.service.liveness import liveness_reporter
from monitor.service.tick_loop import tick_safely


class SettableClock(SimulatedClock):
    """One that whoever drives the process may also set back."""

    def set_to(self, moment: datetime) -> None:
        self._now = moment


def main() -> None:
    """Serve until standard input ends."""
    config = load(Path(sys.argv[1]), os.environ)
    if "BECOME_UID" in os.environ and os.geteuid() == 0:
        os.setuid(int(os.environ["BECOME_UID"]))
    clock = SettableClock(datetime.fromisoformat("2025-04-08T01:00:00Z"))
    watchdog = Watchdog(os.environ)
    try:
        app = App(config, clock, observe=watchdog.proceeds)
    except sqlite3.Error as error:
        sys.exit(f"cannot open: {error}")
    print("started", flush=True)  # noqa: T201
    with liveness_reporter(app, watchdog) as signs:
        for line in sys.stdin:
            clock.set_to(datetime.fromisoformat(line.strip()))
            tick_safely(app, signs)
            most = os.environ.get("MOST_FILE_BYTES")
            if most is not None:
                resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), resource.RLIM_INFINITY))
            print("ticked", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
