"""What a command loads before it does anything, by python -X importtime: a benchmark."""

from __future__ import annotations

import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Final

from monitor.config.plugins import source_types

Say = Callable[[str, str, str], None]
TIMES: Final = 5
PATIENCE_S: Final = 120.0
LINE: Final = re.compile(r"^import time: +(\d+) \| +\d+ \| +([\w.]+)$", re.MULTILINE)
OURS: Final = ("monitor", "state", "alerts", "rules")
# Neither publisher nor channel: the program starts, runs a cycle, and waits.
ALONE: Final = "".join(
    f"[sources.{name}]\nenabled = false\n" for name in source_types() if name != "table"
)


def measure(say: Say) -> None:
    """Say what `help`, `check` and `run` import, beside a Python that imports nothing."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.toml"
        config.write_text(ALONE, encoding="utf-8")
        commands: dict[str, Callable[[], str]] = {
            "run": lambda: _run(config),
            "check": lambda: _stderr("--config", str(config), "check"),
            "help": lambda: _stderr("help"),
        }
        for name, imported in commands.items():
            imported()  # compiles, and leaves a database for the check
            pairs = [(_read(imported()), _read(_bare())) for _ in range(TIMES)]
            say(f"imports of `havenwatch {name}`", *_said(pairs))


def _said(pairs: list[tuple[Counter[str], Counter[str]]]) -> tuple[str, str]:
    """The middle of the runs by time, with the packages that took most of it."""
    ours, _ = sorted(pairs, key=lambda pair: pair[0].total())[len(pairs) // 2]
    bare = median(one.total() for _, one in pairs)
    ratio = median(one.total() / other.total() for one, other in pairs)
    packages = Counter[str]()
    for module, us in ours.items():
        top = module.partition(".")[0]
        packages["havenwatch" if top in OURS else top] += us
    most = ", ".join(f"{name} {us / 1e3:.0f}" for name, us in packages.most_common(6))
    return (
        f"{ours.total() / 1e3:.0f} ms",
        f"{len(ours):,} modules, {ratio:.0f} times the {bare / 1e3:.0f} ms of a bare Python, "
        f"median of {len(pairs)} side by side; most of it: {most} ms",
    )


def _read(said: str) -> Counter[str]:
    """The microseconds that each module took by itself."""
    return Counter({name: int(us) for us, name in LINE.findall(said)})


def _command(*words: str) -> list[str]:
    return [sys.executable, "-X", "importtime", "-m", "monitor", *words]


def _stderr(*words: str) -> str:
    return subprocess.run(_command(*words), capture_output=True, text=True, check=False).stderr


def _bare() -> str:
    words = [sys.executable, "-X", "importtime", "-c", "pass"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stderr


def _run(config: Path) -> str:
    """What the running program imports up to the end of its first cycle."""
    before = _last_tick(config)
    with tempfile.TemporaryFile("w+") as said:
        program = subprocess.Popen(
            _command("--config", str(config), "run"), stdout=subprocess.DEVNULL, stderr=said
        )
        deadline = time.monotonic() + PATIENCE_S
        while _last_tick(config) == before and time.monotonic() < deadline:
            time.sleep(0.1)
        program.send_signal(signal.SIGTERM)
        program.wait(PATIENCE_S)
        said.seek(0)
        return said.read()


def _last_tick(config: Path) -> str | None:
    """When the last cycle ended, None before the first."""
    database = config.with_name("havenwatch.db")
    if not database.exists():
        return None
    try:
        with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
            row = connection.execute("SELECT * FROM heartbeat").fetchone()
    except sqlite3.OperationalError:  # while it is being created
        return None
    return repr(row) if row else None
