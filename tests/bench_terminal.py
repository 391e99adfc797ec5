"""What somebody at a terminal waits for, each a whole process beside a bare import of click."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from monitor.cli.params import clock_of
from monitor.config.load import load
from monitor.views.keep_views import keep_views
from monitor.views.read_model import ReadModel
from state.alert_store import AlertStore
from state.database import Database
from state.frozen_clock import freeze
from state.kept_settings import KeptSettings
from tests.bench_check import PROGRAM, cpu_seconds
from tests.bench_web import NOW, decide_fifty_years

Say = Callable[[str, str, str], None]

BARE: Final = (sys.executable, "-c", "import click")
TIMES: Final = 15
MOST_MS: Final = 250
LOOKING: Final = (
    "alerts", "show", "status", "sources", "calendar", "outbox", "silences", "tic",
    "verdict",
)  # fmt: skip


def measure(say: Say, database: Path) -> None:
    """Say what the status takes over this database."""
    alone, asked = [], []
    for _ in range(TIMES):
        alone.append(cpu_seconds(BARE))
        asked.append(cpu_seconds((PROGRAM, "--db", str(database), "status")))
    ratio = statistics.median(a / b for a, b in zip(asked, alone, strict=True))
    against = f"{ratio:.1f} times a bare `python -c 'import click'`, of {TIMES} side by side"
    say("status as a process", f"{statistics.median(asked) * 1e3:.0f} ms of CPU", against)


def measure_fifty_years(say: Say) -> None:
    """Say what each command that only looks takes over fifty years of numbers and alerts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "config.toml"
        path.write_text("", encoding="utf-8")
        config = load(path, {})
        decide_fifty_years(config)
        database = Database(config.database)
        freeze(database, NOW)
        database.close()
        measure_looking(say, path)


def measure_looking(say: Say, path: Path) -> None:
    """The same over the database of a configuration, with what a tick keeps there."""
    config = load(path, {})
    database = Database(config.database)
    reading = ReadModel(config, database)
    KeptSettings(database).keep(config.fingerprint, reading.settings)
    keep_views(reading, clock_of(config.database).now())
    newest = AlertStore(database).alerts("joint_selloff")[-1].alert_id
    database.close()
    for name in LOOKING:
        words = (name, newest) if name == "show" else (name,)
        command = (PROGRAM, "--config", str(path), *words)
        median = statistics.median(cpu_seconds(command) for _ in range(TIMES))
        say(
            f"{name} over fifty years",
            f"{median * 1e3:.0f} ms of CPU",
            f"median of {TIMES} processes; at most {MOST_MS} ms wanted",
        )


def _say(name: str, value: str, against: str) -> None:
    print(f"{name}: {value} ({against})")  # noqa: T201


if __name__ == "__main__":
    measure_looking(_say, Path(sys.argv[1]))
