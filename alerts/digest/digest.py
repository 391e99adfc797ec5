"""The daily digest: the verdict, the day, what fired, what came near, where everything stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from alerts.digest.facts import DigestFacts
from alerts.digest.levels import level_line, market_line
from alerts.digest.tables import digest_tables
from alerts.message.message import Image, Message, Section, Table, Text
from alerts.message.values import local_time
from alerts.model import Reason, Transition
from rules.verdict.model import QUESTION, Verdict
from rules.wording import day, plural

# The headings of the tables of levels.
LEVELS: Final = ("Levels", "Weekly")

# What is over, or is somebody's already, does not lead a digest and lends it no severity.
QUIETENING: Final = (Reason.RESOLVED, Reason.WITHDRAWN, Reason.ACKNOWLEDGED, Reason.PAST)


def digest_message(facts: DigestFacts, zone: ZoneInfo) -> Message:
    """The digest of one business day; says so when there is nothing to say."""
    stamp = facts.digest_date.isoformat()
    worst_first = _worst_first(facts)
    title = _title(facts, worst_first)
    label = f"{_word(worst_first[0])}: " if worst_first else ""
    late = ", late" if facts.late else ""
    happened, behind = digest_tables(facts, zone)
    sections: list[Section] = [
        *verdict_sections(facts.verdict),
        Text(_summary(facts, zone), "Summary", strong=True),
    ]
    if facts.dead_letters:
        said = f"{plural(facts.dead_letters, 'notification')} not delivered: havenwatch outbox"
        sections.append(Text(said, "Failed notifications", strong=True))
    return Message(
        key=f"digest/{stamp}",
        tone=_tone(worst_first),
        kicker=f"DAILY DIGEST · {day(facts.digest_date)}{' · late' if facts.late else ''}",
        title=title,
        subject=f"[Digest {stamp}{late}] {label}{title}",
        sections=(*sections, *happened, *behind, Text(_system(facts), "Data and rules")),
        footer=f"digest/{stamp} as of {local_time(facts.at, zone)}",
    )


def with_charts(message: Message, charts: Sequence[Image]) -> Message:
    """A digest with its charts, behind the levels that they draw."""
    levels = [i for i, one in enumerate(message.sections) if one.heading in LEVELS]
    at = levels[-1] + 1 if levels else len(message.sections)
    return replace(message, sections=(*message.sections[:at], *charts, *message.sections[at:]))


def verdict_sections(verdict: Verdict) -> list[Section]:
    """The line to read first, our alerts and how both are true, who sold, then the horizons and the
    indicators they rest on."""
    horizons = tuple(
        (one.name, one.answer, one.number, _as_of(one.period_end), one.confidence.value)
        for one in verdict.horizons
    )
    indicators = tuple(
        (one.name, one.reading.words, one.number, _as_of(one.period_end), one.weight.value)
        for one in verdict.headings
    )
    said = [Text(verdict.line, QUESTION, strong=True)]
    if verdict.beside:
        said.append(Text(" ".join(verdict.beside), "How this fits our alerts"))
    if verdict.notes:
        said.append(Text(" ".join(verdict.notes), "Who sold what"))
    answered = ("horizon", "answer", "number", "as of", "confidence")
    read = ("indicator", "signal", "number", "as of", "use")
    return [
        *said,
        Table("Horizons", answered, "lllll", horizons),
        Table("Indicators", read, "lllll", indicators),
    ]


def _as_of(period_end: date | None) -> str:
    return "" if period_end is None else period_end.isoformat()


def _worst_first(facts: DigestFacts) -> list[Transition]:
    """The changes, those first that ask for attention; what nobody was told of leads nothing."""

    def weight(one: Transition) -> tuple[bool, bool, int]:
        quietened = one.reason in QUIETENING
        return quietened, one.transition_id in facts.withheld, -one.after.severity

    return sorted(facts.transitions, key=weight)


def _word(one: Transition) -> str:
    return one.reason.value.upper() if one.reason in QUIETENING else one.after.severity.name


def _tone(worst_first: list[Transition]) -> str:
    if not worst_first:
        return "plain"
    first = worst_first[0]
    return "resolved" if first.reason in QUIETENING else first.after.severity.label


def _title(facts: DigestFacts, worst_first: list[Transition]) -> str:
    if not worst_first:
        market = market_line(facts.levels, facts.digest_date)
        quiet = f"No new alerts. {market}" if market else "No new alerts; no market data"
        is_whole = not facts.unwell() and not facts.unable()
        return quiet if is_whole else f"{quiet}; {_health(facts)}"
    headline = worst_first[0].signal.explained.headline
    more = len(worst_first) - 1
    return f"{headline.rstrip('.')} (and {plural(more, 'more change')})" if more else headline


def _system(facts: DigestFacts) -> str:
    """How complete the data are."""
    said = _health(facts)
    return f"{said[0].upper()}{said[1:]}."


def _health(facts: DigestFacts) -> str:
    """`all sources current`, or how many are not and how many rules lack data."""
    count = len(facts.sources)
    said = f"{facts.unwell()} of {plural(count, 'source')} failing or stale"
    said = said if facts.unwell() else "all sources current"
    lack = "lacks" if facts.unable() == 1 else "lack"
    return f"{said}, {plural(facts.unable(), 'rule')} {lack} data" if facts.unable() else said


def _summary(facts: DigestFacts, zone: ZoneInfo) -> str:
    """The day in one line: what markets did, and what changed."""
    near = len(facts.near_misses())
    misses = f"{near or 'no'} near {'miss' if near == 1 else 'misses'}"
    counts = (
        f"{plural(len(facts.transitions), 'alert change')} and {misses} in "
        f"{plural(facts.answers, 'evaluation')} since {local_time(facts.since, zone)}."
    )
    market = level_line(facts.levels)
    late = f" Delayed digest, generated {local_time(facts.at, zone)}."
    return f"{market} {counts}".strip() + (late if facts.late else "")
