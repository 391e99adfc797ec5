"""Benchmarks: figures for this machine, each against something to compare it with.

Run with `make bench`, or a part with `python -m tests.bench --only web`; `--page FILE` writes all
of it as a page. Nothing here is a test: a slow machine is not a defect.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

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
    bench_follow,
    bench_imports,
    bench_lived,
    bench_recipes,
    bench_replay,
    bench_retention,
    bench_session,
    bench_terminal,
    bench_web,
)
from tests.bench_page import Figure, Part, Say, machine_now, page, printing
from tests.standins import more_publishers
from tests.support import SHARED, app_over, new_york, utc

NOT_HERE: Final = "the publishers' files are not here"
START, END = new_york("2025-03-24 00:00"), new_york("2025-06-30 23:59")


def main() -> None:
    """Print each figure on a line of its own: `name: value unit (against what)`."""
    parser = argparse.ArgumentParser(description="Measure this machine.")
    parser.add_argument("--only", metavar="PART", nargs="+", choices=PARTS, default=[*PARTS])
    parser.add_argument("--page", metavar="FILE", type=Path, help="write the figures as a page")
    asked = parser.parse_args()
    if asked.page is not None and asked.only != [*PARTS]:
        parser.error("expected a page of all figures, got --only too; leave one of them out")
    machine, figures = machine_now(), dict[str, list[Figure]]()
    for part in asked.only:
        PARTS[part].measure(printing(figures.setdefault(part, [])))
        if asked.page is not None:  # whatever ends it later
            asked.page.write_text(page(machine, figures, PARTS), encoding="utf-8")


def _spring(say: Say) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        app, clock = _demonstration(say, path)
        _idle_tick(say, app, clock)
        _replay(say, app, path)
        app.close()
        bench_check.measure(say, path / "havenwatch.db")
        bench_terminal.measure(say, path / "havenwatch.db")


def _demonstration(say: Say, folder: Path) -> tuple[App, SimulatedClock]:
    clock = SimulatedClock(START)
    began = time.perf_counter()
    with Standins(clock.now, more_publishers()) as standins:
        app = app_over(standins, clock, folder, watched=None, judged=None)
        ticks = run_simulated(app, clock, END, lambda _: None)
        seconds = time.perf_counter() - began
    days = (END - START).days + 1
    say("simulated spring 2025", f"{seconds:.1f} s", f"{days} days, {ticks} ticks with work")
    return app, clock


def _idle_tick(say: Say, app: App, clock: SimulatedClock) -> None:
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
    say(
        "tick with nothing due",
        f"{median * 1e3:.1f} ms of CPU",
        f"median of {len(cpu)}, worst {worst * 1e3:.1f} ms; at most 50 ms wanted",
    )


def _replay(say: Say, app: App, folder: Path) -> None:
    seconds = _seconds(lambda: replay(app.config, folder / "havenwatch.db", START, END))
    say("replay of the same spring", f"{seconds:.2f} s", "deciding alone, nothing fetched")


def _real_files(say: Say) -> None:
    """The files of TIC whole, into a database on disk, and a year of the same body."""
    for source, name in (
        (TreasuryTic(), "slt_table3@2026-06-18.txt"),
        (TicAssets(), "slt_table1@2026-06-18.txt"),
        (TicHoldings(), "mfhhis01@2026-05-18.txt"),
        (TicFormS(), "s1_globl@2023-03-15.txt"),
    ):
        path = SHARED / "tic" / name
        if not path.exists():
            say(name, "not measured", NOT_HERE)
            continue
        with tempfile.TemporaryDirectory() as folder:
            _real_file(say, source, path, Database(Path(folder) / "real.db"))


def _real_file(say: Say, source: Source, path: Path, database: Database) -> None:
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
    say(
        f"{path.name} parsed and stored",
        f"{whole:.2f} s",
        f"{cells:,} numbers, parsing alone {parsing:.2f} s",
    )
    database.close()


def _release_window(say: Say) -> None:
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
    say(
        "a TIC release polled, stored, evaluated and sent",
        f"{seconds:.2f} s",
        f"{told} message; within 2 s wanted",
    )


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


PARTS: Final[dict[str, Part]] = {
    "spring": Part("Spring 2025, a cycle and the check", _spring),
    "imports": Part("Imports", bench_imports.measure),
    "release": Part("A release", _release_window),
    "files": Part("The publishers' own files", _real_files),
    "replay": Part("Backtests of fifty years", bench_replay.measure),
    "declared": Part("Rules of a desk's own", bench_declared.measure),
    "recipes": Part("Recipes beside pandas", bench_recipes.measure),
    "lived": Part("Years of vintages", bench_lived.measure),
    "alerts": Part("Messages", bench_alerts.measure),
    "session": Part("During the session", bench_session.measure),
    "terminal": Part("Commands over fifty years", bench_terminal.measure_fifty_years),
    "web": Part("The status page over fifty years", bench_web.measure),
    "retention": Part("Retention beside an acknowledgement", bench_retention.measure),
    "follow": Part("A desk that follows another", bench_follow.measure),
    "evening": Part("The evening's dollar", bench_evening.measure),
}

if __name__ == "__main__":
    main()
