"""Two hosts as their users run them, with one shared folder and the real Litestream."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from monitor.demo.server import Standins
from state.standby_state import read_standby
from tests.crash.test_takeover import wait_until
from tests.support import toml_sources

STANDBY = """\
[monitor]
tick_seconds = 1

[standby]
enabled = true
host_id = "{name}"
replica = "file://{shared}"
lease_seconds = 6

"""


def start(folder: Path, standins: Standins) -> subprocess.Popen[bytes]:
    """A host in a folder, in a group of its own with its Litestream."""
    folder.mkdir(exist_ok=True)
    written = STANDBY.format(name=folder.name, shared=folder.parent / "shared")
    (folder / "config.toml").write_text(written + toml_sources(standins))
    (folder.parent / "shared").mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(folder / "config.toml"), "run"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def leads(folder: Path) -> bool:
    """Whether a host leads, and has evaluated since."""
    state = read_standby(folder / "havenwatch.db")
    if state is None or not state.leads or state.leader != folder.name:
        return False
    with closing(sqlite3.connect(folder / "havenwatch.db")) as connection:
        found = connection.execute(
            "SELECT last_tick_at > taken_at FROM heartbeat, leaderships ORDER BY token DESC LIMIT 1"
        ).fetchone()
    return found is not None and bool(found[0])


def led_by(folder: Path) -> list[tuple[str, int | None]]:
    with closing(sqlite3.connect(folder / "havenwatch.db")) as connection:
        rows = connection.execute("SELECT host_id, restored_from FROM leaderships ORDER BY token")
        return [(str(row[0]), row[1]) for row in rows]


@pytest.mark.slow
def test_the_other_host_goes_on_after_a_kill_and_after_a_stop(
    standins: Standins, tmp_path: Path
) -> None:
    first, other = tmp_path / "host-a", tmp_path / "host-b"
    running = {"a": start(first, standins)}
    try:
        assert wait_until(lambda: leads(first))
        running["b"] = start(other, standins)
        assert wait_until(lambda: read_standby(other / "havenwatch.db") is not None)
        os.killpg(running["a"].pid, signal.SIGKILL)
        assert wait_until(lambda: leads(other))
        assert led_by(other) == [("host-a", None), ("host-b", 1)]
        # The killed one comes back and stands by, and leads again when the other is stopped.
        running["c"] = start(first, standins)
        assert wait_until(lambda: _stands_by(first))
        running["b"].send_signal(signal.SIGTERM)
        assert running["b"].wait(timeout=60) == 0
        assert wait_until(lambda: leads(first))
        assert led_by(first) == [("host-a", None), ("host-b", 1), ("host-a", 2)]
        assert (first / "havenwatch.db.before-3").exists()
    finally:
        for one in running.values():
            if one.poll() is None:
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def _stands_by(folder: Path) -> bool:
    state = read_standby(folder / "havenwatch.db")
    return state is not None and not state.leads and state.leader == "host-b"
