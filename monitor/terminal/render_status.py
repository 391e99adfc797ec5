"""The desk at one glance, in a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from alerts.clean import clean
from alerts.message.compose import local_time
from alerts.message.message import Table as Rows
from monitor.check.check import shortly, unacknowledged
from monitor.check.output import WORDS, glance
from monitor.clock import Clock
from monitor.terminal.table import STYLES, open_console, span_words, widest
from monitor.views.alert_summary import AlertSummary
from monitor.views.glance import Glance
from monitor.views.status import Status, read_status
from rules.verdict.model import QUESTION
from rules.wording import plural

# From this width on titles and days are written out, and what fits is on one line.
WIDE: Final = 110
GAP: Final = 2
SHORTEST_COURSE: Final = 6
# Of one trouble of more sources there is one line.
MOST_ONE_BY_ONE: Final = 2
CHECK_STYLES: Final = {
    "OK": "bold green",
    "WARNING": STYLES["warning"],
    "CRITICAL": STYLES["critical"],
    "UNKNOWN": "bold magenta",
}
NOT_ASKED: Final = "not polled yet"
INDENT: Final = (0, 0, 0, 2)


def print_status(one: Status, zone: ZoneInfo) -> None:
    """Print it as wide as the terminal is."""
    terminal = open_console()
    terminal.print(status_lines(one, zone, terminal.width))


def watch_status(reading: Glance, clock: Clock, seconds: float) -> None:
    """Show it again every so many seconds until somebody stops it; on no terminal one below the
    other."""
    terminal, zone = open_console(), reading.zone
    try:
        while True:
            if terminal.is_terminal and not terminal.is_dumb_terminal:
                terminal.clear()
            terminal.print(status_lines(read_status(reading, clock.now()), zone, terminal.width))
            clock.sleep(seconds)
    except KeyboardInterrupt:
        return


def status_lines(one: Status, zone: ZoneInfo, width: int) -> Group:
    """All of it, for a terminal of so many columns."""
    is_wide = width >= WIDE
    parts: list[RenderableType] = [*_head(one, zone), *_alerts(one, zone, is_wide=is_wide)]
    for table in one.level_tables(short=not is_wide):
        parts += ["", _levels(table, width, is_wide=is_wide)]
    parts += ["", *_sources(one), *_messages(one, zone), "", _releases(one, zone)]
    return Group(*parts)


def _head(one: Status, zone: ZoneInfo) -> Iterator[RenderableType]:
    """When, what the check says, and the verdict."""
    yield Text(local_time(one.at, zone), style="dim")
    word = WORDS[one.checked.code]
    yield Text.assemble((word, CHECK_STYLES[word]), f"  {clean(glance(one.checked))}")
    yield Text.assemble((f"{QUESTION} ", "dim"), (one.verdict.line, "bold"))
    for said in one.verdict.beside:
        yield Padding(Text(said, style="dim"), INDENT, expand=False)


def _alerts(one: Status, zone: ZoneInfo, *, is_wide: bool) -> Iterator[RenderableType]:
    yield ""
    if not one.open_alerts:
        is_quiet = not one.past_events
        said = "No open alerts." if is_quiet else "No new open alerts."
        yield Text(said, style="green" if is_quiet else "")
    for found in one.open_alerts:
        head, since = _alert(found, one.at, zone)
        if is_wide:
            yield Text.assemble(head, "  ", since)
        else:
            yield head
        yield Padding(Text(clean(found.headline)), INDENT, expand=False)
        if not is_wide:
            yield Padding(since, INDENT, expand=False)
    facts = one.checked.facts
    words = "" if facts is None else unacknowledged(facts, are_open=True).partition(" (")[0]
    if words:
        yield Text(words, style=STYLES["critical" if "critical" in words else "warning"])
    if one.past_events:
        more = plural(one.past_events, "more open alert")
        yield Text(f"{more} from earlier days: havenwatch alerts --state open", style="dim")


def _alert(found: AlertSummary, at: datetime, zone: ZoneInfo) -> tuple[Text, Text]:
    """Which it is and how severe; since when and whose."""
    alert, label = found.alert, found.alert.severity.label
    answered = alert.acknowledged_by and (
        alert.acknowledged_until is None or alert.acknowledged_until > at
    )
    by = f"acknowledged by {clean(alert.acknowledged_by)}" if answered else "not acknowledged"
    head = Text.assemble(
        (label.upper(), STYLES[label]),
        (" provisional" if alert.provisional else ""),
        (f"  {alert.alert_id}", "bold"),
    )
    when = f"since {local_time(alert.opened_at, zone)}, "
    return head, Text.assemble((when, "dim"), (by, "green" if answered else "dim"))


def _levels(rows: Rows, width: int, *, is_wide: bool) -> Table:
    """The rows of a table of levels; its course is as long as there is room for, or left out. The
    day is cut to month and day where there is little."""
    cells = [list(row) for row in rows.rows]
    columns = list(rows.columns)
    if not is_wide:
        for row in cells:
            row[1] = row[1][5:]
        columns[1] = columns[1].replace("session", "on").replace("week", "on")
    taken = sum(
        widest([column, *(row[place] for row in cells)]) + GAP
        for place, column in enumerate(columns[:-1])
    )
    room = min(width - taken, max(len(row[-1]) for row in cells))
    columns[-1] = f"last {room}"
    if room < SHORTEST_COURSE:
        columns, cells = columns[:-1], [row[:-1] for row in cells]
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    for column, side in zip(columns, rows.align, strict=False):
        table.add_column(column, justify="right" if side == "r" else "left", no_wrap=True)
    for row in cells:
        course = [Text(row[-1][-room:], style="cyan")] if len(row) == len(rows.columns) else []
        table.add_row(row[0], Text(row[1], style="dim"), *row[2:6], *course)
    return table


def _sources(one: Status) -> Iterator[RenderableType]:
    """Those that are not well, each with its problem, then the others in a paragraph each."""
    unwell = [line for line in one.sources if line.state not in ("OK", NOT_ASKED)]
    alike: dict[tuple[str, str], list[str]] = {}
    for line in unwell:
        if line.problem:
            alike.setdefault((line.state, shortly(line.problem)), []).append(line.name)
    alike = {which: names for which, names in alike.items() if len(names) > MOST_ONE_BY_ONE}
    for (state, problem), names in alike.items():
        said = f"{plural(len(names), 'source')}: {', '.join(names)}; {clean(problem)}"
        yield Text.assemble((state, "bold red"), "  ", (said, "dim"))
    for line in unwell:
        if (line.state, shortly(line.problem)) in alike:
            continue
        newest = "no data yet" if line.newest_period is None else f"newest {line.newest_period}"
        style = "yellow" if line.state == "STALE" else "bold red"
        problem = f"; {clean(shortly(line.problem))}" if line.problem else ""
        yield Text.assemble((line.state, style), f"  {line.name}  ", (newest + problem, "dim"))
    unasked = ", ".join(line.name for line in one.sources if line.state == NOT_ASKED)
    if unasked:
        yield Text.assemble((f"{NOT_ASKED}: ", "yellow"), (unasked, "dim"))
    well = [line for line in one.sources if line.state == "OK"]
    said = ", ".join(f"{line.name} {line.newest_period}" for line in well)
    if well:
        yield Text.assemble((f"{plural(len(well), 'source')} OK: ", "green"), (said, "dim"))


def _messages(one: Status, zone: ZoneInfo) -> Iterator[RenderableType]:
    if one.dead:
        said = f"{plural(one.dead, 'notification')}: havenwatch outbox"
        yield Text.assemble(("FAILED  ", "bold red"), said)
    pending = f"{plural(one.owed, 'notification')} pending" if one.owed else ""
    if pending or not one.dead:
        yield Text(pending or "No pending notifications.", style="yellow" if pending else "dim")
    for it in one.silences:
        said = f"until {local_time(it.end, zone)} by {clean(it.made_by)}: {clean(it.why)}"
        yield Text.assemble(("SILENCED  ", "yellow"), f"{it.what}  ", (said, "dim"))


def _releases(one: Status, zone: ZoneInfo) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="dim")
    table.add_column("next release", overflow="fold")
    table.add_column("in", justify="right", no_wrap=True)
    table.add_column("when", no_wrap=True)
    for it in one.releases:
        when = local_time(it.at, zone) + (" (estimated)" if it.estimated else "")
        table.add_row(it.title, span_words(it.at - one.at), Text(when, style="dim"))
    return table
