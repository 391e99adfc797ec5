"""The demonstration: the real program over simulated time."""

from __future__ import annotations

import shutil
from collections import Counter
from datetime import datetime, time, timedelta
from pathlib import Path
from time import perf_counter
from typing import Final

from rich.console import Console

from alerts.digest.digest import with_charts
from alerts.message.html import html_document
from alerts.message.values import local_time
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import load
from monitor.config.plugins import source_types
from monitor.demo.alert_lines import AlertLines
from monitor.demo.server import Standins
from monitor.formats.tic_tables import TicFile
from monitor.history.replay import RecordingChannel
from monitor.ingest.calendars import NEW_YORK, at_local
from monitor.progress import progressing
from monitor.service.tick_loop import run_simulated
from monitor.views.report import charts
from rules.terms import Severity
from rules.wording import day, plural
from state.frozen_clock import freeze
from state.health import Health
from state.outbox import Outbox

START: Final = datetime(2025, 3, 24, 0, 0, tzinfo=NEW_YORK)
END: Final = datetime(2025, 6, 30, 23, 59, tzinfo=NEW_YORK)
# So soon after its last tick that the check calls it alive.
LOOKED_AFTER: Final = timedelta(minutes=5)
DIGEST_AT: Final = time(19, 0)
TIC_NOTE: Final = "as revised to June 2026"
# Between those of notes and bonds are up to two weeks.
MORE: Final = {"fiscaldata_auctions": "\nstale_after_hours = 240  # no bills are among its figures"}
# Whose only source is off.
RULES_WITHOUT_FIGURES: Final = ("japan_foreign_debt", "leveraged_shorts")

OFF: Final = "enabled = false  # the demonstration has no figures of it"
WRITTEN: Final = "# Written by `havenwatch demo`"
CONFIG: Final = f"""\
{WRITTEN}: its mock servers stop when the demonstration ends.
[state]
path = "havenwatch.db"

[routing]
warning = ["console"]
critical = ["console"]
operational = ["console"]
digest = []  # written as pages next to this file instead

[intraday]
enabled = true  # what its feed quotes within a day is made up between two closes

"""
# Each quarter of an hour, as no figure depends on it and a minute would take ten times as long.
QUOTES: Final = """\
[sources.yahoo_quotes]
base_url = "{url}"
poll_every_s = 900

"""


def show(folder: Path, start: datetime = START, end: datetime = END, *, full: bool = False) -> Path:
    """The configuration of the demonstration, or of some days of it, run in a folder that is made
    anew. Each alert is a line, or with `full` a box. Its clock is frozen at the end."""
    terminal = Console(highlight=False)
    _make_anew(folder)
    clock = SimulatedClock(start)
    began = perf_counter()
    with Standins(clock.now) as standins:
        config_path = folder / "config.toml"
        config_path.write_text(CONFIG + _sources(standins) + _rules(), encoding="utf-8")
        # What the console would print is in the database, and is shown by name afterwards.
        app = App(load(config_path, {}), clock, channels={"console": RecordingChannel()})
        terminal.print(
            "[bold]havenwatch[/bold]: spring 2025, against local mock servers. "
            f"[dim]TIC data are {TIC_NOTE}.[/dim]"
        )
        ticks = _run(terminal, app, clock, end, full=full)
        pages = _write_digests(terminal, app, folder / "digests")
        found = app.report.alerts_json()
        beat = Health(app.database).heartbeat()
        looked_at = (end if beat is None else beat.last_tick_at) + LOOKED_AFTER
        freeze(app.database, looked_at)
        app.keep_views(looked_at)
        app.close()
    counts = Counter(str(one["severity"]) for one in found)
    said = ", ".join(f"{counts[one.label]} {one.label}" for one in sorted(Severity, reverse=True))
    seconds = perf_counter() - began
    terminal.print(
        f"{ticks:,} ticks in {seconds:.0f} s; {plural(len(found), 'alert')}: {said}; "
        f"{pages} digests in {folder / 'digests'}",
        soft_wrap=True,
    )
    terminal.print(
        f"The clock of its database is frozen at {local_time(looked_at, NEW_YORK)}, where every "
        f"command looks from:\n  .venv/bin/havenwatch --config {config_path} status",
        soft_wrap=True,
    )
    return config_path


def _run(terminal: Console, app: App, clock: SimulatedClock, end: datetime, *, full: bool) -> int:
    start = clock.now()
    lines = AlertLines(app.reading, terminal, start, full=full)
    with progressing(terminal, "spring 2025", (end - start).total_seconds()) as steps:

        def moved(now: datetime) -> None:
            lines.print_until(now)
            steps.done((now - start).total_seconds(), day(now.astimezone(NEW_YORK).date()))

        return run_simulated(app, clock, end, moved)


def _make_anew(folder: Path) -> None:
    """Empty a folder an earlier demonstration made; refuse one that is something else."""
    config = folder / "config.toml"
    is_ours = config.exists() and config.read_text(encoding="utf-8").startswith(WRITTEN)
    if folder.exists() and any(folder.iterdir()) and not is_ours:
        raise SystemExit(f"{folder} is not empty and not a demonstration's folder; name another")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)


def _sources(standins: Standins) -> str:
    """Every source at its stand-in; off where the demonstration has no figures for it."""
    blocks = {
        name: f'base_url = "{standins.base_url(name)}"{_note(name)}{MORE.get(name, "")}'
        if name in standins.names
        else OFF
        for name in source_types()
    }
    quotes = QUOTES.format(url=standins.base_url("yahoo_quotes"))
    return quotes + "\n".join(f"[sources.{name}]\n{line}\n" for name, line in blocks.items())


def _rules() -> str:
    """The rules that cannot have data here, which would be listed as lacking it."""
    return "".join(f"\n[rules.{name}]\n{OFF}\n" for name in RULES_WITHOUT_FIGURES)


def _note(name: str) -> str:
    """Said by every message with TIC numbers: these are not the first prints of their days."""
    is_tic = issubclass(source_types()[name], TicFile)
    return f'\nnote = "{TIC_NOTE}"' if is_tic else ""


def _write_digests(terminal: Console, app: App, folder: Path) -> int:
    """How many digests were written, each with its charts: nobody was sent them, so that none has
    been drawn yet."""
    folder.mkdir()
    outbox = Outbox(app.database)
    days = outbox.digest_dates()
    with progressing(terminal, "digests", len(days)) as steps:
        for one in days:
            levels = app.report.levels(at_local(one, DIGEST_AT))
            page = with_charts(outbox.digest_message(one), charts(levels))
            (folder / f"{one.isoformat()}-full.html").write_text(
                html_document(page.whole), encoding="utf-8"
            )
            (folder / f"{one.isoformat()}.html").write_text(html_document(page), encoding="utf-8")
            steps.advance(day(one))
    return len(days)
