"""The alerts of a scratch database, acknowledged, silenced and escalated as a desk would."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from alerts.lifecycle import step
from alerts.model import Alert, Transition
from alerts.routing import Terms
from monitor.evaluate.alert_actions import AlertActions
from monitor.evaluate.escalation import TimedActions
from monitor.evaluate.notification_policy import NotificationPolicy
from rules.model import Signal
from rules.terms import Answer, Kind, Severity
from state.alert_store import AlertStore
from state.database import Database
from state.outbox import Outbox
from tests.support import signal, utc

AT = utc("2025-04-10 22:30")


ZONE = ZoneInfo("America/New_York")


ROUTES = {"warning": ["slack"], "critical": ["slack"], "operational": ["slack"]}


RULES = ("joint_selloff", "haven_failure", "term_premium_jump", "source_health")


def subjects_of(rule: str) -> list[str]:
    """Those of the rules of these tests."""
    return ["acm", "kim_wright"] if rule == "term_premium_jump" else ["us", "acm", "china"]


class Desk:
    """The recording, the answers and the follow-up of one database, a scratch one unless a file is
    named."""

    path: Path | None = None

    def __init__(self, **terms: object):
        self.database = Database(self.path)
        self.alert_store, self.outbox = AlertStore(self.database), Outbox(self.database)
        made = Terms(
            routes=ROUTES,
            zone=ZONE,
            inhibited_by={"haven_failure": ["joint_selloff"]},
            flap_window=timedelta(hours=24),
        )
        self.recording = NotificationPolicy(self.database, (), replace(made, **terms))  # type: ignore[arg-type]
        self.answers = AlertActions(
            self.database, self.recording, RULES, timedelta(hours=4), ZONE, subjects_of
        )
        self.follow_up = TimedActions(
            self.database,
            self.recording,
            ["pager"],
            timedelta(minutes=30),
            timedelta(hours=24),
            timedelta(hours=2),
            ZONE,
        )

    def see(self, one: Signal, kind: Kind = Kind.CONDITION) -> Transition | None:
        """Judge a signal as the program does; the transition it made."""
        alert = self.alert_store.latest(one.rule_id, one.subject)
        if kind is Kind.EVENT and alert is not None and alert.episode != one.period_end:
            alert = None
        transition = step(alert, one, kind, timedelta(days=3), timedelta(days=30))
        if transition is not None:
            with self.database.immediate() as connection:
                self.recording.record(connection, transition)
        return transition

    def told(self) -> list[str]:
        """Every delivery owed: transition, channel, from when on."""
        return [f"{one.transition_id} {one.channel}" for one in self.outbox.unsettled()]

    def alert(self, alert_id: str) -> Alert:
        found = self.alert_store.alert(alert_id)
        assert found is not None
        return found


def jump(hours: float = 0, answer: Answer = Answer.FIRING, **settings: object) -> Signal:
    """The term premium, so many hours after it opened."""
    moment = AT + timedelta(hours=hours)
    made = {"rule_id": "term_premium_jump", "subject": "acm", "period": date(2025, 4, 10)}
    return signal(answer, known_at=moment, **{**made, **settings})  # type: ignore[arg-type]


JUMP = "term_premium_jump/acm/2025-04-10"


def silence(desk: Desk, rule: str = "term_premium_jump", subject: str | None = None) -> str:
    return desk.answers.silence(rule, subject, AT + timedelta(hours=2), "Ann", "auction", AT)


def crossings(desk: Desk, count: int, minutes: float = 5, **settings: object) -> datetime:
    """So many openings and closings; when the last one was."""
    for number in range(count):
        answer = Answer.QUIET if number % 2 else Answer.FIRING
        # A condition that opens again is a new episode, however near the one before.
        period = date(2025, 4, 10) + timedelta(days=number // 2)
        desk.see(jump(number * minutes / 60, answer, period=period, **settings))
    return AT + timedelta(minutes=(count - 1) * minutes)


def haven(severity: Severity, known_at: datetime = AT) -> Signal:
    return signal(severity=severity, rule_id="haven_failure", known_at=known_at)
