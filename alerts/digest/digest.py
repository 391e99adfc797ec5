"""The daily digest: its title, a few lines and a chart on a quiet day, tables and charts on one
with news, and all that it rests on behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from zoneinfo import ZoneInfo

from alerts.digest.facts import DigestFacts
from alerts.digest.fit import fitted
from alerts.digest.full import full_sections, health
from alerts.digest.short_tables import alerts_table, short_levels
from alerts.digest.title import current_market, digest_title, label, leading, tone
from alerts.message.message import Message
from alerts.message.sections import Image, Section, Table, Text
from alerts.message.source_notes import with_source_notes
from alerts.message.values import local_time
from alerts.model import Alert
from alerts.near_misses import way
from rules.terms import Severity
from rules.verdict.model import QUESTION
from rules.wording import capitalized, day, plural, weekday

# On a quiet day a digest has one chart: of the markets, which come first.
QUIET_CHARTS: Final = 1
# How many open conditions and near misses are named in their line; the others are counted.
MOST_NAMED: Final = 3


def digest_message(facts: DigestFacts, zone: ZoneInfo) -> Message:
    """The digest of one business day, at most MOST_WORDS long; `rest` has all that it rests on."""
    stamp = facts.digest_date.isoformat()
    title, worst = digest_title(facts), label(facts)
    late = ", late" if facts.late else ""
    found = Message(
        key=f"digest/{stamp}",
        tone=tone(facts),
        kicker=f"DAILY DIGEST · {day(facts.digest_date)}{' · late' if facts.late else ''}",
        title=title,
        subject=f"[Digest {stamp}{late}{f' · {worst}' if worst else ''}] {title}",
        sections=(*_lines(facts, zone), *(_tables(facts, title) if has_news(facts) else ())),
        footer=with_source_notes(
            f"digest/{stamp} as of {clock(facts, zone)} · more: havenwatch digest {stamp}",
            facts.verdict.sources,
        ),
        rest=full_sections(facts, zone),
    )
    return fitted(found)


def clock(facts: DigestFacts, zone: ZoneInfo) -> str:
    """The instant it was composed at, with its day where that is not the digest's."""
    local = facts.at.astimezone(zone)
    is_own = local.date() == facts.digest_date
    return f"{local:%H:%M %Z}" if is_own else local_time(facts.at, zone)


def has_news(facts: DigestFacts) -> bool:
    """Whether anything changed, or a market moved by much."""
    market = current_market(facts)
    return bool(facts.told()) or (market is not None and not market.is_quiet)


def with_charts(message: Message, charts: Sequence[Image]) -> Message:
    """A digest with its charts: all on a day with news, else one."""
    is_quiet = not any(isinstance(one, Table) for one in message.sections)
    shown = charts[:QUIET_CHARTS] if is_quiet else charts
    return replace(message, sections=(*message.sections, *shown))


def _lines(facts: DigestFacts, zone: ZoneInfo) -> list[Section]:
    """The verdict, the curve and the havens, the alerts, and what comes next: a line each."""
    return [
        Text(facts.verdict.line, QUESTION, strong=True),
        *(Text(line) for line in (_havens(facts), _alerts(facts), _next(facts, zone)) if line),
    ]


def _havens(facts: DigestFacts) -> str:
    market = current_market(facts)
    if market is None:
        return ""
    curve = "" if market.curve is None else market.curve.sentence
    havens = "" if market.havens is None else market.havens.sentence
    return f"{curve} {havens}".strip()


def _alerts(facts: DigestFacts) -> str:
    """What is new, open and near, each named; the worst and nearest first."""
    told = {one.after.alert_id for one in leading(facts)}
    opened = [_open(one, facts) for one in facts.still_open() if one.alert_id not in told]
    near = [f"{one.rule_title} {way(one.nearness or 0.0)}" for one in facts.near_misses()]
    new = "" if facts.told() else "No new alerts."
    parts = (new, _named("Open", opened), _named("Near a threshold", near))
    said = " ".join(one for one in parts if one)
    if said == new and new:
        return "No new alerts, nothing open, no near misses."
    return said


def _open(one: Alert, facts: DigestFacts) -> str:
    severity = one.severity.label if one.severity < Severity.CRITICAL else "CRITICAL"
    title = facts.titles.get(one.rule_id, one.rule_id)
    return f"{title} ({severity} since {weekday(one.opened_at.date())})"


def _named(heading: str, found: Sequence[str]) -> str:
    """`Open: one; another; and 2 more.`; empty where there is none."""
    if not found:
        return ""
    more = len(found) - MOST_NAMED
    shown = [*found[:MOST_NAMED], *([f"and {more} more"] if more > 0 else [])]
    return f"{heading}: {'; '.join(shown)}."


def _next(facts: DigestFacts, zone: ZoneInfo) -> str:
    """The release that can settle who sold, and whether anything is wrong with the data."""
    settling = [one for one in facts.releases if one.settles][:1]
    comes = [
        f"Next: {one.name}, {local_time(one.at, zone)}{' (estimated)' if one.estimated else ''}."
        for one in settling
    ]
    failed = facts.dead_letters
    lost = f"{plural(failed, 'notification')} not delivered: havenwatch outbox." if failed else ""
    parts = (*comes, f"{capitalized(health(facts))}.", lost)
    return " ".join(one for one in parts if one)


def _tables(facts: DigestFacts, title: str) -> list[Table]:
    return [one for one in (alerts_table(facts, title), short_levels(facts)) if one.rows]
