"""The demonstration: the real program over simulated time."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import date, datetime, time
from pathlib import Path
from time import perf_counter
from typing import Final

from rich.console import Console

from alerts.digest import with_charts
from alerts.html import html_document
from monitor.app import App
from monitor.calendars import NEW_YORK, at_local
from monitor.clock import SimulatedClock
from monitor.config import load
from monitor.demo.server import Standins
from monitor.discovery import source_types
from monitor.progress import progressing
from monitor.report import charts
from monitor.schedule import run_simulated
from monitor.tic_tables import TicFile
from rules.wording import day
from state.outbox import Outbox

START: Final = datetime(2025, 3, 24, 0, 0, tzinfo=NEW_YORK)
END: Final = datetime(2025, 6, 30, 23, 59, tzinfo=NEW_YORK)
# So soon after its last tick that the check calls it alive.
LOOK_AT: Final = "2025-07-01T00:05:00Z"
READ_FIRST: Final = date(2025, 4, 10)
DIGEST_AT: Final = time(19, 0)
TIC_NOTE: Final = "as revised to June 2026"

CONFIG: Final = """\
# Written by `havenwatch demo`: the stand-ins it names are gone when the demonstration has ended.
[state]
path = "havenwatch.db"

[routing]
warning = ["console"]
critical = ["console"]
operational = ["console"]
digest = []  # written as pages beside this file instead

"""


def show(folder: Path) -> None:
    """Run the demonstration in a folder, which is made anew."""
    terminal = Console(highlight=False)
    _make_anew(folder)
    clock = SimulatedClock(START)
    began = perf_counter()
    with Standins(clock.now) as standins:
        config_path = folder / "config.toml"
        config_path.write_text(CONFIG + _sources(standins), encoding="utf-8")
        app = App(load(config_path, {}), clock)
        terminal.print(
            "[bold]havenwatch[/bold]: spring 2025 again. Stand-ins of the publishers serve the "
            "figures of these days in their own formats, at their own hours;\n"
            "the program polls, judges and tells as it would have then. "
            f"[dim]TIC numbers are {TIC_NOTE}.[/dim]"
        )
        ticks = _run(terminal, app, clock)
        pages = _write_digests(app, folder / "digests")
        found = app.report.alerts_json()
        app.close()
    seconds = perf_counter() - began
    counts = Counter(f"{one['rule']} {one['severity']}" for one in found)
    terminal.print(
        f"\n{ticks:,} ticks in {seconds:.1f} s; {len(found)} alerts: "
        + ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    )
    terminal.print(
        f"\nWritten\n"
        f"  digest of {day(READ_FIRST)}   {folder / 'digests' / f'{READ_FIRST}.html'}  "
        f"(one of {pages}, a business day each)\n"
        f"  database                  {folder / 'havenwatch.db'}\n"
        f"\nType next\n"
        f"  .venv/bin/havenwatch --config {config_path} show joint_selloff/us/2025-04-10\n"
        f"  .venv/bin/havenwatch --config {config_path} status --at {LOOK_AT}\n"
        f"  .venv/bin/havenwatch --config {config_path} web --at {LOOK_AT}\n"
        f"  .venv/bin/havenwatch --config {config_path} check    # and why it is not OK\n",
        soft_wrap=True,
    )


def _run(terminal: Console, app: App, clock: SimulatedClock) -> int:
    with progressing(terminal, "spring 2025", (END - START).total_seconds()) as steps:

        def moved(now: datetime) -> None:
            steps.done((now - START).total_seconds(), day(now.astimezone(NEW_YORK).date()))

        return run_simulated(app, clock, END, moved)


def _make_anew(folder: Path) -> None:
    """Empty a folder an earlier demonstration made; refuse one that is something else."""
    if folder.exists() and any(folder.iterdir()) and not (folder / "config.toml").exists():
        raise SystemExit(f"{folder} is not empty and not a demonstration's folder; name another")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _sources(standins: Standins) -> str:
    """Every source at its stand-in; off where the demonstration has no figures for it."""
    blocks = {
        name: f'base_url = "{standins.base_url(name)}"{_note(name)}'
        if name in standins.names
        else "enabled = false"
        for name in source_types()
    }
    return "\n".join(f"[sources.{name}]\n{line}\n" for name, line in blocks.items())


def _note(name: str) -> str:
    """Said by every message with TIC numbers: these are not the first prints of their days."""
    is_tic = issubclass(source_types()[name], TicFile)
    return f'\nnote = "{TIC_NOTE}"' if is_tic else ""


def _write_digests(app: App, folder: Path) -> int:
    folder.mkdir()
    outbox = Outbox(app.database)
    days = outbox.digest_dates()
    for one in days:
        page = outbox.digest_page(one)
        if one == READ_FIRST:
            # Nobody is sent these digests, so none has been drawn.
            page = with_charts(page, charts(app.report.levels(at_local(one, DIGEST_AT))))
        (folder / f"{one.isoformat()}.html").write_text(html_document(page), encoding="utf-8")
    return len(days)
