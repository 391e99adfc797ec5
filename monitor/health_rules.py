"""The program's judgement of itself: which sources are stale, which rules crashed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from alerts.compose import local_time
from monitor.calendars import NEW_YORK, local_date
from monitor.source import Source
from rules.model import Answer, Evidence, Explained, Severity, Signal
from state.health import SourceHealth


def source_signals(
    sources: Mapping[str, Source], health: Mapping[str, SourceHealth], at: datetime
) -> Iterable[Signal]:
    """One signal a source: firing from the instant at which its data are stale."""
    for name, one in health.items():
        if name in sources:
            yield _source_signal(sources[name], one, at)


def _source_signal(source: Source, health: SourceHealth, at: datetime) -> Signal:
    stale, today = at > health.stale_at, local_date(at)
    if stale:
        newest = "nothing yet" if health.newest_period is None else f"{health.newest_period}"
        problem = f" Last problem: {health.problem}" if health.problem else ""
        headline = (
            f"{source.publisher} ({source.name}) is stale: newest period {newest}, something newer "
            f"was due by {local_time(health.stale_at, NEW_YORK)}.{problem}"
        )
    else:
        headline = f"{source.publisher} ({source.name}) is fresh again."
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
        explained=Explained(
            headline=headline,
            caveat="A rule that needs it answers unknown, so that no alert of its opens or closes, "
            "or judges provisionally where something stands in for it."
            if stale
            else "",
            evidence=(Evidence("Time since it was due", overdue, "hours", today, "havenwatch"),)
            if stale
            else (),
        ),
    )


def crash_signal(rule_id: str, error: Exception, at: datetime) -> Signal:
    """A rule that crashed: firing until it works again."""
    return _rule_signal(
        rule_id,
        at,
        Answer.FIRING,
        Explained(
            headline=f"Rule {rule_id} crashed ({type(error).__name__}): its answer is unknown.",
            caveat="No alert of this rule is opened or closed until it works again; the signals "
            "missed meanwhile are judged then.",
        ),
    )


def working_signal(rule_id: str, at: datetime) -> Signal:
    """A rule that works: quiet, which resolves an earlier crash."""
    return _rule_signal(rule_id, at, Answer.QUIET, Explained(f"Rule {rule_id} works again."))


def _rule_signal(rule_id: str, at: datetime, answer: Answer, explained: Explained) -> Signal:
    firing = answer is Answer.FIRING
    return Signal(
        rule_id="rule_health",
        subject=rule_id,
        period_end=local_date(at),
        known_at=at,
        answer=answer,
        severity=Severity.WARNING if firing else None,
        provisional=False,
        keeps_open=False,
        ratios=(),
        explained=explained,
    )
