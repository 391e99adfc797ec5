"""From a transition to the page a desk reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from alerts.developing import is_settled, own_word
from alerts.message.message import About, Message
from alerts.message.numbers import analogues_table, bars_of, evidence_table
from alerts.message.sections import Image, Section, Text
from alerts.message.source_notes import with_source_notes
from alerts.message.values import local_time, show
from alerts.model import Transition
from alerts.release import Release
from alerts.states import Reason
from rules.model import Evidence, Head
from rules.wording import day, ends, not_published

LATE = "Delayed: evaluated after the usual time (downtime, late data or a revision)."
CHANGE_OUR_MIND = "What would change our mind"


def alert_message(
    transition: Transition,
    rule_title: str,
    releases: Sequence[Release],
    zone: ZoneInfo,
    chart: Image | None = None,
) -> Message:
    """The page of one transition: what happened, with its chart, how unusual, what it does not
    mean, as of when, the next releases, and every number with its threshold, date and source."""
    said = transition.signal.explained
    label = transition.after.severity.label
    period = [when(transition)] if said.head.moves else []  # none of the program's own alerts
    kicker = [label.upper(), rule_title, *period, own_word(transition) or transition.reason.value]
    if transition.after.provisional and not own_word(transition):
        kicker.append("provisional")
    if transition.late:
        kicker.append("late")
    sections: list[Section] = []
    change, brief = _change_sentence(transition, zone), _brief(said.head, releases, zone)
    if change:
        sections.append(Text(change, strong=True))
    bars = bars_of(said)
    if said.head.moves not in ("", said.headline):
        sections.append(Text(said.headline, "What happened"))
    if bars.bars:
        sections.append(bars)
    if chart is not None:
        sections.append(chart)
    sections += [
        Text(body, heading)
        for heading, body in (
            # Of a developing alert its record, which stands above already.
            ("How unusual", "" if said.unusual in brief else said.unusual),
            ("What it does not mean", _caveat(transition)),
            (CHANGE_OUR_MIND, said.falsifier),
            ("As of", _as_of(transition, zone)),
            ("Next releases", releases_line(releases, zone)),
        )
        if body
    ]
    if said.analogues:
        sections.append(analogues_table(said.analogues))
    if said.evidence:
        sections.append(evidence_table(said.evidence))
    title = _title(transition)
    closed = transition.reason in (Reason.RESOLVED, Reason.WITHDRAWN, Reason.PAST)
    return Message(
        key=transition.transition_id,
        tone="resolved" if closed else label,
        kicker=" · ".join(kicker),
        title=title,
        subject=f"[{' · '.join(kicker)}] {title}",
        sections=tuple(sections),
        footer=with_source_notes(transition.after.alert_id, (one.source for one in said.evidence)),
        about=about(transition, rule_title, said.evidence),
        brief=brief,
    )


def _title(transition: Transition) -> str:
    """What happened, at a glance; of a developing alert that is settled, how it ended."""
    if own_word(transition) and is_settled(transition.after):
        return transition.note
    said = transition.signal.explained
    return said.head.moves or said.headline


def when(transition: Transition) -> str:
    """The period that a transition is about, as its head has it."""
    return transition.signal.explained.period or day(transition.signal.period_end)


def _caveat(transition: Transition) -> str:
    """What an alert does not mean; once it is answered, without that its month is not out."""
    caveat, answer = transition.signal.explained.caveat, transition.settlement
    if answer is None:
        return caveat
    awaited = not_published(answer.answer.month)
    return " ".join(caveat.replace(awaited, "").split())


def _brief(head: Head, releases: Sequence[Release], zone: ZoneInfo) -> tuple[str, ...]:
    """How rare it is; what it says of who sold, and when the number comes that will."""
    settling = [one for one in releases if one.settles]
    comes = [f"{_release(replace(one, title=one.name), zone)}." for one in settling[:1]]
    sellers = " ".join([head.sellers, *comes]) if head.sellers else ""
    return tuple(one for one in (head.rarity, sellers) if one)


def about(transition: Transition, rule_title: str, evidence: Sequence[Evidence]) -> About:
    """What a message of a transition says to a program, with some numbers."""
    after = transition.after
    return About(
        alert_id=after.alert_id,
        rule_id=after.rule_id,
        rule_title=rule_title,
        subject=after.subject,
        period_end=after.period_end,
        severity=after.severity.label,
        state=after.state.value,
        reason=transition.reason.value,
        provisional=after.provisional,
        late=transition.late,
        known_at=transition.signal.known_at,
        acknowledged_by=after.acknowledged_by,
        evidence=tuple(evidence),
    )


def releases_line(releases: Sequence[Release], zone: ZoneInfo) -> str:
    """The coming releases in one line, an estimated date marked as such."""
    return "; ".join(_release(one, zone) for one in releases)


def _release(one: Release, zone: ZoneInfo) -> str:
    return f"{one.title}: {local_time(one.at, zone)}{' (estimated)' if one.estimated else ''}"


def _acknowledged(transition: Transition, zone: ZoneInfo) -> str:
    after = transition.after
    until = after.acknowledged_until
    said = f"Acknowledged by {after.acknowledged_by}"
    said += "." if until is None else f" until {local_time(until, zone)}."
    return f"{said} {transition.note}".rstrip()


def _change_sentence(transition: Transition, zone: ZoneInfo) -> str:
    before, after = transition.before, transition.after
    if own_word(transition):
        return transition.note
    if before is None:
        return LATE if transition.late else ""
    if before.severity is after.severity:
        moved = f"still {after.severity.label}"
    else:
        moved = f"now {after.severity.label}, was {before.severity.label}"
    better = " Final data received; no longer provisional."
    said = {
        Reason.WORSENED: f"Worsened: {moved}.",
        Reason.CONFIRMED: f"Confirmed: {moved}.",
        Reason.REMINDER: transition.note
        or f"Still firing since {day(after.episode)} ({moved.removeprefix('still ')}).",
        Reason.FLAPPED: transition.note,
        Reason.ACKNOWLEDGED: _acknowledged(transition, zone),
        Reason.REVISED: f"Data revised: {moved}.",
        Reason.PAST: "Past: never acknowledged; no action needed now.",
        Reason.SETTLED: transition.note,
        Reason.WITHDRAWN: "Withdrawn after data revision: the new numbers do not trigger it.",
        Reason.RESOLVED: transition.note or resolved_words(transition.signal.explained.evidence),
    }[transition.reason]
    said += better if before.provisional and not after.provisional else ""
    return f"{said} {LATE}" if transition.late else said


def resolved_words(evidence: Sequence[Evidence]) -> str:
    """Which numbers are back below their thresholds, and which are beyond them still; each against
    the threshold at which it would open."""
    numbers = [one for one in evidence if one.value is not None and one.threshold]
    back = [one for one in numbers if not _is_beyond(one)]
    still = [one for one in numbers if _is_beyond(one)]
    parts = [_against(one, "") for one in back] + [_against(one, "still ") for one in still]
    return f"Resolved: {'; '.join(parts)}." if parts else "Resolved."


def _is_beyond(one: Evidence) -> bool:
    assert one.value is not None
    assert one.threshold
    return one.value / one.threshold >= 1.0


def _against(one: Evidence, still: str) -> str:
    value, threshold = show(one.value, one.unit), show(one.threshold, one.unit)
    return f"{one.label.strip()} {still}{value} (threshold {threshold})"


def since_then(later: Sequence[Transition], zone: ZoneInfo) -> tuple[str, ...]:
    """What happened to an alert after a message of it, a few words each, oldest first."""
    return tuple(f"{_describe(one)} ({local_time(one.at, zone)})" for one in later)


def _describe(transition: Transition) -> str:
    after = transition.after
    if own_word(transition):
        return own_word(transition)
    return {
        Reason.OPENED: f"opened as {after.severity.label}",
        Reason.WORSENED: f"now {after.severity.label}",
        Reason.CONFIRMED: f"confirmed as {after.severity.label}",
        Reason.REMINDER: f"still {after.severity.label}",
        Reason.FLAPPED: f"flapped, now {after.state.value}",
        Reason.ACKNOWLEDGED: f"acknowledged by {after.acknowledged_by}",
        Reason.REVISED: f"revised to {after.severity.label}",
        Reason.PAST: "past, never acknowledged",
        Reason.SETTLED: "settled",
        Reason.WITHDRAWN: "withdrawn after data revision",
        Reason.RESOLVED: "resolved",
    }[transition.reason]


def _as_of(transition: Transition, zone: ZoneInfo) -> str:
    sources = dict.fromkeys(
        line.source for line in transition.signal.explained.evidence if line.threshold is not None
    )
    known = f"available {local_time(transition.signal.known_at, zone)}"
    period = ends(when(transition))
    named = f" Source: {'; '.join(sources)}." if sources else ""
    return f"Data through {period}, {known}.{named}"
