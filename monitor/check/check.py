"""The on-call check: read-only, and light enough to run every minute.

It reads the database with the standard library alone, so that it starts fast and works while the
program writes. The heartbeat, the status page and `check` all ask here whether the program can be
trusted.
"""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, NamedTuple

from monitor.check.backup_issues import backup_troubles
from monitor.check.connection_issues import connection_troubles, followed_text
from monitor.check.limits import DELIVERY_OVERDUE_MINUTES as DELIVERY_OVERDUE_MINUTES
from monitor.check.limits import EVENT_ATTENTION_HOURS as EVENT_ATTENTION_HOURS
from monitor.check.limits import TICK_OVERDUE_MINUTES as TICK_OVERDUE_MINUTES
from monitor.check.limits import CheckFailed as CheckFailed
from monitor.check.limits import Limits as Limits
from monitor.check.measure import measure_text
from monitor.check.queries import HealthFacts, OpenAlert, read_facts
from monitor.check.source_issues import CRITICAL as CRITICAL
from monitor.check.source_issues import OK as OK
from monitor.check.source_issues import UNKNOWN as UNKNOWN
from monitor.check.source_issues import WARNING as WARNING
from monitor.check.source_issues import HealthIssue as HealthIssue
from monitor.check.source_issues import few, source_troubles
from monitor.check.source_issues import in_words as in_words
from monitor.check.source_issues import shortly as shortly
from monitor.check.source_issues import source_line as source_line
from monitor.check.span import span as span
from monitor.check.standby_issues import standby_of, standby_troubles, standing_by_text
from monitor.known_names import did_you_mean
from monitor.renamed_settings import with_new_names
from state.as_of import is_past, look_back
from state.files import left_by_others, unreadable
from state.frozen_clock import frozen_at
from state.instants import to_text
from state.misplaced_files import not_ours, wrong_log
from state.read_only import open_read_only
from state.standby_state import StandbyState

# What cannot be read cannot say anything else; of the rest a critical alert is worth waking for.
WORST_FIRST: Final = (CRITICAL, UNKNOWN, WARNING)


class HealthCheck(NamedTuple):
    """The answer of a check: a Nagios exit code, why, and what is behind it. `facts` is None where
    none could be read."""

    code: int
    reasons: tuple[str, ...]
    troubles: tuple[HealthIssue, ...]
    facts: HealthFacts | None
    limits: Limits
    at: datetime
    standby: StandbyState | None = None

    @property
    def asking(self) -> tuple[OpenAlert, ...]:
        """The alerts that ask for attention, the worst and newest first."""
        found = () if self.facts is None else self.facts.alerts
        asking = (one for one in found if not one.set_aside)
        return tuple(sorted(asking, key=lambda one: one.severity != "critical"))


def settings(config: Path, database: Path | None) -> tuple[Path, Limits, datetime | None]:
    """The database, the limits and where its clock is frozen, by a configuration of which the rest
    is not checked; a database that is named beside it needs none. Raises CheckFailed."""
    found: dict[str, Any] = {}
    try:
        if database is None or config.exists():
            found, _ = with_new_names(tomllib.loads(config.read_text(encoding="utf-8-sig")))
        monitor = found.get("monitor", {})
        path = database or config.parent / found.get("state", {}).get("path", "havenwatch.db")
        limits = Limits(
            timedelta(minutes=monitor.get("tick_overdue_minutes", TICK_OVERDUE_MINUTES)),
            timedelta(minutes=monitor.get("delivery_overdue_minutes", DELIVERY_OVERDUE_MINUTES)),
            timedelta(hours=monitor.get("event_active_hours", EVENT_ATTENTION_HOURS)),
        )
        return path, limits, frozen_at(path)
    except OSError as error:
        raise CheckFailed(
            f"cannot read {config.absolute()} ({error.strerror}); name one with --config, or a "
            "database with --db; to create one: havenwatch init"
        ) from None
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise CheckFailed(f"{config}: {error}; see: havenwatch config check") from None


def check(
    database: Path,
    limits: Limits,
    at: datetime,
    rules: Collection[str] = (),
    *,
    looks_back: bool = False,
) -> HealthCheck:
    """What an on-call person must know of a database at an instant, of some rules or of all.
    `looks_back`: of the database as it was then, where it has gone on.

    UNKNOWN where it is missing, unreadable or its last tick is too old, whatever it says; then
    CRITICAL for a critical alert or a message that does not arrive, UNKNOWN where a rule has no
    fresh data, WARNING for a warning. What somebody acknowledged or silenced, and what another
    alert says, is named but asks for nothing. Raises nothing.
    """
    standby = None if looks_back else standby_of(database)
    if standby is not None and not standby.leads:
        return _standing_by(standby, limits, at)
    try:
        facts = _read(database, limits, at, looks_back=looks_back)
        facts = _only(facts, rules) if rules else facts
    except CheckFailed as failed:
        return unchecked(failed, limits, at)
    own = () if standby is None else tuple(standby_troubles(standby, at))
    troubles = (*_troubles(facts, limits, at), *_in_the_way(database), *own)
    if final := tuple(one.said for one in troubles if one.is_final):
        return HealthCheck(UNKNOWN, final, troubles, facts, limits, at, standby)
    asked = [(CRITICAL if a.severity == "critical" else WARNING, name_of(a)) for a in facts.alerts
             if not a.set_aside and not _is_said(a, facts)]  # fmt: skip
    asked += [(one.code, one.said) for one in troubles]
    left = unacknowledged(facts, are_open=True)
    asked += [(WARNING, left)] if left else []
    quiet = HealthCheck(OK, (_quiet(facts, at),), (), facts, limits, at, standby)
    return _judged(asked, troubles, quiet)


def _judged(
    asked: Sequence[tuple[int, str]], troubles: tuple[HealthIssue, ...], quiet: HealthCheck
) -> HealthCheck:
    """The worst of what asks for attention, or that nothing does."""
    for code in WORST_FIRST:
        reasons = tuple(said for each, said in asked if each == code)
        if reasons:
            return quiet._replace(code=code, reasons=reasons, troubles=troubles)
    return quiet


def _standing_by(state: StandbyState, limits: Limits, at: datetime) -> HealthCheck:
    """The answer of a host that stands by: its database has nothing to say."""
    found = tuple(standby_troubles(state, at))
    quiet = HealthCheck(OK, (standing_by_text(state, at),), (), None, limits, at, state)
    return _judged([(one.code, one.said) for one in found], found, quiet)


def _quiet(facts: HealthFacts, at: datetime) -> str:
    """What is said where nothing asks for attention, and nothing more than is so."""
    said = f"no active alerts, {_fresh(facts)}"
    if facts.followed is not None:
        said += f"; {followed_text(facts.followed, at)}"
    past = unacknowledged(facts, are_open=False)
    return f"{said}; {past}" if past else said


def _fresh(facts: HealthFacts) -> str:
    failing = [one.name for one in facts.sources if one.is_failing]
    return f"data current; failing: {few(failing)}" if failing else "all data current"


def unacknowledged(facts: HealthFacts, *, are_open: bool) -> str:
    """`1 critical and 2 warnings from earlier days unacknowledged ...`, empty where none."""
    counts = Counter[str]()
    for one in facts.unacknowledged:
        if bool(one.is_open) is are_open:
            counts[one.severity] += one.alerts
    if not counts:
        return ""
    said = " and ".join(
        f"{counts[name]} {name}{'s' if name == 'warning' and counts[name] > 1 else ''}"
        for name in ("critical", "warning")
        if name in counts
    )
    return f"{said} from earlier days unacknowledged (havenwatch alerts)"


def unchecked(failed: CheckFailed, limits: Limits, at: datetime) -> HealthCheck:
    """The answer where nothing could be checked: UNKNOWN, and why."""
    trouble = HealthIssue(UNKNOWN, str(failed), is_final=True)
    return HealthCheck(UNKNOWN, (trouble.said,), (trouble,), None, limits, at)


def troubles(database: Path, limits: Limits, at: datetime) -> tuple[str, ...]:
    """Why the program or its data cannot be trusted at an instant; empty where both can. Alerts of
    the market are none, nor is what only deserves a warning."""
    found = check(database, limits, at).troubles
    return tuple(one.said for one in found if one.code != WARNING)


def name_of(alert: OpenAlert) -> str:
    """`joint selloff 2025-04-21 (weakest leg 1.26σ)`: the alert in a few words."""
    subject = "" if alert.subject in ("us", "all") else f", {alert.subject},"
    since = " open since" if alert.is_condition else ""
    notes = [measure_text(alert)] if alert.measure is not None else []
    notes += ["provisional"] if alert.is_provisional else []
    said = f" ({', '.join(notes)})" if notes else ""
    return f"{in_words(alert.rule_id)}{subject}{since} {alert.episode}{said}"


def _read(database: Path, limits: Limits, at: datetime, *, looks_back: bool) -> HealthFacts:
    """The facts. Raises CheckFailed."""
    if not database.exists():
        raise CheckFailed(f"no database at {database}; start it with: havenwatch run")
    try:
        if wrong := wrong_log(database):
            raise CheckFailed(wrong)
        connection = open_read_only(database)
        try:
            if looks_back and is_past(connection, at):
                look_back(connection, at)
            if wrong := not_ours(connection, database):
                raise CheckFailed(wrong)
            return read_facts(connection, at, limits.event_attention)
        finally:
            connection.close()
    except CheckFailed:
        raise
    except Exception as error:  # noqa: BLE001 - damaged pages fail in as many ways as there are
        why = unreadable(database) or str(error)
        raise CheckFailed(f"cannot read {database}: {why}") from None


def _only(facts: HealthFacts, rules: Collection[str]) -> HealthFacts:
    """The facts as far as they are about some rules or about the program. Raises CheckFailed."""
    strange = sorted(set(rules) - facts.rules)
    if strange:
        remedy = did_you_mean(strange[0], facts.rules)
        raise CheckFailed(f"no rule {', '.join(strange)}; {remedy}")
    return facts._replace(
        alerts=tuple(one for one in facts.alerts if one.rule_id in rules),
        blind=tuple(one for one in facts.blind if one.rule_id in rules),
        unacknowledged=tuple(one for one in facts.unacknowledged if one.rule_id in rules),
    )


def _troubles(facts: HealthFacts, limits: Limits, at: datetime) -> Iterator[HealthIssue]:
    if facts.last_tick_at is None:
        yield HealthIssue(
            UNKNOWN, "no evaluation yet; start it with: havenwatch run", is_final=True
        )
        return
    age, last = at - facts.last_tick_at, to_text(facts.last_tick_at)
    if age < -limits.tick_overdue:
        said = f"wrong clock: it is {to_text(at)}, the last evaluation was {last}"
        yield HealthIssue(UNKNOWN, said, is_final=True)
    if age > limits.tick_overdue:
        said = f"no evaluation for {span(age)} (last {last}): is havenwatch running?"
        yield HealthIssue(UNKNOWN, said, is_final=True)
    if facts.dead:
        said = f"{_notifications(facts.dead, 'failed ')}; see: havenwatch outbox"
        yield HealthIssue(CRITICAL, said)
    for owed in facts.owed:
        late = at - owed.oldest_due_at
        if late > limits.delivery_overdue:
            why = f": {owed.problem}" if owed.problem else ""
            count = _notifications(owed.messages)
            said = f"{count} to {owed.channel} pending for {span(late)}{why}"
            yield HealthIssue(CRITICAL, said, (owed.problem,) if owed.problem else ())
    for part in facts.incomplete:
        count = _notifications(part.messages)
        said = f"{count} to {part.channel} delivered in part: {part.problem}"
        yield HealthIssue(WARNING, f"{said}; see: havenwatch outbox", (part.problem,))
    yield from connection_troubles(facts.lost, limits.tick_overdue, at)
    yield from source_troubles(facts)
    yield from backup_troubles(facts.backups, at)


def _notifications(count: int, which: str = "") -> str:
    """`1 failed notification`, `2 notifications`."""
    return f"{count} {which}notification{'' if count == 1 else 's'}"


def _in_the_way(database: Path) -> Iterator[HealthIssue]:
    """Files that another user has left, so that havenwatch cannot write."""
    for said in left_by_others(database):
        yield HealthIssue(UNKNOWN, f"havenwatch cannot write: {said}", is_final=True)


def _is_said(alert: OpenAlert, facts: HealthFacts) -> bool:
    """Whether a source's own trouble says what its alert does."""
    if alert.rule_id == "source_outage":
        return bool(facts.stale)
    return alert.rule_id == "source_health" and alert.subject in facts.stale
