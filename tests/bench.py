"""Benchmarks: figures for this machine, each against something to compare it with.

Run with `make bench`. Nothing here is a test: a slow machine is not a defect.
"""

from __future__ import annotations

import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel, replay
from monitor.ingest.fetch import Fetched
from monitor.ingest.http import Body
from monitor.ingest.source import Source
from monitor.ingest.storing import Storing
from monitor.service.tick_loop import run_simulated
from monitor.sources.tic_assets import TicAssets
from monitor.sources.tic_form_s import TicFormS
from monitor.sources.tic_holdings import TicHoldings
from monitor.sources.treasury_tic import TreasuryTic
from state.corrections import Settling
from state.database import Database
from tests import (
    bench_alerts,
    bench_check,
    bench_declared,
    bench_evening,
    bench_lived,
    bench_recipes,
    bench_replay,
    bench_session,
    bench_terminal,
    bench_web,
)
from tests.standins import more_publishers
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
        bench_check.measure(_say, path / "havenwatch.db")
        bench_terminal.measure(_say, path / "havenwatch.db")
    _release_window()
    _real_files()
    bench_replay.measure(_say)
    bench_declared.measure(_say)
    bench_recipes.measure(_say)
    bench_lived.measure(_say)
    bench_alerts.measure(_say)
    bench_session.measure(_say)
    bench_terminal.measure_fifty_years(_say)
    bench_web.measure(_say)
    bench_evening.measure(_say)


def _demonstration(folder: Path) -> tuple[App, SimulatedClock]:
    clock = SimulatedClock(START)
    began = time.perf_counter()
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(standins, clock, folder, watched=None, judged=None)
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


def _real_files() -> None:
    """The files of TIC whole, into a database on disk, and a year of the same body."""
    for source, name in (
        (TreasuryTic(), "slt_table3@2026-06-18.txt"),
        (TicAssets(), "slt_table1@2026-06-18.txt"),
        (TicHoldings(), "mfhhis01@2026-05-18.txt"),
        (TicFormS(), "s1_globl@2023-03-15.txt"),
    ):
        path = SHARED / "tic" / name
        if not path.exists():
            _say(name, "not measured", "../shared/data is not here")
            continue
        with tempfile.TemporaryDirectory() as folder:
            _real_file(source, path, Database(Path(folder) / "real.db"))


def _real_file(source: Source, path: Path, database: Database) -> None:
    body = Body("file", path.read_bytes(), "text/plain", None, None)
    at = utc("2026-06-18 20:05")
    storing = Storing(database, (), Settling())
    cells = 0

    def parse_and_store() -> None:
        nonlocal cells
        frame = source.parse(body, at)
        cells = int(frame.notna().to_numpy().sum())
        storing.store(source, Fetched((body,), (cells,), frame), None, at)

    parsing = _seconds(lambda: source.parse(body, at))
    whole = _seconds(parse_and_store)
    _say(
        f"{path.name} parsed and stored",
        f"{whole:.2f} s",
        f"{cells:,} numbers, parsing alone {parsing:.2f} s",
    )
    database.close()


def _release_window() -> None:
    """From the arrival of a release's body to the channel, over the stand-ins."""
    clock = SimulatedClock(new_york("2025-05-16 12:00"))
    channel = RecordingChannel()
    with tempfile.TemporaryDirectory() as folder, Standins(clock.now, more_publishers()) as all_:
        app = app_over(all_, clock, Path(folder), channel, watched=None, judged=None)
        run_simulated(app, clock, new_york("2025-05-16 16:01:59"), lambda _: None)
        clock.advance_to(new_york("2025-05-16 16:02:30"))
        seconds = _seconds(lambda: app.tick(clock.now()))
        told = sum(page.key.startswith("foreign_net_sales") for page in channel.pages)
        app.close()
    _say(
        "a TIC release asked for, stored, judged and told",
        f"{seconds:.2f} s",
        f"{told} message; within 2 s wanted",
    )


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
