"""From what is known to what is told: every rule, then the lifecycle, then the promises."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from alerts.lifecycle import step
from alerts.model import AlertState, Transition
from alerts.routing import channels_for
from monitor.health_rules import crash_signal, working_signal
from monitor.releases import coming_releases
from monitor.steps import Observe, ignore
from monitor.verdicts import Decided, Verdicts, decide_rule
from rules.model import Kind, Rule, Signal
from state.archive import Archive
from state.database import Database
from state.ledger import Evaluation, Ledger
from state.outbox import Outbox

log = logging.getLogger("havenwatch.decide")

NEVER_LATE = timedelta(days=36500)


class Decide:
    """Decides what became known since the last time, in order, once.

    Live calls it at each tick, replay over the instants of history; both with the same rules,
    lifecycle and ids. `archive` and `ledger` may be of two databases.
    """

    def __init__(
        self,
        archive: Archive,
        decisions: Database,
        rules: Sequence[Rule],
        routes: Mapping[str, Sequence[str]],
        observe: Observe = ignore,
    ):
        self._archive = archive
        self._decisions = decisions
        self._ledger = Ledger(decisions)
        self._outbox = Outbox(decisions)
        self._rules = tuple(rules)
        self._routes = routes
        self._observe = observe

    def start(self, at: datetime) -> None:
        """Take what was known by `at` as history: nothing of it is told.

        A condition that is open then is recorded as open, so that its end will be told; events are
        left in the past. Rules that have decided before are left alone.
        """
        for rule in self._rules:
            if self._ledger.decided_until(rule.rule_id) is not None:
                continue
            history = self._archive.history(rule.series, at)
            verdicts = decide_rule(history, rule, {}, {}, None, at)
            standing = [one.explained() for one in _still_open(verdicts.decided)]
            with self._decisions.immediate() as connection:
                for transition in standing:
                    self._ledger.record_transition(connection, transition, ())
                self._ledger.record_evaluations(connection, _newest(verdicts.evaluations))
                self._ledger.record_progress(connection, rule.rule_id, at)

    def decide(self, at: datetime) -> list[Transition]:
        """Judge everything that became known since and record what follows, rule by rule.

        A rule that crashes decides nothing: its progress stays, it is told as unknown, and the
        signals it missed are judged once when it works again.
        """
        told: list[Transition] = []
        for rule in self._rules:
            since = self._ledger.decided_until(rule.rule_id)
            if not self._archive.has_news(rule.series, since):
                continue
            try:
                verdicts = self._judge(rule, since, at)
            except Exception as error:
                log.exception("rule %s crashed; its answer is unknown", rule.rule_id)
                told += self.step_health([crash_signal(rule.rule_id, error, at)])
                continue
            self._observe(f"judged {rule.rule_id}")
            told += self.step_health([working_signal(rule.rule_id, at)])
            told += self._record(rule, verdicts, at)
            self._observe(f"decided {rule.rule_id}")
        return told

    def step_health(self, signals: Iterable[Signal]) -> list[Transition]:
        """Record what signals about the program itself cause: conditions judged at each tick."""
        told: list[Transition] = []
        for rule_id, group in groupby(signals, key=lambda signal: signal.rule_id):
            latest = {alert.subject: alert for alert in self._ledger.alerts(rule_id)}
            for signal in group:
                alert = latest.get(signal.subject)
                transition = step(alert, signal, Kind.CONDITION, NEVER_LATE)
                if transition is None:
                    continue
                with self._decisions.immediate() as connection:
                    self._record_one(connection, transition)
                told.append(transition)
        return told

    def _judge(self, rule: Rule, since: datetime | None, at: datetime) -> Verdicts:
        alerts = {
            (alert.subject, alert.episode): alert for alert in self._ledger.alerts(rule.rule_id)
        }
        through = self._ledger.judged_through(rule.rule_id)
        history = self._archive.history(rule.series, at, since)
        return decide_rule(history, rule, alerts, through, since, at)

    def _record(self, rule: Rule, verdicts: Verdicts, at: datetime) -> list[Transition]:
        transitions = [one.explained() for one in verdicts.decided]
        with self._decisions.immediate() as connection:
            for transition in transitions:
                self._record_one(connection, transition)
            self._ledger.record_evaluations(connection, verdicts.evaluations)
            self._ledger.record_progress(connection, rule.rule_id, at)
        return transitions

    def _record_one(self, connection: sqlite3.Connection, transition: Transition) -> None:
        releases = coming_releases(transition.signal)
        told = self._outbox.channels_told(transition.after.alert_id)
        self._ledger.record_transition(connection, transition, releases)
        self._outbox.promise_transition(
            connection,
            transition.transition_id,
            channels_for(transition, self._routes, told),
            transition.signal.known_at,
        )


def _still_open(decided: Sequence[Decided]) -> list[Decided]:
    """Of each condition open at the end, its transitions; of everything else, nothing."""
    last = {one.outline.after.alert_id: one.outline.after for one in decided}
    return [
        one
        for one in decided
        if one.outline.after.kind is Kind.CONDITION
        and last[one.outline.after.alert_id].state is AlertState.OPEN
    ]


def _newest(evaluations: Sequence[Evaluation]) -> list[Evaluation]:
    """The answer to the newest period of each subject."""
    newest: dict[str, Evaluation] = {}
    for one in evaluations:
        if one.subject not in newest or one.period_end >= newest[one.subject].period_end:
            newest[one.subject] = one
    return list(newest.values())
