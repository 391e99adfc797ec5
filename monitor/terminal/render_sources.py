"""The sources in the terminal: how each does, and when each comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from alerts.clean import clean
from monitor.ingest.calendars import FEWEST_RELEASES, local_date, tic_releases_left
from monitor.terminal.table import print_json, span_words, stamp
from monitor.views.source_calendar import Line, auctions_ahead, closed_days, source_calendar
from rules.wording import plural
from state.instants import to_text

if TYPE_CHECKING:
    from monitor.views.glance import Glance
    from monitor.views.probe import ProbeResult
    from monitor.views.read_model import ReadModel

STYLES: Final = {"OK": "green", "not polled yet": "dim", "STALE": "yellow"}


def print_sources(
    reading: Glance, at: datetime, probed: Mapping[str, ProbeResult], *, as_json: bool
) -> bool:
    """Whether every source is healthy; prints a table of them, with what a probe saw, where there
    was one."""
    lines = [
        replace(one, probe=probed[one.source].said) if probed else one
        for one in source_calendar(reading, at)
    ]
    good = all(one.state == "OK" for one in lines) and all(p.is_good for p in probed.values())
    if as_json:
        print_json(lines)
        return good
    zone = reading.zone
    table = Table(
        "source",
        "state",
        "newest",
        "last success",
        "lag",
        box=None,
        pad_edge=False,
    )
    for one in lines:
        table.add_row(
            one.source,
            Text(one.state, style=STYLES.get(one.state, "bold red")),
            "" if one.newest_period is None else str(one.newest_period),
            "never" if one.last_success_at is None else stamp(one.last_success_at, zone),
            _lag(one, at),
        )
    terminal = Console(highlight=False)
    terminal.print(table)
    for one in lines:
        if one.problem:
            terminal.print(
                Text.assemble((f"{one.source}: ", "bold"), (clean(one.problem), "yellow"))
            )
        if one.probe is not None:
            terminal.print(Text.assemble((f"{one.source}: ", "bold"), f"test {clean(one.probe)}"))
    terminal.print()
    for one in lines:
        terminal.print(Text(f"{one.source}: {one.publisher}; {one.licence}", style="dim"))
    return good


def print_calendar(reading: Glance, at: datetime, *, as_json: bool) -> None:
    """The next release of each source, the nearest first, the auctions announced, and the closed
    days of the markets."""
    lines = sorted(source_calendar(reading, at), key=lambda one: to_text(one.expected_at or at))
    if as_json:
        print_json(lines)
        return
    zone = reading.zone
    table = Table("expected", "in", "source", "period", "", box=None, pad_edge=False)
    for one in lines:
        if one.expected_at is None:
            continue
        mark = "estimated" if one.is_estimated else "due" if one.expected_at <= at else ""
        table.add_row(
            stamp(one.expected_at, zone),
            span_words(one.expected_at - at),
            one.source,
            str(one.next_period),
            Text(mark, style="yellow"),
        )
    terminal = Console(highlight=False)
    terminal.print(table)
    never = [one.source for one in lines if one.newest_period is None]
    if never:
        terminal.print(Text(f"No data yet, so no release date: {', '.join(never)}", style="dim"))
    for said in auctions_ahead(lines):
        terminal.print(Text(f"Auction {said}"))
    for said in closed_days(local_date(at, zone)):
        terminal.print(Text(said, style="dim"))
    left = tic_releases_left(at)
    terminal.print(
        Text(
            f"TIC calendar: {plural(left, 'release date')} left",
            style="bold yellow" if left < FEWEST_RELEASES else "dim",
        )
    )


def probe_sources(reading: ReadModel, at: datetime) -> dict[str, ProbeResult]:
    """What a request to each source saw, with the progress of it for a person."""
    from rich.progress import track

    from monitor.clock import SystemClock
    from monitor.views.probe import Probe

    probe = Probe(reading.config, reading.database, SystemClock())
    terminal = Console(stderr=True)
    found = {
        name: probe.ask(source, at)
        for name, source in track(
            reading.sources.items(),
            "testing",
            total=len(reading.sources),
            console=terminal,
            transient=True,
        )
    }
    probe.close()
    return found


def _lag(one: Line, at: datetime) -> Text:
    if one.expected_at is None:
        return Text("complete" if one.newest_period else "", style="dim")
    if one.expected_at > at:
        return Text(f"next in {span_words(one.expected_at - at)}", style="dim")
    late = one.state == "STALE"
    behind = span_words(at - one.expected_at)
    return Text(
        f"overdue {behind}" if late else f"due {behind} ago", style="yellow" if late else ""
    )
