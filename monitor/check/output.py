"""What a check says to a monitoring system: a first line with performance data, more lines, or
JSON."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from monitor.check.check import (
    CRITICAL,
    OK,
    UNKNOWN,
    WARNING,
    HealthCheck,
    in_words,
    name_of,
    source_line,
)
from monitor.check.queries import HealthFacts, OpenAlert
from state.instants import to_text
from state.standby_state import StandbyState

WORDS: Final = {OK: "OK", WARNING: "WARNING", CRITICAL: "CRITICAL", UNKNOWN: "UNKNOWN"}

# What a plugin may print, in bytes, and how long a first line is still read at a glance.
MOST_BYTES: Final = 4096
MOST_FIRST_LINE: Final = 240
MOST_LINE: Final = 400


def plugin_output(checked: HealthCheck) -> str:
    """The first line with performance data, then a line each for the rest: at most 4 KB."""
    lines = [first_line(checked)]
    rest = list(_details(checked))
    room = MOST_BYTES - 24
    for number, line in enumerate(rest):
        shown = _plain(line, MOST_LINE)
        room_after = room - sum(len(one.encode()) + 1 for one in (*lines, shown))
        if room_after < 0:
            lines.append(f"... and {len(rest) - number} more")
            break
        lines.append(shown)
    return "\n".join(lines)


def first_line(checked: HealthCheck) -> str:
    """`CRITICAL - joint selloff 2025-04-21 (weakest leg 1.26σ) | critical=1;...`."""
    perfdata = " ".join((*_perfdata(checked), *_lag_perfdata(checked)))
    return f"{WORDS[checked.code]} - {glance(checked)}" + (f" | {perfdata}" if perfdata else "")


def glance(checked: HealthCheck) -> str:
    """What the first line says, without its word and figures."""
    said = _plain(_reasons(checked), MOST_FIRST_LINE)
    frozen = None if checked.facts is None else checked.facts.frozen_at
    return said if frozen is None else f"clock frozen at {to_text(frozen)}: {said}"


def as_json(checked: HealthCheck) -> dict[str, Any]:
    """The same and all facts as plain values."""
    facts = checked.facts
    return {
        "code": checked.code,
        "status": WORDS[checked.code],
        "at": to_text(checked.at),
        "reasons": list(checked.reasons),
        "troubles": [one.said for one in checked.troubles],
        "alerts": [] if facts is None else [_alert_json(one) for one in facts.alerts],
        "stale_sources": []
        if facts is None
        else [source_line(one) for one in facts.stale.values()],
        "clock_frozen_at": None
        if facts is None or facts.frozen_at is None
        else to_text(facts.frozen_at),
        "last_tick_at": None
        if facts is None or facts.last_tick_at is None
        else to_text(facts.last_tick_at),
        "performance": {} if facts is None else _numbers(checked, facts),
        "standby": None if checked.standby is None else _standby_json(checked.standby, checked),
    }


def _reasons(checked: HealthCheck) -> str:
    """As many reasons as fit, then how many more there are; of a quiet state what was set aside."""
    said, *others = checked.reasons
    for number, reason in enumerate(others):
        longer = f"{said}; {reason}"
        if len(longer) > MOST_FIRST_LINE - 12:
            return f"{said}; +{len(others) - number} more"
        said = longer
    aside = [] if checked.facts is None else [one for one in checked.facts.alerts if one.set_aside]
    if checked.code == OK and aside:
        said += f" ({len(aside)} suppressed: {name_of(aside[0])}, {aside[0].set_aside})"
    return said


def _details(checked: HealthCheck) -> Iterator[str]:
    """The alerts with their headlines, what is wrong beside the reasons, and what is not judged."""
    if checked.facts is None:
        return
    for alert in (*checked.asking, *(one for one in checked.facts.alerts if one.set_aside)):
        aside = f" [{alert.set_aside}]" if alert.set_aside else ""
        yield f"{alert.severity}: {alert.alert_id}{aside}: {alert.headline}"
    said = _reasons(checked)
    for trouble in checked.troubles:
        if trouble.said not in said:
            yield trouble.said
    for source in checked.facts.sources:
        if source.is_failing and not source.is_stale and source_line(source) not in said:
            yield source_line(source)
    for blind in checked.facts.blind:
        if not blind.sources:
            yield f"{in_words(blind.rule_id)}: no data, no enabled source provides {blind.series}"


def _numbers(checked: HealthCheck, facts: HealthFacts) -> dict[str, int]:
    """What is counted: alerts that ask for attention, and how the program does; ages in seconds."""
    asking = checked.asking
    oldest = min((one.oldest_due_at for one in facts.owed), default=checked.at)
    age = checked.at - (facts.last_tick_at or checked.at)
    return {
        "critical": sum(one.severity == "critical" for one in asking),
        "warning": sum(one.severity == "warning" for one in asking),
        "set_aside": sum(bool(one.set_aside) for one in facts.alerts),
        "stale_sources": len(facts.stale),
        "dead_letters": facts.dead,
        "owed": sum(one.messages for one in facts.owed),
        "owed_age": max(_seconds(checked.at - oldest), 0),
        "tick_age": max(_seconds(age), 0),
    }


def _perfdata(checked: HealthCheck) -> Iterator[str]:
    """`label=value[unit];warning;critical;minimum`, each number with what it is judged by."""
    if checked.facts is None:
        return
    limits = checked.limits
    judged = {
        "critical": ("", "", "0"),
        "warning": ("", "0", ""),
        "dead_letters": ("", "", "0"),
        "owed_age": ("s", "", f"{_seconds(limits.delivery_overdue)}"),
        "tick_age": ("s", "", f"{_seconds(limits.tick_overdue)}"),
    }
    for label, value in _numbers(checked, checked.facts).items():
        unit, warning, critical = judged.get(label, ("", "", ""))
        yield f"{label}={value}{unit};{warning};{critical};0"


def _lag_perfdata(checked: HealthCheck) -> Iterator[str]:
    """How far the replica is behind, where there is one."""
    state = checked.standby
    lag = None if state is None else state.lag_s(checked.at)
    if state is not None and lag is not None:
        yield f"replica_lag={lag:.0f}s;{state.lag_warning_s};;0"


def _standby_json(state: StandbyState, checked: HealthCheck) -> dict[str, Any]:
    return {
        "host": state.host_id,
        "leads": state.leads,
        "leader": state.leader,
        "token": state.token,
        "replica_lag_s": state.lag_s(checked.at),
        "replica_proven_at": state.proven_at or None,
        "lost_answers": list(state.lost_answers),
    }


def _alert_json(alert: OpenAlert) -> dict[str, Any]:
    return {
        "id": alert.alert_id,
        "rule": alert.rule_id,
        "severity": alert.severity,
        "provisional": alert.is_provisional,
        "opened_at": to_text(alert.opened_at),
        "headline": alert.headline,
        "measure": alert.measure,
        "measure_unit": alert.measure_unit,
        "set_aside": alert.set_aside,
    }


def _plain(text: str, most: int) -> str:
    """One line without what has a meaning to a monitoring system, cut where it is too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).replace("|", "/").split())
    return line if len(line) <= most else f"{line[: most - 3]}..."


def _seconds(length: timedelta) -> int:
    return int(length.total_seconds())
