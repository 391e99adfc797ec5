"""The sources in the terminal: how each does, and when each comes next."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from alerts.clean import clean
from monitor.clock import SystemClock
from monitor.evaluate.health_rules import FEWEST_RELEASES
from monitor.ingest.calendars import MARKETS, is_session, local_date, tic_releases_left
from monitor.ingest.source import Source
from monitor.terminal.table import print_json, span_words, stamp
from monitor.views.probe import Probe, ProbeResult
from monitor.views.read_model import ReadModel
from rules.wording import plural
from state.instants import to_text

STYLES: Final = {"OK": "green", "not polled yet": "dim", "STALE": "yellow"}
HOLIDAYS_AHEAD: Final = timedelta(days=21)


@dataclass(frozen=True)
class Line:
    """One source now. `expected_at`: when the period after the newest one usually is there."""

    source: str
    publisher: str
    state: str
    newest_period: date | None
    last_success_at: datetime | None
    next_period: date | None
    expected_at: datetime | None
    is_estimated: bool
    next_poll_at: datetime | None
    licence: str
    problem: str
    probe: str | None = None


def print_sources(reading: ReadModel, at: datetime, *, probe: bool, as_json: bool) -> bool:
    """Whether every source is healthy; prints a table of them, with what a probe saw."""
    probed = _probed(reading, at) if probe else {}
    lines = [
        replace(one, probe=probed[one.source].said) if probe else one
        for one in source_lines(reading, at)
    ]
    good = all(one.state == "OK" for one in lines) and all(p.is_good for p in probed.values())
    if as_json:
        print_json(lines)
        return good
    zone = reading.config.desk.zone
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


def print_calendar(reading: ReadModel, at: datetime, *, as_json: bool) -> None:
    """The next release of each source, the nearest first, and the closed days of the markets."""
    lines = sorted(source_lines(reading, at), key=lambda one: to_text(one.expected_at or at))
    if as_json:
        print_json(lines)
        return
    zone = reading.config.desk.zone
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
    for said in closed_days(local_date(at, zone)):
        terminal.print(Text(said, style="dim"))
    left = tic_releases_left(at)
    terminal.print(
        Text(
            f"TIC calendar: {plural(left, 'release date')} left",
            style="bold yellow" if left < FEWEST_RELEASES else "dim",
        )
    )


def source_lines(reading: ReadModel, at: datetime) -> list[Line]:
    """Every source that is enabled, in the order of the configuration."""
    health = reading.report.health()
    found = []
    for known in reading.report.source_lines(at):
        source, one = reading.sources[known.name], health.get(known.name)
        period, expected, is_estimated = _next(source, known.newest_period)
        found.append(
            Line(
                source=known.name,
                publisher=known.publisher,
                state=known.state,
                newest_period=known.newest_period,
                last_success_at=None if one is None else one.last_success_at,
                next_period=period,
                expected_at=expected,
                is_estimated=is_estimated,
                next_poll_at=None if one is None else one.next_due_at,
                licence=source.licence,
                problem=known.problem,
            )
        )
    return found


def closed_days(today: date) -> list[str]:
    """The weekdays of the coming weeks on which a market is closed, in words."""
    days = [today + timedelta(days=count) for count in range(HOLIDAYS_AHEAD.days)]
    said = []
    for day in days:
        closed = [
            title for market, title in MARKETS.items()
            if day.weekday() < 5 and not is_session(market, day)
        ]  # fmt: skip
        if closed:
            said.append(f"{day} closed: {', '.join(closed)}")
    return said


def _next(source: Source, newest: date | None) -> tuple[date | None, datetime | None, bool]:
    if newest is None or source.is_complete:
        return None, None, False
    period = source.next_period(newest)
    expected, is_estimated = source.release(period)
    return period, expected, is_estimated


def _probed(reading: ReadModel, at: datetime) -> dict[str, ProbeResult]:
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
