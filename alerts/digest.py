"""The daily digest: what fired, what is open, where everything stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from alerts.compose import local_time, releases_line, show
from alerts.model import Alert, Release, Transition
from alerts.page import Page, Section, Table, Text
from rules.model import Answer, Panel, Severity
from rules.verdict_rule import Verdict
from rules.wording import day, number, plural, signed, sparkline

QUESTION: Final = "Are foreigners dumping Treasuries?"

# Over how many of its own periods a level's changes are shown, by how often it comes.
LAGS: Final = {"session": (1, 5, 21), "week": (1, 4, 13)}


@dataclass(frozen=True)
class Standing:
    """Where one rule stands for one subject: its newest answer, or unknown because a source it
    reads is stale."""

    rule_title: str
    subject: str
    period_end: date | None
    answer: Answer
    severity: Severity | None
    measure: float | None
    measure_unit: str
    reason: str


@dataclass(frozen=True)
class SourceLine:
    """How one source does."""

    name: str
    publisher: str
    state: str
    newest_period: date | None
    problem: str


@dataclass(frozen=True)
class DigestFacts:
    """Everything a digest says, as of `at`, since the digest before it."""

    digest_date: date
    at: datetime
    verdict: Verdict
    since: datetime
    late: bool
    transitions: Sequence[Transition]
    open_conditions: Sequence[Alert]
    answers: int
    standings: Sequence[Standing]
    levels: Panel
    sources: Sequence[SourceLine]
    dead_letters: int
    releases: Sequence[Release]
    titles: Mapping[str, str]


def digest_page(facts: DigestFacts, zone: ZoneInfo) -> Page:
    """The digest of one business day; says so when there is nothing to say."""
    worst = max((one.after.severity for one in facts.transitions), default=None)
    title = _title(facts)
    kicker = f"DAILY DIGEST · {day(facts.digest_date)}{' · late' if facts.late else ''}"
    sections = [
        *verdict_sections(facts.verdict),
        Text(_summary(facts, zone), "The day", strong=True),
    ]
    if facts.dead_letters:
        said = f"{plural(facts.dead_letters, 'message')} could not be delivered; see the outbox."
        sections.append(Text(said, "Undelivered", strong=True))
    sections += [
        table.without_empty_columns()
        for table in (
            _fired(facts, zone),
            _open(facts, zone),
            _standings(facts),
            _levels(facts.levels, "Levels", "session"),
            _levels(facts.levels, "Weekly", "week"),
            _sources(facts),
        )
        if table.rows
    ]
    sections.append(Text(releases_line(facts.releases, zone), "Next releases"))
    return Page(
        key=f"digest/{facts.digest_date.isoformat()}",
        tone="plain" if worst is None else worst.label,
        kicker=kicker,
        title=title,
        subject=f"[Digest {facts.digest_date.isoformat()}] {title}",
        sections=tuple(sections),
        footer=f"digest/{facts.digest_date.isoformat()} as of {local_time(facts.at, zone)}",
    )


def verdict_sections(verdict: Verdict) -> list[Section]:
    """The line to read first, and the six headings it was weighed from."""
    rows = tuple(
        (
            one.name,
            one.reading.value,
            one.number,
            "" if one.period_end is None else one.period_end.isoformat(),
        )
        for one in verdict.headings
    )
    table = Table("The evidence", ("heading", "reading", "number", "as of"), "llll", rows)
    return [Text(verdict.line, QUESTION, strong=True), table]


def _title(facts: DigestFacts) -> str:
    if not facts.transitions:
        return "Nothing fired"
    worst_first = sorted(facts.transitions, key=lambda one: -one.after.severity)
    headline = worst_first[0].signal.explained.headline
    more = len(facts.transitions) - 1
    return f"{headline} (and {plural(more, 'more change')})" if more else headline


def _summary(facts: DigestFacts, zone: ZoneInfo) -> str:
    fresh = sum(one.state == "OK" for one in facts.sources)
    stale = "" if fresh == len(facts.sources) else "; see the sources below"
    unknown = sum(one.answer is Answer.UNKNOWN for one in facts.standings)
    cannot = f" {plural(unknown, 'rule')} cannot say: see below." if unknown else ""
    return (
        f"{plural(len(facts.transitions), 'change')} and {plural(facts.answers, 'answer')} since "
        f"{local_time(facts.since, zone)}; {fresh} of {plural(len(facts.sources), 'source')} "
        f"fresh{stale}.{cannot}"
    )


def _fired(facts: DigestFacts, zone: ZoneInfo) -> Table:
    rows = tuple(
        (
            local_time(one.signal.known_at, zone),
            one.after.severity.label,
            one.reason.value + (", provisional" if one.after.provisional else ""),
            one.signal.explained.headline,
        )
        for one in facts.transitions
    )
    return Table("What fired", ("when", "severity", "change", "what"), "llll", rows)


def _open(facts: DigestFacts, zone: ZoneInfo) -> Table:
    rows = tuple(
        (
            facts.titles.get(one.rule_id, one.rule_id),
            one.subject,
            one.severity.label,
            local_time(one.opened_at, zone),
        )
        for one in facts.open_conditions
    )
    return Table("Open conditions", ("rule", "subject", "severity", "since"), "llll", rows)


def _standings(facts: DigestFacts) -> Table:
    rows = tuple(
        (
            one.rule_title,
            one.subject,
            "" if one.period_end is None else one.period_end.isoformat(),
            one.answer.value if one.severity is None else one.severity.label,
            "" if one.measure is None else show(one.measure, one.measure_unit),
            one.reason,
        )
        for one in facts.standings
    )
    columns = ("rule", "subject", "period", "answer", "nearest", "why")
    return Table("Where each rule stands", columns, "llllrl", rows)


def _levels(panel: Panel, title: str, frequency: str) -> Table:
    """The newest level of each series of a frequency, its changes over some of its own periods
    (percent for an index, basis points for a yield, USD bn for amounts) and its recent course."""
    lags = LAGS[frequency]
    rows: list[tuple[str, ...]] = []
    for series_id in panel.frame.columns:
        known = panel.frame[series_id].dropna()
        if known.empty or panel.series[str(series_id)].frequency != frequency:
            continue
        series = panel.series[str(series_id)]
        changes = [_change(known, lag, series.unit) for lag in lags]
        stamp = known.index[-1].date().isoformat()
        level = _level(float(known.iloc[-1]), series.unit)
        course = sparkline(known.iloc[-1 - max(lags) :].tolist())
        rows.append((series.title, stamp, level, *changes, course))
    columns = (f"{lag} {'d' if frequency == 'session' else 'w'}" for lag in lags)
    course_title = f"{max(lags)} {frequency}s"
    return Table(
        title, ("level", frequency, "value", *columns, course_title), "llrrrrl", tuple(rows)
    )


def _level(value: float, unit: str) -> str:
    if unit == "usd_mn":
        return f"{number(value / 1000.0, 1)} bn"
    return number(value, 2) + (" %" if unit == "pct" else "")


def _change(known: pd.Series[float], lag: int, unit: str) -> str:
    if len(known) <= lag:
        return ""
    now, then = float(known.iloc[-1]), float(known.iloc[-1 - lag])
    if unit == "index":
        return f"{signed(100.0 * (now / then - 1.0), 1)} %"
    if unit == "usd_mn":
        return f"{signed((now - then) / 1000.0, 1)} bn"
    return f"{signed(float(np.round(100.0 * (now - then), 4)), 0)} bp"


def _sources(facts: DigestFacts) -> Table:
    """The sources that are not well; the summary counts the others."""
    rows = tuple(
        (
            one.publisher,
            one.state,
            "nothing" if one.newest_period is None else one.newest_period.isoformat(),
            one.problem,
        )
        for one in facts.sources
        if one.state != "OK"
    )
    return Table("Sources", ("publisher", "state", "newest period", "problem"), "llll", rows)
