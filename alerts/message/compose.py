"""From a transition to the page a desk reads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from alerts.message.message import About, Bar, Bars, Image, Message, Section, Table, Text
from alerts.model import Reason, Release, Transition
from rules.model import AlertText, Analogue, Evidence
from rules.wording import MINUS, day, number, signed

# What follows a number of each unit, and its digits after the point.
UNITS = {
    "pct": ("%", 2),
    "bp": ("bp", 1),
    "sd": ("σ", 2),
    "usd_bn": ("bn", 1),
    "usd_mn": ("mn", 0),
    "index": ("", 2),
    "count": ("", 0),
    "correlation": ("", 2),
    "ratio": ("", 2),
    "pp": ("pp", 1),
    "hours": ("h", 0),
}
DOLLARS = ("usd_bn", "usd_mn")

LONGEST_BAR_RATIO = 3.0

LATE = "Delayed: evaluated after the usual time (downtime, late data or a revision)."
CHANGE_OUR_MIND = "What would change our mind"
ANALOGUE_COLUMNS = ("period", "value", "S&P 500 %", "10-year bp", "DXY %")


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
    kicker = [label.upper(), rule_title, transition.reason.value]
    if transition.after.provisional:
        kicker.append("provisional")
    if transition.late:
        kicker.append("late")
    sections: list[Section] = []
    change = _change_sentence(transition, zone)
    if change:
        sections.append(Text(change, strong=True))
    bars = _bars(said)
    if bars.bars:
        sections.append(bars)
    if chart is not None:
        sections.append(chart)
    sections += [
        Text(body, heading)
        for heading, body in (
            ("How unusual", said.unusual),
            ("What it does not mean", said.caveat),
            (CHANGE_OUR_MIND, said.falsifier),
            ("As of", _as_of(transition, zone)),
            ("Next releases", releases_line(releases, zone)),
        )
        if body
    ]
    if said.analogues:
        sections.append(_analogues_table(said.analogues))
    if said.evidence:
        sections.append(_evidence_table(said.evidence))
    closed = transition.reason in (Reason.RESOLVED, Reason.WITHDRAWN, Reason.PAST)
    return Message(
        key=transition.transition_id,
        tone="resolved" if closed else label,
        kicker=" · ".join(kicker),
        title=said.headline,
        subject=f"[{' · '.join(kicker)}] {said.headline}",
        sections=tuple(sections),
        footer=transition.after.alert_id,
        about=_about(transition, rule_title),
    )


def _about(transition: Transition, rule_title: str) -> About:
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
        evidence=transition.signal.explained.evidence,
    )


def show(value: float | None, unit: str) -> str:
    """A value with its unit as a person reads it; a missing one says so."""
    if value is None:
        return "not published"
    digits = UNITS.get(unit, (unit, 2))[1]
    if unit == "count" and value != int(value):
        digits = 1
    return with_unit(number(value, digits), unit)


def with_unit(text: str, unit: str) -> str:
    """A number as written, closed up with its unit: `−3.50%`, `+6.0bp`, `0.97σ`, `−$23.7bn`."""
    word = UNITS.get(unit, (f" {unit}", 2))[0]
    if unit not in DOLLARS:
        return f"{text}{word}".rstrip()
    sign, amount = (text[0], text[1:]) if text[:1] in (MINUS, "+") else ("", text)
    return f"{sign}${amount}{word}"


def local_time(moment: datetime, zone: ZoneInfo) -> str:
    """`Thu 10 Apr 2025 18:30 EDT` in the desk's zone."""
    local = moment.astimezone(zone)
    return f"{day(local.date())} {local:%H:%M %Z}"


def releases_line(releases: Sequence[Release], zone: ZoneInfo) -> str:
    """The coming releases in one line, an estimated date marked as such."""
    return "; ".join(
        f"{release.title}: {local_time(release.at, zone)}"
        f"{' (estimated)' if release.estimated else ''}"
        for release in releases
    )


def _acknowledged(transition: Transition, zone: ZoneInfo) -> str:
    after = transition.after
    until = after.acknowledged_until
    said = f"Acknowledged by {after.acknowledged_by}"
    said += "." if until is None else f" until {local_time(until, zone)}."
    return f"{said} {transition.note}".rstrip()


def _change_sentence(transition: Transition, zone: ZoneInfo) -> str:
    before, after = transition.before, transition.after
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
        Reason.WITHDRAWN: "Withdrawn after data revision: the new numbers do not trigger it.",
        Reason.RESOLVED: resolved_words(transition.signal.explained.evidence),
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
    return {
        Reason.OPENED: f"opened as {after.severity.label}",
        Reason.WORSENED: f"now {after.severity.label}",
        Reason.CONFIRMED: f"confirmed as {after.severity.label}",
        Reason.REMINDER: f"still {after.severity.label}",
        Reason.FLAPPED: f"flapped, now {after.state.value}",
        Reason.ACKNOWLEDGED: f"acknowledged by {after.acknowledged_by}",
        Reason.REVISED: f"revised to {after.severity.label}",
        Reason.PAST: "past, never acknowledged",
        Reason.WITHDRAWN: "withdrawn after data revision",
        Reason.RESOLVED: "resolved",
    }[transition.reason]


def _as_of(transition: Transition, zone: ZoneInfo) -> str:
    sources = dict.fromkeys(
        line.source for line in transition.signal.explained.evidence if line.threshold is not None
    )
    known = f"available {local_time(transition.signal.known_at, zone)}"
    period = transition.signal.explained.period or day(transition.signal.period_end)
    named = f" Source: {'; '.join(sources)}." if sources else ""
    return f"Data through {period}, {known}.{named}"


def _bars(said: AlertText) -> Bars:
    of = "" if said.against is None else f"{said.against.label} "
    return Bars(
        f"Against the {of}thresholds",
        tuple(
            Bar(
                line.label,
                show(line.value, line.unit),
                show(line.threshold, line.unit),
                min(max(line.value / line.threshold, 0.0), LONGEST_BAR_RATIO),
            )
            for line in said.evidence
            if line.value is not None and line.threshold
        ),
    )


def _analogues_table(analogues: Sequence[Analogue]) -> Table:
    """What stocks, the 10-year yield and the dollar did 1, 5 and 21 sessions after each."""
    return Table(analogues_heading(analogues), ANALOGUE_COLUMNS, "lrrrr", analogue_rows(analogues))


def analogues_heading(analogues: Sequence[Analogue]) -> str:
    """`Last 5 comparable episodes: next 1d / 5d / 21d`."""
    episodes = sum(one.mean_of == 1 for one in analogues)
    count = f"{episodes} comparable episodes" if episodes > 1 else "comparable episode"
    return f"Last {count}: next 1d / 5d / 21d"


def analogue_rows(analogues: Sequence[Analogue]) -> tuple[tuple[str, ...], ...]:
    """The period, the value, and what stocks, yield and dollar did after each; for the mean of all
    sessions how many there were, and since when."""
    return tuple(
        (
            one.period_end.isoformat() if one.mean_of == 1 else "all sessions, mean",
            show(one.value, one.unit)
            if one.mean_of == 1
            else f"{one.mean_of:,} since {one.period_end.year}",
            _after(one.spx_pct, 1),
            _after(one.ust10y_bp, 0),
            _after(one.dxy_pct, 1),
        )
        for one in analogues
    )


def _after(changes: Sequence[float | None], digits: int) -> str:
    return " / ".join("?" if one is None else signed(one, digits) for one in changes)


def _evidence_table(evidence: Sequence[Evidence]) -> Table:
    return Table(
        "Evidence",
        ("input", "value", "threshold", "period", "source"),
        "lrrll",
        tuple(
            (
                line.label,
                show(line.value, line.unit),
                "" if line.threshold is None else show(line.threshold, line.unit),
                line.period_end.isoformat(),
                line.source,
            )
            for line in evidence
        ),
        detail=True,
    )
