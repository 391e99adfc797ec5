"""All that a digest rests on, behind the few lines that are sent: the verdict's horizons and
indicators, every change, near miss and open condition, the levels, sources and rules."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from alerts.digest.answers import answered
from alerts.digest.facts import DigestFacts
from alerts.digest.levels import level_line
from alerts.digest.tables import digest_tables
from alerts.message.sections import Section, Table, Text
from alerts.message.values import local_time
from rules.verdict.model import QUESTION, Verdict
from rules.wording import capitalized, plural


def full_sections(facts: DigestFacts, zone: ZoneInfo) -> tuple[Section, ...]:
    """Every section, in the order in which a desk asks."""
    happened, behind = digest_tables(facts, zone)
    return (
        *verdict_sections(facts.verdict),
        Text(_summary(facts, zone), "Summary", strong=True),
        *_failed(facts),
        *happened,
        *behind,
        Text(f"{capitalized(health(facts))}.", "Data and rules"),
    )


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


def health(facts: DigestFacts) -> str:
    """`all sources current`, or how many are not and how many rules lack data."""
    count = len(facts.sources)
    said = f"{facts.unwell()} of {plural(count, 'source')} failing or stale"
    said = said if facts.unwell() else "all sources current"
    lack = "lacks" if facts.unable() == 1 else "lack"
    return f"{said}, {plural(facts.unable(), 'rule')} {lack} data" if facts.unable() else said


def _failed(facts: DigestFacts) -> list[Text]:
    if not facts.dead_letters:
        return []
    said = f"{plural(facts.dead_letters, 'notification')} not delivered: havenwatch outbox"
    return [Text(said, "Failed notifications", strong=True)]


def _summary(facts: DigestFacts, zone: ZoneInfo) -> str:
    """The day in one line: what markets did, and what changed."""
    near = len(facts.near_misses())
    misses = f"{near or 'no'} near {'miss' if near == 1 else 'misses'}"
    settled = answered(facts.transitions)
    answers = f", {plural(settled, 'alert')} settled" if settled else ""
    changes = plural(len(facts.transitions) - settled, "alert change")
    counts = (
        f"{changes}{answers} and {misses} in "
        f"{plural(facts.answers, 'evaluation')} since {local_time(facts.since, zone)}."
    )
    market = level_line(facts.levels)
    late = f" Delayed digest, generated {local_time(facts.at, zone)}."
    return f"{market} {counts}".strip() + (late if facts.late else "")
