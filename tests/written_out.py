"""A signal in words, for a snapshot that a person reads."""

from __future__ import annotations

from alerts.lifecycle import step
from alerts.message.compose import alert_message
from alerts.message.plain import plain_text
from alerts.message.values import show
from monitor.ingest.calendars import NEW_YORK
from rules.evaluation import Rule
from rules.model import Evidence, Signal


def written_out(rule: Rule, signal: Signal) -> str:
    """A signal as the mail about it would say it, in plain text."""
    transition = step(None, signal, rule.kind, rule.prompt_within)
    if transition is None:
        # Nothing is told of it; its evidence stands in the digest and the records.
        said = signal.explained
        return "\n".join([said.headline, said.period, *map(_line, said.evidence)])
    return plain_text(alert_message(transition, rule.title, (), NEW_YORK))


def _line(one: Evidence) -> str:
    limit = "" if one.threshold is None else f" against {show(one.threshold, one.unit)}"
    return f"{one.label}: {show(one.value, one.unit)}{limit}, {one.period_end}, {one.source}"
