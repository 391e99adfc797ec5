"""The job that ticks, over real time."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from queue import Queue

import pytest

from alerts.channel import Sent, Undelivered
from alerts.message.message import Message
from monitor.check.check import UNKNOWN, Limits, check
from monitor.clock import SimulatedClock, SystemClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.liveness.systemd import Watchdog
from monitor.service.liveness import LivenessReporter
from monitor.service.tick_loop import tick_safely
from state.database import ReplacedDatabase
from tests.alive.manager import Manager
from tests.alive.receiver import PingReceiver
from tests.begun import Begun
from tests.support import app_over, toml_sources, watch


@pytest.mark.slow
def test_run_ticks_until_it_is_told_to_stop(standins: Standins, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text(toml_sources(standins))
    process = subprocess.Popen(
        [sys.executable, "-m", "monitor", "--config", str(tmp_path / "config.toml"), "run"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stderr is not None
    said = ""
    # The stand-ins still publish 2025, so by today's clock every file is refused as frozen.
    while "frozen" not in said:
        line = process.stderr.readline()
        assert line, said
        said += line
    assert "watching, a tick every 15 s" in said
    process.send_signal(signal.SIGTERM)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 0, said + rest
    assert "stopping on signal 15" in rest
    connection = sqlite3.connect(tmp_path / "havenwatch.db")
    (polled,) = connection.execute("SELECT count(*) FROM source_health").fetchone()
    assert polled == (said + rest).count("frozen"), "what is under way is stored, and no more asked"
    connection.close()


def test_a_tick_that_fails_is_logged_and_does_not_stop_the_next(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    app = app_over(standins, clock, tmp_path)
    app.database.connection.execute("DROP TABLE heartbeat")
    tick_safely(app, LivenessReporter(app, Watchdog({})))
    assert "a tick failed; the next one is tried as usual" in caplog.text
    assert check(tmp_path / "havenwatch.db", Limits(), clock.now()).code == UNKNOWN
    app.close()


class Refusing(RecordingChannel):
    """A channel that does not take anything now; `tried` counts."""

    tried = 0

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        self.tried += 1
        raise Undelivered("HTTP 503", permanent=False)


@pytest.mark.slow
def test_between_ticks_nothing_is_sent_from_a_deleted_database(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = Refusing()
    app = begun(standins, clock, tmp_path, channel, until="2025-04-08 18:00")
    watch(app, clock, "2025-04-08 18:30")
    assert channel.tried == 1
    path = tmp_path / "havenwatch.db"
    path.unlink()
    app.send_due(clock.now() + timedelta(minutes=10))
    assert channel.tried == 1
    threads: Queue[Exception] = Queue()

    def look() -> None:
        try:
            app.database.connection.execute("SELECT 1")
        except ReplacedDatabase as error:
            threads.put(error)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert "deleted or moved" in str(threads.get_nowait())
    assert not path.exists(), "no thread makes another"
    app.close()


@pytest.mark.slow
def test_run_pings_and_tells_systemd_that_it_begins_and_stops(
    standins: Standins, tmp_path: Path
) -> None:
    (tmp_path / "config.toml").write_text(
        '[heartbeat]\nurl_env = "PING_URL"\n' + toml_sources(standins, "min_interval_s = 0.0")
    )
    with PingReceiver() as receiver, Manager() as manager:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "--config", str(tmp_path / "config.toml"), "run"],
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, **manager.environ, "PING_URL": receiver.url},
        )
        manager.wait_for("READY=1")
        receiver.wait_until("an end", lambda: len(receiver.pings) == 2)
        process.send_signal(signal.SIGTERM)
        manager.wait_for("STOPPING=1")
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        # The stand-ins still publish 2025, and so do their clocks.
        assert [one.kind for one in receiver.pings] == ["/start", "/fail"]
        assert "This machine's clock is" in receiver.last.said
        assert "secret-uuid" not in said


def test_the_machines_clock_is_aware_and_in_whole_seconds() -> None:
    now = SystemClock().now()
    assert now.tzinfo is not None
    assert now.microsecond == 0
