"""What the on-call check reads of a database: all of it in one snapshot, with SQL alone.

Nothing here imports more than the standard library, and what it gives are named tuples, which are
made faster than dataclasses: a check is a process.
"""

from __future__ import annotations

import sqlite3
from datetime import datetime, timedelta
from typing import NamedTuple

from monitor.check.connection_facts import Followed, LostConnection, read_followed, read_lost
from state.as_of import NOT_RECORDED
from state.backup_state import BackupState, read_backup_state
from state.frozen_clock import read_frozen_at
from state.instants import from_text, to_text

# So long an event that ended unacknowledged is counted still.
PAST_SHOWN = timedelta(days=30)


class OpenAlert(NamedTuple):
    """A warning or critical alert that is open.

    `measure`: the number it was judged by last, named `measure_label` where it has a name.
    `set_aside`: why nobody need look at it now, empty where somebody must.
    """

    alert_id: str
    rule_id: str
    subject: str
    episode: str
    is_condition: bool
    severity: str
    is_provisional: bool
    opened_at: datetime
    headline: str
    measure: float | None
    measure_unit: str
    measure_label: str
    set_aside: str


class KnownSource(NamedTuple):
    """A source as last seen; `is_stale`: something newer was due, or nothing has ever come.
    `failing_since`: since when every answer was refused or none came, empty where it is well."""

    name: str
    state: str
    problem: str
    newest_period: str
    is_stale: bool
    stale_at: str
    has_answered: bool
    failing_since: str

    @property
    def is_failing(self) -> bool:
        """Whether its last answer was refused, or none came."""
        return bool(self.failing_since)


class Owed(NamedTuple):
    """Messages of one channel that should have arrived by now."""

    channel: str
    messages: int
    oldest_due_at: datetime
    problem: str


class RuleWithoutData(NamedTuple):
    """A rule that cannot judge: none of the sources that give a needed series is fresh, or none is
    there at all."""

    rule_id: str
    series: str
    sources: tuple[str, ...]


class Unacknowledged(NamedTuple):
    """Dated events of a rule, of earlier days, that nobody acknowledged; those not open have ended
    so lately."""

    rule_id: str
    severity: str
    is_open: bool
    alerts: int


class Incomplete(NamedTuple):
    """Messages of one channel that arrived but for a part, which nobody has seen to yet."""

    channel: str
    messages: int
    problem: str


class HealthFacts(NamedTuple):
    """Everything a check weighs. `deciding`: the sources that a rule needs; `frozen_at`: where the
    clock of a finished database is frozen, None of one that goes on."""

    last_tick_at: datetime | None
    alerts: tuple[OpenAlert, ...]
    sources: tuple[KnownSource, ...]
    blind: tuple[RuleWithoutData, ...]
    dead: int
    owed: tuple[Owed, ...]
    lost: tuple[LostConnection, ...]
    rules: frozenset[str]
    deciding: frozenset[str]
    unacknowledged: tuple[Unacknowledged, ...]
    incomplete: tuple[Incomplete, ...]
    frozen_at: datetime | None = None
    backups: BackupState = BackupState()
    followed: Followed | None = None

    @property
    def stale(self) -> dict[str, KnownSource]:
        """The sources that are stale, by name."""
        return {one.name: one for one in self.sources if one.is_stale}


def read_facts(connection: sqlite3.Connection, at: datetime, attention: timedelta) -> HealthFacts:
    """The facts at an instant, of one state of the database; a dated event is among its alerts for
    so long as it asks for attention. Raises sqlite3.Error."""
    known = {
        "at": to_text(at),
        "since": to_text(at - attention),
        "month": to_text(at - PAST_SHOWN),
    }
    connection.execute("BEGIN")
    try:
        beat = connection.execute("SELECT last_tick_at FROM heartbeat").fetchone()
        return HealthFacts(
            last_tick_at=None if beat is None else from_text(beat["last_tick_at"]),
            alerts=tuple(_alert(row) for row in connection.execute(ALERTS, known)),
            sources=tuple(_source(row, at) for row in connection.execute(SOURCES, known)),
            blind=tuple(_blind(row) for row in connection.execute(BLIND, known)),
            dead=int(connection.execute(DEAD).fetchone()[0]),
            owed=tuple(_owed(row) for row in connection.execute(OWED, known)),
            lost=read_lost(connection),
            incomplete=tuple(Incomplete(*row[:3]) for row in connection.execute(INCOMPLETE)),
            rules=frozenset(row["rule_id"] for row in connection.execute(RULES)),
            deciding=frozenset(row["source"] for row in connection.execute(DECIDING)),
            frozen_at=read_frozen_at(connection),
            backups=read_backup_state(connection),
            followed=read_followed(connection),
            unacknowledged=tuple(
                Unacknowledged(*row) for row in connection.execute(UNACKNOWLEDGED, known)
            ),
        )
    finally:
        connection.rollback()


# The number of the newest judgement, and the words of the newest transition that fired. A number's
# name is the one it has as evidence against a threshold.
ALERTS = """
    WITH asking AS (
        SELECT * FROM alerts
        WHERE state = 'open' AND kind = 'condition' AND severity IN ('warning', 'critical')
        UNION ALL SELECT * FROM alerts
        WHERE state = 'open' AND kind = 'event' AND severity IN ('warning', 'critical')
        AND opened_at > :since
    ), firing AS (
        SELECT alert_id, max(transitions.rowid) AS last
        FROM asking JOIN transitions USING (alert_id)
        WHERE json_extract(signal, '$.answer') = 'firing' GROUP BY alert_id
    )
    SELECT a.*, e.measure, e.measure_unit,
        json_extract(t.signal, '$.explained.headline') AS headline,
        (SELECT json_extract(one.value, '$.label')
            FROM json_each(t.signal, '$.explained.evidence') AS one
            WHERE json_extract(one.value, '$.unit') = e.measure_unit
            AND abs(json_extract(one.value, '$.value') - e.measure) < 1e-9
            AND json_extract(one.value, '$.threshold') IS NOT NULL LIMIT 1) AS measure_label,
        (SELECT 'inhibited by ' || w.behind FROM withheld w JOIN transitions USING (transition_id)
            WHERE alert_id = a.alert_id AND w.why = 'inhibited' LIMIT 1) AS said_by,
        (SELECT 'silenced by ' || s.made_by || ' until ' || s.until FROM silences s
            WHERE s.rule_id = a.rule_id AND (s.subject IS NULL OR s.subject = a.subject)
            AND s.made_at <= :at AND s.until > :at AND s.ended_at IS NULL LIMIT 1) AS silenced,
        CASE WHEN a.acknowledged_by <> ''
            AND (a.acknowledged_until IS NULL OR a.acknowledged_until > :at)
            THEN 'acknowledged by ' || a.acknowledged_by END AS acknowledged
    FROM asking a
    LEFT JOIN firing USING (alert_id)
    LEFT JOIN transitions t ON t.rowid = firing.last
    LEFT JOIN evaluations e ON e.rule_id = a.rule_id AND e.subject = a.subject
        AND e.period_end = a.period_end AND e.known_at = a.known_at
    ORDER BY a.opened_at DESC, a.alert_id"""

# What no program noted yet, one of before, has failed since its last try at least.
SOURCES = f"""
    SELECT *, CASE WHEN state NOT IN ('OK', '{NOT_RECORDED}') THEN coalesce(
        (SELECT min(changed_at) FROM source_health_changes AS noted
         WHERE noted.source = health.source AND changed_at <= :at
         AND changed_at > coalesce(last_success_at, '')), last_attempt_at) END AS failing_since
    FROM source_health AS health ORDER BY source"""

DECIDING = "SELECT DISTINCT source FROM rule_needs WHERE source <> ''"

# Dated events of earlier days that nobody acknowledged: those open still, and those of the last
# month that ended so.
UNACKNOWLEDGED = """
    SELECT rule_id, severity, state = 'open' AS is_open, count(*) AS count FROM alerts
    WHERE severity IN ('warning', 'critical') AND acknowledged_by = '' AND kind = 'event'
    AND state IN ('open', 'past') AND opened_at <= :since AND (state = 'open' OR opened_at > :month)
    AND alert_id NOT IN (SELECT alert_id FROM withheld JOIN transitions USING (transition_id)
                         WHERE why = 'inhibited')
    GROUP BY 1, 2, 3"""

BLIND = """
    SELECT rule_id, series, group_concat(source) AS sources
    FROM rule_needs LEFT JOIN source_health USING (source)
    GROUP BY rule_id, series
    HAVING NOT coalesce(max(last_success_at IS NOT NULL AND stale_at >= :at), 0)
    ORDER BY rule_id, series"""

DEAD = "SELECT count(*) FROM deliveries WHERE status = 'dead'"

# Bare columns beside min() come from the row that has the minimum.
OWED = """
    SELECT channel, count(*) AS count, min(due_at) AS oldest, problem FROM deliveries
    WHERE status IN ('due', 'sending') AND due_at <= :at GROUP BY channel ORDER BY oldest"""

# The problem is the newest's.
INCOMPLETE = """
    SELECT channel, count(*), problem, max(delivery_id) FROM deliveries
    WHERE status = 'sent' AND problem IS NOT NULL AND is_remark_seen = 0
    GROUP BY channel ORDER BY channel"""

# From one rule of `alerts` to the next by its index: there are thousands of alerts and few rules.
RULES = """
    WITH RECURSIVE named (rule_id) AS (
        SELECT min(rule_id) FROM alerts
        UNION ALL
        SELECT (SELECT min(rule_id) FROM alerts WHERE rule_id > named.rule_id)
        FROM named WHERE rule_id IS NOT NULL
    )
    SELECT rule_id FROM named WHERE rule_id IS NOT NULL UNION SELECT rule_id FROM rule_progress"""


def _alert(row: sqlite3.Row) -> OpenAlert:
    return OpenAlert(
        alert_id=row["alert_id"],
        rule_id=row["rule_id"],
        subject=row["subject"],
        episode=row["episode"],
        is_condition=row["kind"] == "condition",
        severity=row["severity"],
        is_provisional=bool(row["provisional"]),
        opened_at=from_text(row["opened_at"]),
        headline=row["headline"] or "",
        measure=row["measure"],
        measure_unit=row["measure_unit"] or "",
        measure_label=row["measure_label"] or "",
        set_aside=row["acknowledged"] or row["silenced"] or row["said_by"] or "",
    )


def _source(row: sqlite3.Row, at: datetime) -> KnownSource:
    has_answered = row["last_success_at"] is not None
    return KnownSource(
        name=row["source"],
        state=row["state"],
        problem=row["problem"],
        newest_period=row["newest_period"] or "",
        is_stale=not has_answered or row["stale_at"] < to_text(at),
        stale_at=row["stale_at"],
        has_answered=has_answered,
        failing_since=row["failing_since"] or "",
    )


def _blind(row: sqlite3.Row) -> RuleWithoutData:
    sources = tuple(one for one in row["sources"].split(",") if one)
    return RuleWithoutData(row["rule_id"], row["series"], sources)


def _owed(row: sqlite3.Row) -> Owed:
    return Owed(row["channel"], row["count"], from_text(row["oldest"]), row["problem"] or "")
