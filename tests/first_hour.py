"""A newcomer's first hour, timed: the wheel in an empty folder, with Python alone and a registry.

`python -m tests.first_hour [pipx] [uv]` builds both distributions and walks docs/first-day.md,
installed by pipx, by uv or by each in turn: `init`, a test message, `doctor`, `run`, `check`. The
publishers and Slack are stand-ins on loopback. It prints the seconds of each step, and fails at the
first that is not well.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from monitor.clock import SystemClock
from monitor.demo.facts import use_figures
from monitor.demo.server import Standins
from tests.alerts.slack_standin import SlackStandin
from tests.alive.manager import Manager
from tests.soak.made_figures import write_figures
from tests.soak.receivers import LAST, publishers
from tests.test_wheel import PATIENCE_S, build, ran, to_standins

MOST_S: Final = 600.0


class Walk:
    """The steps of one walk in a folder, each printed with its seconds."""

    def __init__(self, folder: Path, python: str):
        self.folder = folder
        self.python = python
        self.environ = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
        # How packages are reached from here is this machine's matter.
        own = ("PIP_", "UV_", "SSL_", "REQUESTS_", "HTTP", "http", "NO_PROXY", "no_proxy")
        self.environ |= {n: v for n, v in os.environ.items() if n.startswith(own)}
        self.environ.pop("PIP_USER", None)
        self.seconds = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is inside it."""
        began = time.monotonic()
        yield
        took = time.monotonic() - began
        self.seconds += took
        click.echo(f"  {took:6.1f} s  {name}")

    def ran(self, *words: str, said: str = "", code: int | None = 0) -> str:
        """What a command prints. Raises AssertionError where it ends with another exit code."""
        done = ran(list(words), self.folder, self.environ, said)
        assert code in (None, done.returncode), f"{' '.join(words)}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


def contents(wheel: Path) -> Mapping[str, str]:
    """Each file of a wheel with the SHA-256 of its content."""
    with zipfile.ZipFile(wheel) as opened:
        return {n: hashlib.sha256(opened.read(n)).hexdigest() for n in opened.namelist()}


def distributions(folder: Path) -> Path:
    """The wheel, which is the same from the tree and from the source distribution."""
    build(folder)  # the source distribution, and the wheel from it
    (wheel,) = (folder / "out").glob("*.whl")
    straight = folder / "straight"
    words = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    done = ran([*words, "--wheel-dir", str(straight), "."], folder / "tree")
    assert done.returncode == 0, done.stderr
    (other,) = straight.glob("*.whl")
    assert contents(wheel) == contents(other), "the two wheels differ"
    return wheel


def by_pipx(walk: Walk, wheel: Path) -> Path:
    """Install with pipx, which is installed first; the folder of the program."""
    with walk.step("python -m venv and pip install pipx"):
        walk.ran(walk.python, "-m", "venv", "tools")
        walk.ran("tools/bin/python", "-m", "pip", "install", "--quiet", "pipx")
    with walk.step(f"pipx install {wheel.name}"):
        walk.ran("tools/bin/pipx", "install", "--python", walk.python, str(wheel))
    return walk.folder / ".local" / "bin"


def by_uv(walk: Walk, wheel: Path) -> Path:
    """Install with uv, which is installed first; the folder of the program."""
    with walk.step("python -m venv and pip install uv"):
        walk.ran(walk.python, "-m", "venv", "tools")
        walk.ran("tools/bin/python", "-m", "pip", "install", "--quiet", "uv")
    with walk.step(f"uv tool install {wheel.name}"):
        walk.ran("tools/bin/uv", "tool", "install", "--python", walk.python, str(wheel))
    return walk.folder / ".local" / "bin"


def first_hour(walk: Walk, programs: Path, slack: SlackStandin, standins: Standins) -> None:
    """From `init` to a program that runs."""
    program = str(programs / "havenwatch")
    with walk.step("havenwatch init"):
        answers = ["Rates desk", "Europe/London", "slack_webhook", slack.webhook_url, "n", "n", "n"]
        walk.ran(program, "init", said="".join(f"{one}\n" for one in answers))
    name, _, value = (walk.folder / "config.env").read_text().splitlines()[-1].partition("=")
    walk.environ[name] = value
    to_standins(walk.folder / "config.toml", standins)
    with walk.step("havenwatch send-test slack_webhook"):
        assert "slack_webhook: sent" in walk.ran(program, "send-test", "slack_webhook")
    with walk.step("havenwatch doctor"):
        found = json.loads(walk.ran(program, "doctor", "--json", code=None))
        wrong = [one for one in found["checks"] if one["outcome"] not in ("ok", "skipped")]
        assert found["exit_code"] == 0, json.dumps(wrong, indent=2)
        click.echo(f"            {found['counts']}")
    with running(walk, program) as bot:
        with walk.step("havenwatch check --health"):
            assert walk.ran(program, "check", "--health").startswith("OK")
        with walk.step("SIGTERM"):
            bot.send_signal(signal.SIGTERM)
            assert bot.wait(PATIENCE_S) == 0


@contextmanager
def running(walk: Walk, program: str) -> Iterator[subprocess.Popen[bytes]]:
    """Inside it the program runs, and has told its service manager so."""
    environ, log = walk.environ, walk.folder / "run.log"
    with Manager() as manager, log.open("wb") as file:
        with walk.step("havenwatch run, to the end of its first cycle"):
            environ = {**environ, **manager.environ}
            words = [program, "run"]
            bot = subprocess.Popen(words, cwd=walk.folder, env=environ, stderr=file)
            try:
                while "READY=1" not in (heard := manager.next(PATIENCE_S)):
                    assert heard, "it never said that it is ready"
            except BaseException:
                bot.kill()
                raise
        try:
            yield bot
        finally:
            bot.kill()


TOOLS: Final = {"pipx": by_pipx, "uv": by_uv}


def main(tools: list[str]) -> int:
    """The exit code."""
    python = shutil.which("python3") or sys.executable
    with tempfile.TemporaryDirectory() as at:
        write_figures(Path(at) / "figures", LAST)
        use_figures(Path(at) / "figures")
        wheel = distributions(Path(at))
        click.echo(f"{wheel.name}: the same from the tree and from the source distribution")
        for tool in tools or TOOLS:
            click.echo(f"by {tool}:")
            install, folder = TOOLS[tool], Path(at) / tool
            folder.mkdir()
            walk = Walk(folder, python)
            standins = Standins(SystemClock().now, publishers())
            with SlackStandin() as slack, standins:
                first_hour(walk, install(walk, wheel), slack, standins)
            click.echo(f"  {walk.seconds:6.1f} s  in all")
            assert walk.seconds < MOST_S
    click.echo(f"{len(tools or TOOLS)} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
