"""Decisions: evaluations, alerts and their transitions (an acknowledgement is one), and how far
each rule has decided."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from alerts.model import Alert, Transition
from alerts.release import Release
from rules.model import Signal
from rules.terms import Answer
from state.alert_rows import (
    ALERT,
    RELEASES,
    SETTLEMENT,
    SIGNAL,
    TRANSITION_ALERT,
    Evaluation,
    alert_of,
    evaluation_of,
    transition_of,
)
from state.database import Database
from state.instants import from_text, to_text
from state.latest_evaluation import NEWEST_EVALUATIONS


class AlertStore:
    """The decisions of one database."""

    def __init__(self, database: Database):
        self._database = database

    def decided_until(self, rule_id: str) -> datetime | None:
        """The instant up to which a rule's signals have been decided, or None at the start."""
        row = self._database.connection.execute(
            "SELECT decided_until FROM rule_progress WHERE rule_id = ?", (rule_id,)
        ).fetchone()
        return None if row is None else from_text(row["decided_until"])

    def progress(self) -> dict[str, datetime]:
        """The same of every rule that has decided."""
        rows = self._database.connection.execute("SELECT * FROM rule_progress")
        return {row["rule_id"]: from_text(row["decided_until"]) for row in rows}

    def first_recorded(self) -> dict[str, datetime]:
        """When each rule's first answer that is still stored was recorded."""
        rows = self._database.connection.execute(
            "SELECT rule_id, min(coalesce(recorded_at, known_at)) AS first FROM evaluations "
            "GROUP BY rule_id"
        )
        return {row["rule_id"]: from_text(row["first"]) for row in rows}

    def judged_through(self, rule_id: str) -> dict[str, date]:
        """The last period judged, for each subject of a rule."""
        rows = self._database.connection.execute(
            "SELECT subject, max(period_end) AS through FROM evaluations WHERE rule_id = ? "
            "GROUP BY subject",
            (rule_id,),
        )
        return {row["subject"]: date.fromisoformat(row["through"]) for row in rows}

    def alerts(self, rule_id: str | None = None) -> list[Alert]:
        """All alerts, or those of one rule, in the order in which they opened."""
        # Two statements: with one for both SQLite reads the alerts of all rules for those of one.
        return self._alerts("rule_id = ?", rule_id) if rule_id else self._alerts("true")

    def open_alerts(self, rule_id: str | None = None) -> list[Alert]:
        """The open alerts of all rules, or of one, in the order in which they opened."""
        return self._alerts("state = 'open' AND rule_id = coalesce(?, rule_id)", rule_id)

    def newest_alerts(self, rule_id: str) -> dict[str, Alert]:
        """The alert of the newest episode of each subject of a rule."""
        newest = "SELECT subject, max(episode) FROM alerts WHERE rule_id = ?1 GROUP BY subject"
        found = self._alerts(f"rule_id = ?1 AND (subject, episode) IN ({newest})", rule_id)
        return {alert.subject: alert for alert in found}

    def _alerts(self, wanted: str, *values: str | None) -> list[Alert]:
        rows = self._database.connection.execute(
            f"SELECT * FROM alerts WHERE {wanted} ORDER BY opened_at, alert_id", values
        )
        return [alert_of(row) for row in rows]

    def alerts_at(self, at: datetime, since: datetime) -> list[Alert]:
        """The alerts that opened by an instant, as their last change by then left them; without
        conditions that had ended by `since` and events that opened before it."""
        rows = self._database.connection.execute(
            "SELECT after FROM transitions WHERE rowid IN (SELECT max(transitions.rowid) "
            "FROM alerts CROSS JOIN transitions USING (alert_id) WHERE transitions.at <= ?1 AND "
            "(opened_at >= ?2 OR kind = 'condition' AND ifnull(closed_at, ?2) >= ?2) "
            "GROUP BY alert_id) ORDER BY rowid",
            (to_text(at), to_text(since)),
        )
        return [ALERT.read(row["after"]) for row in rows]

    def alert(self, alert_id: str) -> Alert | None:
        """One alert, or None."""
        return next(iter(self._alerts("alert_id = ?", alert_id)), None)

    def latest(self, rule_id: str, subject: str) -> Alert | None:
        """The latest alert of a rule's subject, or None."""
        return self.newest_alerts(rule_id).get(subject)

    def open_alerts_of(self, rule_id: str, period_end: date) -> list[Alert]:
        """The open alerts of a rule that were last judged by a period."""
        wanted = "rule_id = ? AND period_end = ? AND state = 'open'"
        return self._alerts(wanted, rule_id, period_end.isoformat())

    def transition(self, transition_id: str) -> tuple[Transition, tuple[Release, ...]]:
        """A stored transition and the releases that were coming when it was decided."""
        row = self._database.connection.execute(
            "SELECT * FROM transitions WHERE transition_id = ?", (transition_id,)
        ).fetchone()
        return transition_of(row), RELEASES.read(row["releases"])

    def transitions(
        self, after: datetime, until: datetime
    ) -> list[tuple[Transition, tuple[Release, ...]]]:
        """The transitions in (after, until], oldest first, each with its coming releases."""
        rows = self._database.connection.execute(
            "SELECT * FROM transitions WHERE at > ? AND at <= ? ORDER BY at, transition_id",
            (to_text(after), to_text(until)),
        )
        return [(transition_of(row), RELEASES.read(row["releases"])) for row in rows]

    def transitions_of(self, alert_id: str) -> list[tuple[Transition, tuple[Release, ...]]]:
        """The transitions of one alert, oldest first, each with its coming releases."""
        rows = self._database.connection.execute(
            "SELECT * FROM transitions WHERE alert_id = ? ORDER BY rowid", (alert_id,)
        )
        return [(transition_of(row), RELEASES.read(row["releases"])) for row in rows]

    def last_firing_signal(self, alert_id: str) -> Signal | None:
        """The signal of an alert's latest transition that fired: what it was told with."""
        rows = self._database.connection.execute(
            "SELECT signal FROM transitions WHERE alert_id = ? ORDER BY rowid DESC", (alert_id,)
        )
        for row in rows:
            signal = SIGNAL.read(row["signal"])
            if signal.answer is Answer.FIRING:
                return signal
        return None

    def opened_by(self, alert_id: str) -> str:
        """The definition of its rule that opened an alert; empty where that was not stored."""
        row = self._database.connection.execute(
            "SELECT definition FROM transitions WHERE alert_id = ? ORDER BY rowid LIMIT 1",
            (alert_id,),
        ).fetchone()
        return "" if row is None else str(row["definition"])

    def latest_evaluations(self) -> list[Evaluation]:
        """For each rule and subject, the newest answer to the newest period."""
        rows = self._database.connection.execute(NEWEST_EVALUATIONS)
        return [evaluation_of(row) for row in rows]

    def evaluations(self, after: datetime, until: datetime) -> list[Evaluation]:
        """The answers that became known in (after, until]."""
        rows = self._database.connection.execute(
            "SELECT * FROM evaluations WHERE known_at > ? AND known_at <= ? "
            "ORDER BY known_at, rule_id, subject, period_end",
            (to_text(after), to_text(until)),
        )
        return [evaluation_of(row) for row in rows]

    def open_counts(self) -> dict[tuple[str, str], int]:
        """How many alerts are open, by rule and severity."""
        rows = self._database.connection.execute(
            "SELECT rule_id, severity, count(*) AS count FROM alerts WHERE state = 'open' "
            "GROUP BY rule_id, severity"
        )
        return {(row["rule_id"], row["severity"]): row["count"] for row in rows}

    def evaluations_of(self, rule_id: str, subject: str) -> list[Evaluation]:
        """Every answer to one subject of a rule, by period; of a period the newest last."""
        rows = self._database.connection.execute(
            "SELECT * FROM evaluations WHERE rule_id = ? AND subject = ? "
            "ORDER BY period_end, known_at",
            (rule_id, subject),
        )
        return [evaluation_of(row) for row in rows]

    def record_evaluations(
        self,
        connection: sqlite3.Connection,
        evaluations: Iterable[Evaluation],
        at: datetime | None = None,
    ) -> None:
        """Store answers; one already stored for the same period and instant is left as it is.
        `at`: now, where that may be later than when their numbers were known."""
        connection.executemany(
            "INSERT OR IGNORE INTO evaluations VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    one.rule_id,
                    one.subject,
                    one.period_end.isoformat(),
                    to_text(one.known_at),
                    one.answer.value,
                    None if one.severity is None else one.severity.label,
                    int(one.provisional),
                    one.measure,
                    one.measure_unit,
                    one.reason,
                    one.nearness,
                    _later(at, one.known_at),
                )
                for one in evaluations
            ],
        )

    def record_transition(
        self,
        connection: sqlite3.Connection,
        transition: Transition,
        releases: Sequence[Release],
        at: datetime | None = None,
        definition: str = "",
    ) -> None:
        """Store the alert as it now is and the transition that made it so. `at`: now, where that
        may be later than when it happened; `definition`: which one of its rule made it."""
        after, settled = transition.after, transition.settlement
        connection.execute(
            f"INSERT INTO alerts VALUES ({','.join('?' * 16)}) "
            "ON CONFLICT (alert_id) DO UPDATE SET state = excluded.state, "
            "severity = excluded.severity, provisional = excluded.provisional, "
            "closed_at = excluded.closed_at, period_end = excluded.period_end, "
            "known_at = excluded.known_at, ratios = excluded.ratios, "
            "transitions = excluded.transitions, "
            "acknowledged_by = excluded.acknowledged_by, "
            "acknowledged_until = excluded.acknowledged_until",
            (
                after.alert_id,
                after.rule_id,
                after.subject,
                after.episode.isoformat(),
                after.kind.value,
                after.state.value,
                after.severity.label,
                int(after.provisional),
                to_text(after.opened_at),
                None if after.closed_at is None else to_text(after.closed_at),
                after.period_end.isoformat(),
                to_text(after.known_at),
                json.dumps(after.ratios),
                after.transitions,
                after.acknowledged_by,
                None if after.acknowledged_until is None else to_text(after.acknowledged_until),
            ),
        )
        connection.execute(
            "INSERT INTO transitions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?, ?, ?)",
            (
                transition.transition_id,
                after.alert_id,
                to_text(transition.at),
                transition.reason.value,
                TRANSITION_ALERT.write(transition.before),
                ALERT.write(after),
                SIGNAL.write(transition.signal),
                RELEASES.write(tuple(releases)),
                int(transition.late),
                transition.note,
                _later(at, transition.at),
                None if settled is None else SETTLEMENT.write(settled),
                definition,
            ),
        )

    def record_escalated(
        self, connection: sqlite3.Connection, transition_id: str, at: datetime
    ) -> None:
        """Note that the second channel was told, inside the caller's transaction."""
        connection.execute(
            "UPDATE transitions SET escalated_at = ? WHERE transition_id = ?",
            (to_text(at), transition_id),
        )

    def record_progress(
        self, connection: sqlite3.Connection, rule_id: str, decided_until: datetime
    ) -> None:
        """Store how far a rule has decided."""
        connection.execute(
            "INSERT INTO rule_progress VALUES (?, ?) "
            "ON CONFLICT (rule_id) DO UPDATE SET decided_until = excluded.decided_until",
            (rule_id, to_text(decided_until)),
        )

    def forget_progress(self, connection: sqlite3.Connection, rule_id: str) -> None:
        """Forget how far a rule has decided: it begins anew, should it come back."""
        connection.execute("DELETE FROM rule_progress WHERE rule_id = ?", (rule_id,))


def _later(recorded_at: datetime | None, at: datetime) -> str | None:
    """When something was recorded, None where that was when it happened."""
    return None if recorded_at is None or recorded_at == at else to_text(recorded_at)
