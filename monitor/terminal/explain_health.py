"""What an alert about the program itself says: no rule explains it, its source's state does."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.message.compose import alert_message
from alerts.message.message import Message
from alerts.message.sections import Section, Table, Text
from alerts.message.values import local_time
from alerts.model import Transition
from state.alert_store import AlertStore
from state.database import Database
from state.health import Health, SourceHealth

SOURCE_RULE = "source_health"


def explain_own(
    database: Database, alert_id: str, rule_title: str, as_of: datetime, zone: ZoneInfo
) -> Message | None:
    """The page of an alert about the program, as known at an instant; None where there is none."""
    told = [one for one, _ in AlertStore(database).transitions_of(alert_id) if one.at <= as_of]
    if not told:
        return None
    last = told[-1].after
    sections: list[Section] = [Text(_state(told[-1], zone), strong=True)]
    if last.rule_id == SOURCE_RULE:
        sections += _source(Health(database).source(last.subject), zone)
    page = alert_message(told[-1], rule_title, (), zone)
    sections += [Text(page.title, "Latest message"), *page.sections, _history(told, zone)]
    return Message(
        key=f"explain/{alert_id}",
        tone="plain",
        kicker=f"EXPLAIN · {rule_title}",
        title=alert_id,
        subject=alert_id,
        sections=tuple(sections),
        footer=f"data as of {local_time(as_of, zone)}",
    )


def _state(last: Transition, zone: ZoneInfo) -> str:
    after = last.after
    if after.closed_at is not None:
        return f"About havenwatch itself; closed {local_time(after.closed_at, zone)}."
    return (
        f"About havenwatch itself, not the market; open since {local_time(after.opened_at, zone)}."
    )


def _source(health: SourceHealth | None, zone: ZoneInfo) -> list[Section]:
    """How the source does now, in words."""
    if health is None:
        return [Text("This source is no longer polled.", "Source status")]
    answered = health.last_success_at
    rows = [
        ("state", health.state),
        ("problem", health.problem or "none: polls succeed, but bring no newer data"),
        ("last successful poll", "never" if answered is None else local_time(answered, zone)),
        ("consecutive failures", str(health.failures)),
        (
            "latest period",
            "none yet" if health.newest_period is None else f"{health.newest_period}",
        ),
        ("newer data expected by", local_time(health.stale_at, zone)),
        ("next poll", local_time(health.next_due_at, zone)),
    ]
    return [Table("Source status", ("item", "value"), "ll", tuple(rows))]


def _history(told: list[Transition], zone: ZoneInfo) -> Table:
    rows = tuple((local_time(one.at, zone), one.reason.value) for one in told)
    return Table("History", ("time", "change"), "ll", rows)
