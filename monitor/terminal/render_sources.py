"""The sources in the terminal: how each does, and when each comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final

from alerts.clean import clean
from monitor.check.connection_facts import read_followed
from monitor.check.connection_issues import followed_text
from monitor.ingest.calendars import FEWEST_RELEASES, local_date, tic_releases_left
from monitor.terminal.styled import Cell, StyledOutput
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
    zone, output = reading.zone, StyledOutput()
    rows = [
        (
            one.source,
            (one.state, STYLES.get(one.state, "bold red")),
            "" if one.newest_period is None else str(one.newest_period),
            "never" if one.last_success_at is None else stamp(one.last_success_at, zone),
            _lag(one, at),
        )
        for one in lines
    ]
    output.print(
        (
            *output.table(("source", "state", "newest", "last success", "lag"), rows),
            *(said for one in lines for said in _said(output, one)),
            *_followed(output, reading, at),
            "",
            *(
                said
                for one in lines
                for said in output.wrapped((f"{one.source}: {one.publisher}; {one.licence}", "dim"))
            ),
        )
    )
    return good


def _said(output: StyledOutput, one: Line) -> Iterator[str]:
    """What is wrong with a source, and what a probe of it saw."""
    name = (f"{one.source}: ", "bold")
    if one.problem:
        yield from output.wrapped(name, (clean(one.problem), "yellow"))
    if one.probe is not None:
        yield from output.wrapped(name, f"test {clean(one.probe)}")


def _followed(output: StyledOutput, reading: Glance, at: datetime) -> Iterator[str]:
    """What is followed, and how far behind it is this database."""
    found = read_followed(reading.database.connection)
    if found is not None:
        yield from output.wrapped((f"Polled elsewhere: {followed_text(found, at)}", "dim"))


def print_calendar(reading: Glance, at: datetime, *, as_json: bool) -> None:
    """The next release of each source, the nearest first, the auctions announced, and the closed
    days of the markets."""
    lines = sorted(source_calendar(reading, at), key=lambda one: to_text(one.expected_at or at))
    if as_json:
        print_json(lines)
        return
    zone, output = reading.zone, StyledOutput()
    rows = [
        (
            stamp(one.expected_at, zone),
            span_words(one.expected_at - at),
            one.source,
            str(one.next_period),
            (_mark(one, one.expected_at, at), "yellow"),
        )
        for one in lines
        if one.expected_at is not None
    ]
    never = [one.source for one in lines if one.newest_period is None]
    left = tic_releases_left(at)
    notes: list[Cell] = [
        *([(f"No data yet, so no release date: {', '.join(never)}", "dim")] if never else ()),
        *(f"Auction {said}" for said in auctions_ahead(lines)),
        *((said, "dim") for said in closed_days(local_date(at, zone))),
        (
            f"TIC calendar: {plural(left, 'release date')} left",
            "bold yellow" if left < FEWEST_RELEASES else "dim",
        ),
    ]
    table = output.table(("expected", "in", "source", "period", ""), rows)
    output.print((*table, *(line for one in notes for line in output.wrapped(one))))


def _mark(one: Line, expected_at: datetime, at: datetime) -> str:
    if one.is_estimated:
        return "estimated"
    return "due" if expected_at <= at else ""


def probe_sources(reading: ReadModel, at: datetime) -> dict[str, ProbeResult]:
    """What a request to each source saw, with the progress of it for a person."""
    from rich.console import Console
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


def _lag(one: Line, at: datetime) -> Cell:
    if one.expected_at is None:
        return "complete" if one.newest_period else "", "dim"
    if one.expected_at > at:
        return f"next in {span_words(one.expected_at - at)}", "dim"
    behind = span_words(at - one.expected_at)
    if one.state == "STALE":
        return f"overdue {behind}", "yellow"
    return f"due {behind} ago"
