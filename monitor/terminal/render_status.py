"""The desk at one glance, in a terminal of any width."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from alerts.clean import clean
from alerts.message.sections import Table as Rows
from alerts.message.source_notes import source_notes
from alerts.message.values import local_time
from monitor.check.check import shortly
from monitor.check.output import WORDS, glance
from monitor.check.standby_issues import lag_text, standing_by_text
from monitor.clock import Clock
from monitor.terminal.styled import GAP, Cell, StyledOutput
from monitor.terminal.table import STYLES, span_words
from monitor.views.alert_summary import AlertSummary, acknowledged_words
from monitor.views.glance import Glance
from monitor.views.status import Status, read_status
from rules.verdict.model import QUESTION
from rules.wording import plural

# From this width on titles and days are written out, and what fits is on one line.
WIDE: Final = 110
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
INDENT: Final = 2


def print_status(one: Status, zone: ZoneInfo) -> None:
    """Print it as wide as the terminal is."""
    output = StyledOutput()
    output.print(status_lines(output, one, zone))


def watch_status(reading: Glance, clock: Clock, seconds: float) -> None:
    """Show it again every so many seconds until somebody stops it; on no terminal one below the
    other."""
    zone = reading.zone
    try:
        while True:
            output = StyledOutput()  # of the width that the terminal has now
            output.clear()
            output.print(status_lines(output, read_status(reading, clock.now()), zone))
            clock.sleep(seconds)
    except KeyboardInterrupt:
        return


def status_lines(output: StyledOutput, one: Status, zone: ZoneInfo) -> Iterator[str]:
    """All of it, for a terminal of so many columns."""
    is_wide = output.columns >= WIDE
    yield from _head(output, one, zone)
    yield from _alerts(output, one, zone, is_wide=is_wide)
    for table in one.level_tables(short=not is_wide):
        yield ""
        yield from _levels(output, table, is_wide=is_wide)
    yield ""
    yield from _sources(output, one)
    yield from _followed(output, one)
    yield from _messages(output, one, zone)
    yield from _backups(output, one, zone)
    yield from _second_host(output, one)
    yield ""
    yield from _releases(output, one, zone)


def _head(output: StyledOutput, one: Status, zone: ZoneInfo) -> Iterator[str]:
    """When, what the check says, and the verdict."""
    yield output.styled(local_time(one.at, zone), "dim")
    word = WORDS[one.checked.code]
    yield from output.wrapped((word, CHECK_STYLES[word]), f"  {clean(glance(one.checked))}")
    yield from output.wrapped((f"{QUESTION} ", "dim"), (one.verdict.line, "bold"))
    noted = source_notes(one.verdict.sources)
    for said in (*one.verdict.beside, *([f"{noted}."] if noted else [])):
        yield from output.wrapped((said, "dim"), indent=INDENT)


def _alerts(output: StyledOutput, one: Status, zone: ZoneInfo, *, is_wide: bool) -> Iterator[str]:
    yield ""
    if not one.open_alerts:
        is_quiet = not one.past_events
        said = "No open alerts." if is_quiet else "No new open alerts."
        yield output.styled(said, "green" if is_quiet else "")
    for found in one.open_alerts:
        head, since = _alert(found, one.at, zone)
        yield from output.wrapped(*head, *(("  ", *since) if is_wide else ()))
        yield from output.wrapped(clean(found.headline), indent=INDENT)
        if not is_wide:
            yield from output.wrapped(*since, indent=INDENT)
    if words := one.unacknowledged:
        style = STYLES["critical" if "critical" in words else "warning"]
        yield from output.wrapped((words, style))
    if one.past_events:
        more = plural(one.past_events, "more open alert")
        said = f"{more} from earlier days: havenwatch alerts --state open"
        yield from output.wrapped((said, "dim"))


def _alert(
    found: AlertSummary, at: datetime, zone: ZoneInfo
) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    """Which it is and how severe; since when and whose."""
    alert, label = found.alert, found.alert.severity.label
    by, answered = acknowledged_words(alert, at)
    head = (
        (label.upper(), STYLES[label]),
        " provisional" if alert.provisional else "",
        (f"  {alert.alert_id}", "bold"),
    )
    when = f"since {local_time(alert.opened_at, zone)}, "
    return head, ((when, "dim"), (by, "green" if answered else "dim"))


def _levels(output: StyledOutput, rows: Rows, *, is_wide: bool) -> Iterator[str]:
    """The rows of a table of levels; its course is as long as there is room for, or left out. The
    day is cut to month and day where there is little."""
    cells = [list(row) for row in rows.rows]
    columns = list(rows.columns)
    if not is_wide:
        for row in cells:
            row[1] = row[1][5:]
        columns[1] = columns[1].replace("session", "on").replace("week", "on")
    taken = sum(
        max(len(one) for one in (column, *(row[place] for row in cells))) + len(GAP)
        for place, column in enumerate(columns[:-1])
    )
    room = min(output.columns - taken, max(len(row[-1]) for row in cells))
    columns[-1] = f"last {room}"
    if room < SHORTEST_COURSE:
        columns, cells = columns[:-1], [row[:-1] for row in cells]
    shown: list[tuple[Cell, ...]] = []
    for row in cells:
        course = [(row[-1][-room:], "cyan")] if len(row) == len(rows.columns) else []
        shown.append((row[0], (row[1], "dim"), *row[2:6], *course))
    yield from output.table(columns, shown, right=rows.align)


def _sources(output: StyledOutput, one: Status) -> Iterator[str]:
    """Those that are not well, each with its problem, then the others in a paragraph each."""
    unwell = [line for line in one.sources if line.state not in ("OK", NOT_ASKED)]
    alike: dict[tuple[str, str], list[str]] = {}
    for line in unwell:
        if line.problem:
            alike.setdefault((line.state, shortly(line.problem)), []).append(line.name)
    alike = {which: names for which, names in alike.items() if len(names) > MOST_ONE_BY_ONE}
    for (state, problem), names in alike.items():
        said = f"{plural(len(names), 'source')}: {', '.join(names)}; {clean(problem)}"
        yield from output.wrapped((state, "bold red"), "  ", (said, "dim"))
    for line in unwell:
        if (line.state, shortly(line.problem)) in alike:
            continue
        newest = "no data yet" if line.newest_period is None else f"newest {line.newest_period}"
        style = "yellow" if line.state == "STALE" else "bold red"
        problem = f"; {clean(shortly(line.problem))}" if line.problem else ""
        yield from output.wrapped(
            (line.state, style), f"  {line.name}  ", (newest + problem, "dim")
        )
    unasked = ", ".join(line.name for line in one.sources if line.state == NOT_ASKED)
    if unasked:
        yield from output.wrapped((f"{NOT_ASKED}: ", "yellow"), (unasked, "dim"))
    well = [line for line in one.sources if line.state == "OK"]
    said = ", ".join(f"{line.name} {line.newest_period}" for line in well)
    if well:
        yield from output.wrapped((f"{plural(len(well), 'source')} OK: ", "green"), (said, "dim"))


def _followed(output: StyledOutput, one: Status) -> Iterator[str]:
    if one.followed:
        yield from output.wrapped((f"{one.followed[0].upper()}{one.followed[1:]}.", "dim"))


def _messages(output: StyledOutput, one: Status, zone: ZoneInfo) -> Iterator[str]:
    if one.dead:
        said = f"{plural(one.dead, 'notification')}: havenwatch outbox"
        yield from output.wrapped(("FAILED  ", "bold red"), said)
    pending = f"{plural(one.owed, 'notification')} pending" if one.owed else ""
    if pending or not one.dead:
        said = pending or "No pending notifications."
        yield output.styled(said, "yellow" if pending else "dim")
    for it in one.silences:
        said = f"until {local_time(it.end, zone)} by {clean(it.made_by)}: {clean(it.why)}"
        yield from output.wrapped(("SILENCED  ", "yellow"), f"{it.what}  ", (said, "dim"))


def _backups(output: StyledOutput, one: Status, zone: ZoneInfo) -> Iterator[str]:
    """When the newest was made and last restored; what is wrong is at the head."""
    backups = one.backups
    if not backups.is_wanted:
        return
    if backups.made is None:
        yield output.styled("No backup yet.", "yellow")
        return
    test, said = backups.last_test, "not restored yet"
    if backups.disproof is not None:
        said = f"restore test failed {local_time(backups.disproof.at, zone)}"
    elif test is not None:
        said = f"restored and compared {local_time(test.at, zone)}"
    style = "yellow" if test is None or backups.disproof is not None else "dim"
    yield from output.wrapped(
        (f"Last backup {local_time(backups.made.at, zone)}, ", "dim"), (said, style)
    )


def _second_host(output: StyledOutput, one: Status) -> Iterator[str]:
    """Who leads, how far the replica is behind, and which answers a takeover lost."""
    state = one.standby
    if state is not None:
        said = (
            f"This host ({state.host_id}) leads, {lag_text(state, one.at)}."
            if state.leads
            else f"{standing_by_text(state, one.at).capitalize()}; what is shown is older."
        )
        yield output.styled(clean(said), "dim" if state.leads else "yellow")
    lost = (*one.lost_answers, *(() if state is None else state.lost_answers))
    if lost:
        said = "Answers that a takeover lost; on the host that leads, give them again:"
        yield output.styled(said, "yellow")
        for command in lost:
            yield from output.wrapped(clean(command), indent=INDENT)


def _releases(output: StyledOutput, one: Status, zone: ZoneInfo) -> Iterator[str]:
    rows: list[tuple[Cell, ...]] = []
    for it in one.releases:
        when = local_time(it.at, zone) + (" (estimated)" if it.estimated else "")
        rows.append((it.title, span_words(it.at - one.at), (when, "dim")))
    yield from output.table(("next release", "in", "when"), rows, right="lrl")
