"""A process that runs the program, driven from a test."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from monitor.check.check import Limits, check
from monitor.config.plugins import rule_types, source_types
from monitor.demo.server import Standins
from tests.alive.bench import URL_ENV, known_at
from tests.alive.manager import Manager
from tests.alive.receiver import PingReceiver
from tests.support import DECIDING, JUDGING

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Process:
    """One process. `said` is what it wrote to standard error, once it has ended."""

    running: subprocess.Popen[str]
    path: Path
    said: str = ""

    def hear(self) -> str:
        """The next line it says; empty when it has ended."""
        assert self.running.stdout is not None
        return self.running.stdout.readline().strip()

    def begin_tick(self, at: datetime) -> None:
        """Have it tick, without waiting for it."""
        assert self.running.stdin is not None
        self.running.stdin.write(f"{known_at(at)}\n")
        self.running.stdin.flush()

    def tick(self, at: datetime) -> None:
        """Have it tick, and wait until it has."""
        self.begin_tick(at)
        assert self.hear() == "ticked"

    def code_at(self, at: datetime) -> int:
        """What the on-call check says at an instant."""
        return check(self.path, Limits(), at).code

    def end(self) -> int:
        """Wait for its end; its exit code."""
        _, self.said = self.running.communicate(timeout=60)
        return self.running.returncode


def write_config(folder: Path, standins: Standins) -> Path:
    """A configuration over stand-ins that tells nobody anything.

    A publisher that limits its callers sees each of them a second later than the one before.
    """
    began, asked = standins.now(), itertools.count()
    standins.now = lambda: began + timedelta(seconds=next(asked))
    blocks = "".join(
        f'[sources.{name}]\nbase_url = "{standins.base_url(name)}"\n'
        if name in DECIDING
        else f"[sources.{name}]\nenabled = false\n"
        for name in source_types()
    )
    rules = "".join(
        f"[rules.{name}]\nenabled = false\n" for name in rule_types() if name not in JUDGING
    )
    routes = "".join(f"{one} = []\n" for one in ("warning", "critical", "operational", "digest"))
    path = folder / "config.toml"
    beat = f'[heartbeat]\nurl_env = "{URL_ENV}"\ntimeout_s = 5\n'
    path.write_text(f"{blocks}{rules}[routing]\n{routes}{beat}")
    return path


@contextmanager
def process(
    config: Path, receiver: PingReceiver, manager: Manager, environ: Mapping[str, str] = os.environ
) -> Iterator[Process]:
    """A started process, which is ended at the end."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.alive.program", str(config)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environ, **manager.environ, URL_ENV: receiver.url},
    ) as running:
        try:
            yield Process(running, config.parent / "havenwatch.db")
        finally:
            running.kill()
            running.communicate()
