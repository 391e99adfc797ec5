"""Benchmarks: figures for this machine, each against something to compare it with.

Run with `make bench`. Nothing here is a test: a slow machine is not a defect.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.http import Body, Http
from monitor.ingest import Fetched, Ingest, Retry
from monitor.replay import replay
from monitor.schedule import run_simulated
from monitor.sources.treasury_tic import TreasuryTic
from state.database import Database
from tests.support import SHARED, app_over, new_york, utc

START, END = new_york("2025-03-24 00:00"), new_york("2025-06-30 23:59")


def main() -> None:
    """Print each figure on a line of its own: `name: value unit (against what)`."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        app, clock = _demonstration(path)
        _idle_tick(app, clock)
        _replay(app, path)
        app.close()
        _check(path)
    _tic()


def _demonstration(folder: Path) -> tuple[App, SimulatedClock]:
    clock = SimulatedClock(START)
    began = time.perf_counter()
    with Standins(clock.now) as standins:
        app = app_over(standins, clock, folder)
        ticks = run_simulated(app, clock, END, lambda _: None)
        seconds = time.perf_counter() - began
    days = (END - START).days + 1
    _say("simulated spring 2025", f"{seconds:.1f} s", f"{days} days, {ticks} ticks with work")
    return app, clock


def _idle_tick(app: App, clock: SimulatedClock) -> None:
    due = app.next_due()
    assert due is not None
    room = int((due - clock.now()).total_seconds()) - 1
    moments = [clock.now() + timedelta(seconds=number) for number in range(1, min(room, 200))]
    cpu = []
    for at in moments:
        began = time.process_time()
        app.tick(at)
        cpu.append(time.process_time() - began)
    median, worst = statistics.median(cpu), max(cpu)
    _say(
        "tick with nothing due",
        f"{median * 1e3:.1f} ms of CPU",
        f"median of {len(cpu)}, worst {worst * 1e3:.1f} ms; at most 50 ms wanted",
    )


def _replay(app: App, folder: Path) -> None:
    seconds = _seconds(lambda: replay(app.config, folder / "havenwatch.db", START, END))
    _say("replay of the same spring", f"{seconds:.2f} s", "deciding alone, nothing fetched")


def _check(folder: Path) -> None:
    database = str(folder / "havenwatch.db")
    bare = [sys.executable, "-c", "import sqlite3"]
    command = [sys.executable, "-m", "monitor", "--db", database, "check"]
    ratios, times = [], []
    for _ in range(15):
        alone, checked = _seconds(lambda: _run(bare)), _seconds(lambda: _run(command))
        ratios.append(checked / alone)
        times.append(checked)
    _say(
        "check as a process",
        f"{statistics.median(times) * 1e3:.0f} ms",
        f"{statistics.median(ratios):.1f} times a bare `python -c 'import sqlite3'`, side by side",
    )


def _tic() -> None:
    path = SHARED / "tic" / "slt_table3@2026-06-18.txt"
    if not path.exists():
        _say("a whole slt_table3", "not measured", "../shared/data is not here")
        return
    body = Body("file", path.read_bytes(), "text/plain", None, None)
    source, at = TreasuryTic(), utc("2026-06-18 20:05")
    database, http = Database(None), Http(SimulatedClock(at))
    ingest = Ingest(database, http, Retry(timedelta(minutes=1), timedelta(hours=1)))

    def parse_and_store() -> None:
        frame = source.parse(body, at)
        ingest.store(source, Fetched((body,), (int(frame.notna().sum().sum()),), frame), None, at)

    _say("a whole slt_table3 parsed and stored", f"{_seconds(parse_and_store):.2f} s", "91 areas")
    http.close()
    database.close()


def _run(command: list[str]) -> None:
    subprocess.run(command, check=False, capture_output=True)


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _say(name: str, value: str, against: str) -> None:
    print(f"{name}: {value} ({against})")  # noqa: T201


if __name__ == "__main__":
    main()
