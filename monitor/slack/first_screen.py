"""The desk at one glance in Slack, for a command and the App Home, as `status` shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from alerts.message.message import Message
from alerts.message.sections import Section, Table, Text
from alerts.message.source_notes import with_source_notes
from alerts.message.values import local_time
from alerts.slack.blocks import MARKS
from monitor.check.output import WORDS, glance
from monitor.views.alert_summary import AlertSummary, acknowledged_words
from monitor.views.status import Status
from rules.verdict.model import QUESTION
from rules.wording import day, plural

MOST_ALERTS: Final = 8
# What is read on a phone of a table of levels: which, its value, and its two shortest changes.
COLUMNS: Final = (0, 2, 3, 4)


def first_screen(one: Status, zone: ZoneInfo, public_url: str = "") -> Message:
    """The verdict, open alerts, levels and the health of the program, in this order."""
    worst = max((alert.alert.severity for alert in one.open_alerts), default=None)
    word = WORDS[one.checked.code]
    known = "never" if one.last_tick_at is None else local_time(one.last_tick_at, zone)
    return Message(
        key="status",
        tone="plain" if worst is None else worst.label,
        kicker=f"As of {local_time(one.at, zone)}",
        title=QUESTION,
        subject=one.verdict.line,
        sections=(
            Text(one.verdict.line, strong=True),
            *_alerts(one, zone),
            *(section for table in one.level_tables(short=True) for section in _levels(table)),
            Text(f"{word}: {_health(one)}\n{_sources(one)}", "Health"),
        ),
        footer=with_source_notes(f"Last evaluated {known}", one.verdict.sources),
        link=public_url,
    )


def _alerts(one: Status, zone: ZoneInfo) -> Iterator[Section]:
    """Each alert in a paragraph, the worst first, under one heading."""
    first, *others = *(_alert(it, one, zone) for it in one.open_alerts[:MOST_ALERTS]), *_left(one)
    yield Text(first, "Open alerts")
    yield from map(Text, others)


def _left(one: Status) -> Iterator[str]:
    """What is not among the alerts shown; never nothing at all."""
    if not one.open_alerts:
        yield "No new open alerts." if one.past_events else "No open alerts."
    if one.unacknowledged:
        yield one.unacknowledged
    if (more := len(one.open_alerts) - MOST_ALERTS) > 0:
        yield f"{plural(more, 'more open alert')}."
    if one.past_events:
        yield f"{plural(one.past_events, 'more open alert')} from earlier days."


def _alert(found: AlertSummary, one: Status, zone: ZoneInfo) -> str:
    alert = found.alert
    by, _ = acknowledged_words(alert, one.at)
    provisional = ", provisional" if alert.provisional else ""
    since = local_time(alert.opened_at, zone)
    label = alert.severity.label
    return (
        f"{MARKS[label]} {label.upper()}{provisional} `{alert.alert_id}`\n{found.headline} "
        f"Since {since}, {by}."
    )


def _levels(table: Table) -> Iterator[Section]:
    """The table under the day of its newest number; which of the others are older."""
    days = [date.fromisoformat(row[1]) for row in table.rows]
    newest = max(days)
    yield replace(table.of_columns(COLUMNS), heading=f"{table.heading}, {day(newest)}")
    older = [
        f"{row[0]} {day(on)}" for row, on in zip(table.rows, days, strict=True) if on != newest
    ]
    if older:
        yield Text(f"Older: {', '.join(older)}.")


def _health(one: Status) -> str:
    """What the check says, without the command of the terminal that lists more."""
    return glance(one.checked).replace(" (havenwatch alerts)", "")


def _sources(one: Status) -> str:
    current = sum(line.state == "OK" for line in one.sources)
    count = len(one.sources)
    return f"{current} of {plural(count, 'source')} current."
