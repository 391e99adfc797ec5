"""SIGTERM and SIGINT at random instants of `run` while all it talks to hangs: `make stops`.

Each trial is a process over a database that owes every channel a message. Publishers, channels and
the heartbeat's receiver accept and say nothing, or one byte each half second; in some trials
another process locks the database, in some a second signal follows the first.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from alerts.channel import Sent, Undelivered
from alerts.message.message import Message
from monitor.app import App
from monitor.clock import SimulatedClock, SystemClock
from monitor.config.load import load
from monitor.config.plugins import source_types
from monitor.history.replay import RecordingChannel

ROOT: Final = Path(__file__).resolve().parents[2]
# What the product promises, and what a hang alone exceeds.
PROMISED_S: Final = 5.0
HUNG_S: Final = 60.0
# When the last of the modules is loaded and channels are being sent to, on a busy machine.
LONGEST_BEFORE_S: Final = 12.0
ASKED_LATE_S: Final = 0.5
CHANNELS: Final = ("webhook", "slack_webhook", "slack", "email", "pagerduty")


class Hanging:
    """A server that accepts; every other connection is sent a byte each half second."""

    def __init__(self) -> None:
        self.accepted_at: list[float] = []
        self.is_asked = threading.Event()

    def __enter__(self) -> Hanging:
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self._socket.getsockname()[1]
        self._opened: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()
        for one in self._opened:
            one.close()

    def _accept(self) -> None:
        for number in itertools.count():
            try:
                opened, _ = self._socket.accept()
            except OSError:
                return
            self.accepted_at.append(time.monotonic())
            self.is_asked.set()
            self._opened.append(opened)
            if number % 2:
                threading.Thread(target=self._drip, args=(opened,), daemon=True).start()

    def _drip(self, opened: socket.socket) -> None:
        try:
            for one in itertools.chain(b"HTTP/1.1 200 OK\r\nX: ", itertools.repeat(ord("x"))):
                opened.sendall(bytes([one]))
                time.sleep(0.5)
        except OSError:
            return


class Refusing(RecordingChannel):
    """A channel that takes nothing now."""

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        raise Undelivered("HTTP 503", permanent=False)


def write_config(path: Path, port: int) -> None:
    """A configuration all of whose addresses are one port of this machine."""
    root = f"http://127.0.0.1:{port}"
    lines = [f'[sources.{n}]\nbase_url = "{root}"\ntimeout_s = 30' for n in source_types()]
    lines = [one for one in lines if not one.startswith("[sources.table]")]
    channels = ", ".join(f'"{name}"' for name in CHANNELS)
    routes = ("warning", "critical", "operational")
    lines += ["[routing]", "digest = []", *(f"{route} = [{channels}]" for route in routes)]
    lines += ["[channels.webhook]", "[channels.slack_webhook]"]
    lines += ["[channels.slack]", 'conversation = "C0123"', 'app_token_env = "TOKEN"']
    lines += [f'base_url = "{root}/api/"']
    lines += ["[channels.email]", 'host = "127.0.0.1"', f"port = {port}", 'security = "none"']
    lines += ['sender = "a@example.org"', 'to = ["b@example.org"]']
    lines += ["[channels.pagerduty]", f'base_url = "{root}"']
    lines += ["[heartbeat]", 'url_env = "HAVENWATCH_PING_URL"', "[web]", "enabled = true"]
    path.write_text("\n".join([*lines, "port = 0", ""]))


def environ_for(port: int) -> dict[str, str]:
    """The secrets of that configuration."""
    root = f"http://127.0.0.1:{port}"
    return {
        "HAVENWATCH_WEBHOOK_URL": f"{root}/hook",
        "HAVENWATCH_WEBHOOK_SECRET": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "HAVENWATCH_SLACK_WEBHOOK_URL": f"{root}/services/T0/B0/xxxx",
        "HAVENWATCH_SLACK_TOKEN": "xoxb-1",
        "HAVENWATCH_PAGERDUTY_ROUTING_KEY": "0123456789abcdef0123456789abcdef",
        "HAVENWATCH_PING_URL": f"{root}/ping",
        "TOKEN": "xapp-1",
    }


def owing_database(folder: Path) -> Path:
    """A database in which every source is overdue, and every channel is owed that."""
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    write_config(folder / "owing.toml", port)
    now = SystemClock().now()
    clock = SimulatedClock(now - timedelta(hours=30))
    config = load(folder / "owing.toml", environ_for(port))
    path = folder / "owing.db"
    app = App(config, clock, path, channels=dict.fromkeys(CHANNELS, Refusing()))
    app.tick(clock.now())
    clock.advance_to(now - timedelta(minutes=30))
    app.tick(clock.now())
    app.close()
    with closing(sqlite3.connect(path)) as connection:
        owed = "SELECT count(DISTINCT channel) FROM deliveries WHERE status = 'due'"
        assert connection.execute(owed).fetchone() == (len(CHANNELS),)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@dataclass
class Trial:
    """One process: when it was told to stop, how it ended, and what it asked after that.
    `before_s` None: when it asks for the first time."""

    before_s: float | None
    kind: str
    number: signal.Signals
    took_s: float = 0.0
    code: int | None = None
    asked_late: int = 0
    said: str = field(default="", repr=False)

    @property
    def is_good(self) -> bool:
        """Whether it ended by itself, with 0, and asked nobody after it was told."""
        return self.code == 0 and not self.asked_late


def trials(count: int, seed: int) -> Iterator[Trial]:
    """Random instants over random troubles."""
    chance = random.Random(seed)
    for _ in range(count):
        yield Trial(
            chance.uniform(0.0, LONGEST_BEFORE_S),
            chance.choice(("once", "once", "twice", "locked")),
            chance.choice((signal.SIGTERM, signal.SIGTERM, signal.SIGINT)),
        )


def carry_out(trial: Trial, owing: Path) -> Trial:
    """Start, wait, tell, and see how long it takes to end."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        hanging = stack.enter_context(Hanging())
        write_config(folder / "config.toml", hanging.port)
        shutil.copy(owing, folder / "havenwatch.db")
        if trial.kind == "locked":
            stack.enter_context(_locked(folder / "havenwatch.db"))
        process = subprocess.Popen(
            [sys.executable, "-m", "monitor", "--config", str(folder / "config.toml"), "run"],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            cwd=ROOT,
            env={**os.environ, **environ_for(hanging.port)},
        )
        _wait_until_begun(process.pid)
        if trial.before_s is None:
            assert hanging.is_asked.wait(HUNG_S)
        else:
            time.sleep(trial.before_s)
        told_at = time.monotonic()
        process.send_signal(trial.number)
        if trial.kind == "twice":
            time.sleep(0.3)
            process.send_signal(trial.number)
        try:
            _, trial.said = process.communicate(timeout=HUNG_S)
        except subprocess.TimeoutExpired:
            process.kill()
            _, trial.said = process.communicate()
        trial.took_s = time.monotonic() - told_at
        trial.code = process.returncode
        trial.asked_late = sum(at > told_at + ASKED_LATE_S for at in hanging.accepted_at)
    return trial


def _wait_until_begun(pid: int) -> None:
    """Return when the program's first line has run: before that the kernel ends what it is told."""
    bit = 1 << (signal.SIGTERM - 1)
    while True:
        status = Path(f"/proc/{pid}/status").read_text()
        (caught,) = (one.split()[1] for one in status.splitlines() if one.startswith("SigCgt"))
        if int(caught, 16) & bit:
            return
        time.sleep(0.001)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield


def main() -> None:
    """Print how the trials ended; exit 1 if one did not as promised."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--at-once", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(asked.at_once) as pool:
        owing = owing_database(Path(folder))
        done = list(pool.map(lambda one: carry_out(one, owing), trials(asked.count, asked.seed)))
    bad = [one for one in done if not one.is_good or one.took_s > PROMISED_S]
    for one in bad:
        print(one, one.said[-2000:], sep="\n")  # noqa: T201
    took = sorted(one.took_s for one in done)
    print(  # noqa: T201
        f"{len(done)} stops, {len(bad)} not as promised; median {took[len(took) // 2]:.1f} s, "
        f"longest {took[-1]:.1f} s"
    )
    sys.exit(bool(bad))


if __name__ == "__main__":
    main()
