"""Two programs on one database by mistake: one acts, and the other does when it is gone."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from monitor.demo.server import Standins
from tests.support import toml_sources

LIMIT_S = 60.0


def start(config: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(config), "run"],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ},
    )


def wait_until(holds: Callable[[], bool]) -> bool:
    """Whether something came to hold within the limit."""
    tick = threading.Event()
    for _ in range(int(LIMIT_S / 0.05)):
        if holds():
            return True
        tick.wait(0.05)
    return False


@pytest.mark.slow
def test_after_a_kill_9_the_other_program_acts_at_its_next_tick(
    standins: Standins, tmp_path: Path
) -> None:
    config, lock = tmp_path / "config.toml", tmp_path / "havenwatch.db.lock"
    # The pace of ticks decides how long the other waits.
    config.write_text("[monitor]\ntick_seconds = 1\n" + toml_sources(standins))

    def leader() -> int:
        return int(lock.read_text() or 0) if lock.exists() else 0

    def has_ticked() -> bool:
        try:
            connection = sqlite3.connect(f"file:{tmp_path / 'havenwatch.db'}?mode=ro", uri=True)
            found = connection.execute("SELECT last_tick_at FROM heartbeat").fetchone()
            connection.close()
        except sqlite3.Error:
            return False
        return found is not None

    both = {one.pid: one for one in (start(config), start(config))}
    try:
        assert wait_until(lambda: leader() in both and has_ticked())
        first = both[leader()]
        first.send_signal(signal.SIGKILL)
        first.wait()
        (other,) = (pid for pid in both if pid != first.pid)
        assert wait_until(lambda: leader() == other)
        assert both[other].poll() is None
    finally:
        for one in both.values():
            one.kill()
            one.wait()
