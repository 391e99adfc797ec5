"""The program's judgement of itself: which sources are stale, which rules crashed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from alerts.message.values import local_time
from monitor.ingest.calendars import FEWEST_RELEASES, NEW_YORK, local_date, tic_releases_left
from monitor.ingest.source import Source
from monitor.ingest.storing import STAYED
from rules.model import AlertText, Evidence, Signal, SourceMismatch
from rules.terms import Answer, Severity
from rules.wording import plural
from state.corrections import HeldCorrection
from state.health import SourceHealth

# Nothing gets worse by waiting, and who has read it knows it.
NEVER_REPEATED: Final = frozenset({"release_calendar"})


def source_signals(
    sources: Mapping[str, Source],
    health: Mapping[str, SourceHealth],
    at: datetime,
    covered: Collection[str] = (),
) -> Iterable[Signal]:
    """One signal a source: firing from the instant at which its data are stale. For those `covered`
    an outage speaks while they are."""
    for name, one in health.items():
        if name in sources and not (name in covered and at > one.stale_at):
            yield _source_signal(sources[name], one, at)


def _source_signal(source: Source, health: SourceHealth, at: datetime) -> Signal:
    stale, today = at > health.stale_at, local_date(at)
    if stale:
        newest = "none yet" if health.newest_period is None else f"{health.newest_period}"
        problem = f" Last problem: {health.problem}" if health.problem else ""
        headline = (
            f"{source.publisher} ({source.name}) is stale: latest data {newest}, newer data "
            f"expected by {local_time(health.stale_at, NEW_YORK)}.{problem}"
        )
    else:
        headline = f"{source.publisher} ({source.name}) is current again."
    overdue = (at - health.stale_at) / timedelta(hours=1)
    return Signal(
        rule_id="source_health",
        subject=source.name,
        period_end=today,
        known_at=at,
        answer=Answer.FIRING if stale else Answer.QUIET,
        severity=Severity.WARNING if stale else None,
        provisional=False,
        keeps_open=False,
        ratios=(),
        explained=AlertText(
            headline=headline,
            caveat="Rules that need it have no data, so their alerts neither open nor close; with "
            "a substitute source their results are provisional."
            if stale
            else "",
            evidence=(Evidence("Time overdue", overdue, "hours", today, "havenwatch"),)
            if stale
            else (),
        ),
    )


def conflict_signals(
    conflicts: Mapping[str, Sequence[SourceMismatch]], at: datetime
) -> Iterable[Signal]:
    """One signal a series whose sources were compared: firing while its newest numbers disagree."""
    for series_id, disputes in conflicts.items():
        latest = disputes[-1] if disputes else None
        yield program_signal(
            "source_conflict",
            series_id,
            at,
            Answer.QUIET if latest is None else Answer.FIRING,
            AlertText(
                headline=f"Source mismatch on {series_id}: {latest.said}."
                if latest is not None
                else f"The sources agree again on {series_id}.",
                caveat=""
                if latest is None
                else "Rules that need it have no data for these sessions until one source is "
                "corrected; their alerts neither open nor close.",
            ),
        )


def correction_signals(
    sources: Mapping[str, Source], newest: Mapping[str, HeldCorrection], at: datetime
) -> Iterable[Signal]:
    """One signal a source that ever had one: firing while a correction is held back."""
    for name, one in newest.items():
        if name not in sources:
            continue
        yield program_signal(
            "source_correction",
            name,
            at,
            Answer.FIRING if one.is_open else Answer.QUIET,
            AlertText(
                headline=f"{sources[name].publisher} ({name}): {_describe(one)}",
                caveat=_how_to_accept(one) if one.is_open else "",
            ),
        )


def _describe(one: HeldCorrection) -> str:
    count = plural(one.change_count, "stored value")
    if one.is_open:
        return f"a correction of {count} is on hold: {one.problem}."
    if one.status == "withdrawn":
        return "the source dropped the correction on hold; stored data are unchanged."
    by = f"by {one.decided_by}" if one.decided_by != STAYED else "automatically"
    return f"the correction of {count} was accepted {by} and is stored."


def _how_to_accept(one: HeldCorrection) -> str:
    itself = (
        " It is accepted automatically once unchanged for accept_after_polls polls over "
        "accept_after_hours hours."
        if one.settles
        else " It looks like an error, so it is not accepted automatically."
    )
    return (
        "Until then nothing in the file is stored, new periods included. Compare it with the "
        f"publisher's page; if it is correct, run `havenwatch accept {one.source}`.{itself}"
    )


def calendar_signals(at: datetime) -> Iterable[Signal]:
    """One signal about the TIC calendar: firing when only the last known release days are left."""
    left = tic_releases_left(at)
    is_short = left < FEWEST_RELEASES
    said = (
        f"The TIC calendar ends in {plural(left, 'release')}; add dates."
        if is_short
        else "The TIC calendar has enough release dates again."
    )
    yield program_signal(
        "release_calendar",
        "tic",
        at,
        Answer.FIRING if is_short else Answer.QUIET,
        AlertText(
            headline=said,
            caveat="After the last known date, release days are estimated and marked so, and TIC "
            "is polled on every possible day. Add the dates that the Treasury has announced to "
            "[calendar.tic] in the configuration: `havenwatch calendar --refresh` shows them, with "
            "--write it adds them. Or install a newer havenwatch."
            if is_short
            else "",
        ),
    )


def crash_signal(rule_id: str, error: Exception, at: datetime) -> Signal:
    """A rule that failed: firing until it works again."""
    return program_signal(
        "rule_health",
        rule_id,
        at,
        Answer.FIRING,
        AlertText(
            headline=f"Rule {rule_id} failed ({type(error).__name__}); no evaluation until fixed.",
            caveat="Alerts of this rule neither open nor close until it works again; missed "
            "periods are evaluated then.",
        ),
    )


def working_signal(rule_id: str, at: datetime) -> Signal:
    """A rule that works: quiet, which resolves an earlier crash."""
    explained = AlertText(f"Rule {rule_id} works again.")
    return program_signal("rule_health", rule_id, at, Answer.QUIET, explained)


def program_signal(
    rule_id: str, subject: str, at: datetime, answer: Answer, explained: AlertText
) -> Signal:
    """A signal about the program itself: a warning while it fires."""
    firing = answer is Answer.FIRING
    return Signal(
        rule_id=rule_id,
        subject=subject,
        period_end=local_date(at),
        known_at=at,
        answer=answer,
        severity=Severity.WARNING if firing else None,
        provisional=False,
        keeps_open=False,
        ratios=(),
        explained=explained,
    )
