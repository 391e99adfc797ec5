"""Rows of alerts, transitions and evaluations as values."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime

from alerts.model import Alert, Transition
from alerts.release import Release
from alerts.states import AlertState, Reason
from rules.model import Signal
from rules.settlement.model import Settlement
from rules.terms import Answer, Kind, Severity
from state.instants import from_text
from state.stored_json import StoredJson

SIGNAL = StoredJson[Signal](Signal)
ALERT = StoredJson[Alert](Alert)
RELEASES = StoredJson[tuple[Release, ...]](tuple[Release, ...])
SETTLEMENT = StoredJson[Settlement](Settlement)
TRANSITION_ALERT = StoredJson[Alert | None](Alert | None)


@dataclass(frozen=True)
class Evaluation:
    """One answer of one rule, without its evidence: that can be judged again from the archive.

    `nearness`: how much of the way to firing, 1 = there; `reason`: why it is unknown, or the number
    that brought a quiet one near and its threshold.
    """

    rule_id: str
    subject: str
    period_end: date
    known_at: datetime
    answer: Answer
    severity: Severity | None
    provisional: bool
    measure: float | None
    measure_unit: str
    reason: str
    nearness: float | None = None


def alert_of(row: sqlite3.Row) -> Alert:
    """The alert of a row of `alerts`."""
    return Alert(
        rule_id=row["rule_id"],
        subject=row["subject"],
        episode=date.fromisoformat(row["episode"]),
        kind=Kind(row["kind"]),
        state=AlertState(row["state"]),
        severity=Severity[row["severity"].upper()],
        provisional=bool(row["provisional"]),
        opened_at=from_text(row["opened_at"]),
        closed_at=None if row["closed_at"] is None else from_text(row["closed_at"]),
        period_end=date.fromisoformat(row["period_end"]),
        known_at=from_text(row["known_at"]),
        ratios=tuple(json.loads(row["ratios"])),
        transitions=row["transitions"],
        acknowledged_by=row["acknowledged_by"],
        acknowledged_until=None
        if row["acknowledged_until"] is None
        else from_text(row["acknowledged_until"]),
    )


def transition_of(row: sqlite3.Row) -> Transition:
    """The transition of a row of `transitions`."""
    return Transition(
        before=TRANSITION_ALERT.read(row["before"]),
        after=ALERT.read(row["after"]),
        reason=Reason(row["reason"]),
        signal=SIGNAL.read(row["signal"]),
        at=from_text(row["at"]),
        late=bool(row["late"]),
        note=row["note"],
        settlement=None if row["settlement"] is None else SETTLEMENT.read(row["settlement"]),
    )


def evaluation_of(row: sqlite3.Row) -> Evaluation:
    """The evaluation of a row of `evaluations`."""
    return Evaluation(
        rule_id=row["rule_id"],
        subject=row["subject"],
        period_end=date.fromisoformat(row["period_end"]),
        known_at=from_text(row["known_at"]),
        answer=Answer(row["answer"]),
        severity=None if row["severity"] is None else Severity[row["severity"].upper()],
        provisional=bool(row["provisional"]),
        measure=row["measure"],
        measure_unit=row["measure_unit"],
        reason=row["reason"],
        nearness=row["nearness"],
    )
