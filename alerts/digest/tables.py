"""The digest's tables: what fired, what came near, what is open, where everything stands."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from alerts.digest.answers import shared_answers
from alerts.digest.facts import DigestFacts
from alerts.digest.level_table import levels_table
from alerts.digest.levels import levels
from alerts.message.sections import Table
from alerts.message.values import local_time, show
from alerts.model import Alert, Transition
from alerts.near_misses import way
from alerts.states import Reason
from rules.terms import Answer
from rules.wording import plural

# Why a change was not sent by itself, by the value stored with it.
SUPPRESSED: Final = {
    "inhibited": "included in another alert",
    "silenced": "not sent: silenced",
    "flapping": "not sent: flapping",
}


def digest_tables(facts: DigestFacts, zone: ZoneInfo) -> tuple[list[Table], list[Table]]:
    """What happened and the levels, to be read before the charts, and what is behind it all, after
    them; tables with nothing in them are left out."""
    happened = (_fired(facts, zone), _near(facts), _open(facts, zone))
    tables = [
        levels_table(levels(facts.levels, frequency), title, frequency)
        for title, frequency in (("Levels", "session"), ("Weekly", "week"))
    ]
    behind = (_sources(facts), _releases(facts, zone), _standings(facts))
    return _filled(*happened, *tables), _filled(*behind)


def _filled(*tables: Table) -> list[Table]:
    return [table.without_empty_columns() for table in tables if table.rows]


def _fired(facts: DigestFacts, zone: ZoneInfo) -> Table:
    rows = tuple(
        (
            local_time(one.at, zone),
            one.after.severity.label,
            _change(one),
            f"{one.signal.explained.headline} {one.note}".rstrip(),
            _suppressed(facts.withheld.get(one.transition_id)),
        )
        for one in facts.transitions
        if one.settlement is None
    )
    columns = ("time", "severity", "change", "headline", "")
    return Table("Alerts", columns, "lllll", (*rows, *_settled(facts, zone)))


def _settled(facts: DigestFacts, zone: ZoneInfo) -> tuple[tuple[str, ...], ...]:
    """A row for each answer, with all alerts that it was given to."""
    return tuple(
        (
            local_time(one.given[-1].at, zone),
            one.severity.label,
            one.given[-1].reason.value,
            one.line(facts),
            _suppressed(facts.withheld.get(one.given[0].transition_id)),
        )
        for one in shared_answers(facts.transitions)
    )


def _change(one: Transition) -> str:
    said: str = one.reason.value
    if one.reason is Reason.ACKNOWLEDGED:
        said += f" by {one.after.acknowledged_by}"
    said += ", provisional" if one.after.provisional else ""
    return f"{said}, late" if one.late else said


def _suppressed(why: str | None) -> str:
    return "" if why is None else SUPPRESSED.get(why, why)


def _near(facts: DigestFacts) -> Table:
    """What stayed quiet and came near to firing."""
    rows = tuple(
        (
            one.rule_title,
            one.subject,
            "" if one.period_end is None else one.period_end.isoformat(),
            way(one.nearness or 0.0),
            one.reason,
        )
        for one in facts.near_misses()
    )
    columns = ("rule", "subject", "period", "of threshold", "closest input")
    return Table("Near misses", columns, "lllrl", rows)


def _open(facts: DigestFacts, zone: ZoneInfo) -> Table:
    rows = tuple(
        (
            facts.titles.get(one.rule_id, one.rule_id),
            one.subject,
            one.severity.label,
            local_time(one.opened_at, zone),
            _age(one.opened_at, facts.at, zone),
            _acknowledged(one, facts.at, zone),
        )
        for one in facts.still_open()
    )
    columns = ("rule", "subject", "severity", "since", "open for", "acknowledged")
    return Table("Open alerts", columns, "llllrl", rows)


def _age(opened_at: datetime, at: datetime, zone: ZoneInfo) -> str:
    """Days on the desk's calendar."""
    days = (at.astimezone(zone).date() - opened_at.astimezone(zone).date()).days
    return plural(days, "day") if days else "today"


def _acknowledged(one: Alert, at: datetime, zone: ZoneInfo) -> str:
    if not one.acknowledged_by:
        return ""
    until = one.acknowledged_until
    if until is None:
        return f"by {one.acknowledged_by}"
    ends = "expired" if until <= at else "until"
    return f"by {one.acknowledged_by}, {ends} {local_time(until, zone)}"


def _standings(facts: DigestFacts) -> Table:
    rows = tuple(
        (
            one.rule_title,
            one.subject,
            "" if one.period_end is None else one.period_end.isoformat(),
            one.status,
            "" if one.measure is None else show(one.measure, one.measure_unit),
            one.reason if one.answer is Answer.UNKNOWN else "",
        )
        for one in facts.standings
    )
    columns = ("rule", "subject", "period", "status", "value", "reason")
    return Table("Rule status", columns, "llllrl", rows)


def _sources(facts: DigestFacts) -> Table:
    """The sources that fail or are stale; the summary counts the others."""
    rows = tuple(
        (
            one.publisher,
            one.state,
            "none" if one.newest_period is None else one.newest_period.isoformat(),
            one.problem,
        )
        for one in facts.sources
        if one.state != "OK"
    )
    return Table("Sources", ("publisher", "state", "latest period", "problem"), "llll", rows)


def _releases(facts: DigestFacts, zone: ZoneInfo) -> Table:
    """The coming releases, an estimated day marked as such."""
    rows = tuple(
        (one.title, local_time(one.at, zone), "estimated" if one.estimated else "")
        for one in facts.releases
    )
    return Table("Next releases", ("release", "when", ""), "lll", rows)
