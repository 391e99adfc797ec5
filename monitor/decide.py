"""From what is known to what is told: every rule, then the lifecycle, then the promises."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby

import numpy as np

from alerts.lifecycle import step
from alerts.model import Alert, AlertState, Transition
from alerts.routing import channels_for
from monitor.calendars import local_date
from monitor.releases import coming_releases
from monitor.steps import Observe, ignore
from rules.model import Answer, Explained, Judged, Kind, Rule, Severity, Signal, to_date, to_instant
from rules.panel import BEGINNING, History, to_second
from state.archive import Archive
from state.database import Database
from state.ledger import Evaluation, Ledger
from state.outbox import Outbox

log = logging.getLogger("havenwatch.decide")

Row = tuple[Judged, int]

NEVER_LATE = timedelta(days=36500)
NEVER_ANSWERED = -2


@dataclass(frozen=True)
class Decided:
    """A transition and the judged row behind it, whose words are written only when needed."""

    outline: Transition
    judged: Judged
    row: int

    def explained(self) -> Transition:
        """The transition with its signal's words and evidence."""
        return replace(self.outline, signal=self.judged.signal(self.row))


@dataclass(frozen=True)
class Verdicts:
    """What deciding one rule over a span of time gave, in order of knowing."""

    decided: tuple[Decided, ...]
    evaluations: tuple[Evaluation, ...]


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
                told += self.step_health([_crash_signal(rule.rule_id, error, at)])
                continue
            self._observe(f"judged {rule.rule_id}")
            told += self.step_health([_working_signal(rule.rule_id, at)])
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


def decide_rule(
    history: History,
    rule: Rule,
    alerts: Mapping[tuple[str, date], Alert],
    judged_through: Mapping[str, date],
    since: datetime | None,
    until: datetime,
) -> Verdicts:
    """The transitions and answers that became known in (since, until], in order of knowing.

    Pure. `alerts` by subject and episode, as they stood at `since`; `judged_through` the last
    period judged for each subject by then.
    """
    through = dict(judged_through)
    latest = {
        _place(rule.kind, subject, episode): alerts[subject, episode]
        for subject, episode in sorted(alerts)
    }
    decided: list[Decided] = []
    evaluations: list[Evaluation] = []
    earlier = _Earlier(history, rule, since)
    start = since
    for point in history.turning_points(since, until):
        if not history.knows_between(start, point):
            continue
        answers = rule.judge(history.as_of(point))
        for judged, row in _fresh_rows(answers, start, point):
            signal = judged.outline(row)
            last = through.get(signal.subject)
            is_new = last is None or signal.period_end > last
            if rule.kind is Kind.CONDITION and not is_new and signal.period_end != last:
                continue
            through[signal.subject] = signal.period_end if last is None or is_new else last
            place = _place(rule.kind, signal.subject, signal.period_end)
            alert = latest.get(place)
            code = int(judged.severity[row])
            if not is_new and alert is None and code <= earlier.severity(signal):
                # A number behind an old answer was corrected and the answer is what it was.
                continue
            earlier.note(signal, code)
            evaluations.append(_evaluation(judged, row, signal))
            transition = step(alert, signal, rule.kind, rule.prompt_within)
            if transition is not None:
                decided.append(Decided(transition, judged, row))
                latest[place] = transition.after
        earlier.replace(answers)
        start = point
    return Verdicts(tuple(decided), tuple(evaluations))


class _Earlier:
    """What was answered for a period before: a correction that changes no answer tells nothing."""

    def __init__(self, history: History, rule: Rule, since: datetime | None):
        self._history, self._rule, self._since = history, rule, since
        self._answers: Sequence[Judged] | None = () if since is None else None
        self._noted: dict[tuple[str, date], int] = {}

    def severity(self, signal: Signal) -> int:
        """The code of the answer before this signal; below every code where there was none."""
        noted = self._noted.get((signal.subject, signal.period_end))
        if noted is not None:
            return noted
        if self._answers is None:
            assert self._since is not None
            self._answers = self._rule.judge(self._history.as_of(self._since))
        mine = (one for one in self._answers if one.subject == signal.subject)
        found = next((one.severity_of(signal.period_end) for one in mine), None)
        return NEVER_ANSWERED if found is None else found

    def note(self, signal: Signal, code: int) -> None:
        """Remember an answer decided in this stretch."""
        self._noted[signal.subject, signal.period_end] = code

    def replace(self, answers: Sequence[Judged]) -> None:
        """From now on, these are the answers before."""
        self._answers = answers
        self._noted.clear()


def _place(kind: Kind, subject: str, period: date) -> tuple[str, date | None]:
    """Where the alert of a signal is found: by period for an event, the latest for a condition."""
    return (subject, period if kind is Kind.EVENT else None)


def _fresh_rows(judged: Sequence[Judged], since: datetime | None, until: datetime) -> Iterable[Row]:
    """The rows known in (since, until], of all subjects, by when they were known and by period."""
    rows: list[tuple[datetime, date, str, Row]] = []
    for one in judged:
        low = BEGINNING if since is None else to_second(since)
        for row in np.flatnonzero((one.known_at > low) & (one.known_at <= to_second(until))):
            place = int(row)
            key = (to_instant(one.known_at[place]), to_date(one.period_end[place]), one.subject)
            rows.append((*key, (one, place)))
    rows.sort(key=lambda item: item[:3])
    return (row for *_, row in rows)


def _evaluation(judged: Judged, row: int, signal: Signal) -> Evaluation:
    measure = float(judged.measure[row])
    unknown = signal.answer is Answer.UNKNOWN
    return Evaluation(
        rule_id=signal.rule_id,
        subject=signal.subject,
        period_end=signal.period_end,
        known_at=signal.known_at,
        answer=signal.answer,
        severity=signal.severity,
        provisional=signal.provisional,
        measure=None if np.isnan(measure) else measure,
        measure_unit=judged.measure_unit,
        reason=judged.explain(row).headline if unknown else "",
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


def _crash_signal(rule_id: str, error: Exception, at: datetime) -> Signal:
    return _rule_signal(
        rule_id,
        at,
        Answer.FIRING,
        Explained(
            headline=f"Rule {rule_id} crashed ({type(error).__name__}): its answer is unknown.",
            caveat="No alert of this rule is opened or closed until it works again; the signals "
            "missed meanwhile are judged then.",
        ),
    )


def _working_signal(rule_id: str, at: datetime) -> Signal:
    return _rule_signal(rule_id, at, Answer.QUIET, Explained(f"Rule {rule_id} works again."))


def _rule_signal(rule_id: str, at: datetime, answer: Answer, explained: Explained) -> Signal:
    firing = answer is Answer.FIRING
    return Signal(
        rule_id="rule_health",
        subject=rule_id,
        period_end=local_date(at),
        known_at=at,
        answer=answer,
        severity=Severity.WARNING if firing else None,
        provisional=False,
        keeps_open=False,
        ratios=(),
        explained=explained,
    )
