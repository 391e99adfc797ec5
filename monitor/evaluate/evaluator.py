"""From what is known to what is told: every rule, then the lifecycle, then the promises."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import groupby

from alerts.lifecycle import NEVER, step
from alerts.model import Alert, Transition
from monitor.evaluate.chains import Chained
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.health_rules import NEVER_REPEATED, crash_signal, working_signal
from monitor.evaluate.known import Known
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.evaluate.settling import Settling
from monitor.tick_hooks import TickHook, no_hook
from rules.evaluation import Rule
from rules.model import Signal
from rules.terms import Kind
from state.alert_store import AlertStore
from state.database import Database
from state.instants import to_text

log = logging.getLogger("havenwatch.decide")

NEVER_LATE = timedelta(days=36500)
# So long after an alert somebody who sets a rule up may wait for it.
STILL_AWAITED = timedelta(days=7)


class Evaluator:
    """Decides what became known since the last time, in order, once.

    What is decided is `decide_rule`'s answer, which a replay asks for the whole of history at once.
    """

    def __init__(
        self,
        archive: Chained,
        decisions: Database,
        rules: Sequence[Rule],
        recording: NotificationPolicy,
        remind_after: timedelta,
        sold_pct: float,
        observe: TickHook = no_hook,
    ):
        self._archive = archive
        self._decisions = decisions
        self._alert_store = AlertStore(decisions)
        self._rules = tuple(rules)
        self._recording = recording
        self._remind_after = remind_after
        self._settling = Settling(archive, decisions, rules, recording, sold_pct)
        self._observe = observe

    def start(self, until: datetime, at: datetime) -> list[Transition]:
        """Take at `at` what was known by `until` as history: nothing of it is told.

        A condition that is open then is recorded as open, so that its end will be told; events are
        left in the past. Rules that have decided before are left alone; one that crashes starts at
        a later tick.
        """
        told: list[Transition] = []
        self._settling.start(until)
        progress = self._alert_store.progress()
        for rule in self._rules:
            if rule.rule_id not in progress:
                told += self._guarded(rule, at, partial(self._take_as_history, until=until, at=at))
        return told

    def decide(self, at: datetime, until: datetime | None = None) -> list[Transition]:
        """Judge what became known since, by `until` or else `at`, and record what follows, rule by
        rule.

        A rule that crashes decides nothing: its progress stays, it is told as unknown, and the
        signals it missed are judged once when it works again.
        """
        told: list[Transition] = []
        until = at if until is None else until
        fresh = [(rule, since) for rule, since in self._with_news() if since < until]
        since_any = min((since for _, since in fresh), default=until)

        @cache
        def load() -> Known:
            # Most rules read the same closes. What goes wrong here is each rule's own trouble.
            return self._known([rule for rule, _ in fresh], since_any, until)

        for rule, since in fresh:
            work = partial(self._decide, load, since=since, until=until, at=at)
            told += self._guarded(rule, at, work)
        return told

    def settle(self, at: datetime, until: datetime | None = None) -> list[Transition]:
        """Answer the alerts whose month's transactions became known since, each once."""
        told = self._settling.settle(at, until)
        self._observe("settled")
        return told

    def _with_news(self) -> list[tuple[Rule, datetime]]:
        """The rules about which anything became known, and since when."""
        found: list[tuple[Rule, datetime]] = []
        progress = self._alert_store.progress()
        for rule in self._rules:
            since = progress.get(rule.rule_id)
            if since is not None and self._archive.has_news(rule.decided_by, since):
                found.append((rule, since))
        return found

    def open_since(self, rule_id: str) -> dict[str, datetime]:
        """When the open alerts of a rule opened, by subject."""
        return {one.subject: one.opened_at for one in self._alert_store.open_alerts(rule_id)}

    def step_health(self, signals: Iterable[Signal]) -> list[Transition]:
        """Record what signals about the program itself cause: conditions judged at each tick."""
        told: list[Transition] = []
        for rule_id, group in groupby(signals, key=lambda signal: signal.rule_id):
            latest = self._alert_store.newest_alerts(rule_id)
            for signal in group:
                if self._step_health(latest, signal) is None:
                    continue
                with self._decisions.immediate() as connection:
                    transition = self._step_health(self._alert_store.newest_alerts(rule_id), signal)
                    if transition is not None:
                        self._recording.record(connection, transition)
                        told.append(transition)
        return told

    def _step_health(self, latest: Mapping[str, Alert], signal: Signal) -> Transition | None:
        alert = latest.get(signal.subject)
        remind_after = NEVER if signal.rule_id in NEVER_REPEATED else self._remind_after
        return step(alert, signal, Kind.CONDITION, NEVER_LATE, remind_after)

    def _guarded(
        self, rule: Rule, at: datetime, work: Callable[[Rule], list[Transition]]
    ) -> list[Transition]:
        """What `work` gives, with the rule's health; a crash in it is told and stops nothing."""
        try:
            found = work(rule)
        except sqlite3.Error:
            # The database's own trouble, which no rule can cause and no record of it can mend.
            raise
        except Exception as error:
            said, about = "rule %s failed; no evaluation until fixed", {"rule": rule.rule_id}
            log.exception(said, rule.rule_id, extra=about)
            return self.step_health([crash_signal(rule.rule_id, error, at)])
        return [*self.step_health([working_signal(rule.rule_id, at)]), *found]

    def _known(self, rules: Sequence[Rule], since: datetime | None, at: datetime) -> Known:
        """What decides some rules in (since, at], and what they read."""
        return Known.of_rules(rules, partial(self._archive.history, until=at, since=since))

    def _take_as_history(self, rule: Rule, until: datetime, at: datetime) -> list[Transition]:
        known = self._known([rule], None, until)
        verdicts = decide_rule(known, rule, {}, {}, None, until, self._remind_after)
        standing = [one.explained() for one in verdicts.standing()]
        with self._decisions.immediate() as connection:
            if self._alert_store.decided_until(rule.rule_id) is None:
                definition = self._recording.definitions.get(rule.rule_id, "")
                for transition in standing:
                    self._alert_store.record_transition(connection, transition, (), at, definition)
                self._alert_store.record_evaluations(connection, verdicts.newest(), at)
                self._alert_store.record_progress(connection, rule.rule_id, until)
        _say_what_is_not_sent(verdicts.newest_opened(), until)
        return []

    def _decide(
        self,
        load: Callable[[], Known],
        rule: Rule,
        since: datetime,
        until: datetime,
        at: datetime,
    ) -> list[Transition]:
        alerts = {
            (alert.subject, alert.episode): alert
            for alert in self._alert_store.alerts(rule.rule_id)
        }
        through = self._alert_store.judged_through(rule.rule_id)
        verdicts = decide_rule(
            load().only(rule), rule, alerts, through, since, until, self._remind_after
        )
        transitions = [one.explained() for one in verdicts.decided]
        self._observe(f"judged {rule.rule_id}")
        with self._decisions.immediate() as connection:
            if self._alert_store.decided_until(rule.rule_id) != since:
                # Another program on this database has decided meanwhile, and told.
                return []
            for transition in transitions:
                self._recording.record(connection, transition, at)
            self._alert_store.record_evaluations(connection, verdicts.evaluations(), at)
            self._alert_store.record_progress(connection, rule.rule_id, until)
        self._observe(f"decided {rule.rule_id}")
        return transitions


def _say_what_is_not_sent(newest: Transition | None, until: datetime) -> None:
    """Name the newest alert that is taken as history, where somebody may still wait for it."""
    if newest is not None and until - newest.at <= STILL_AWAITED:
        log.warning(
            "%s: known since %s, so it is history and no message is sent; a new rule begins with "
            "what became known after %s ([monitor] startup_lookback_hours)",
            newest.after.alert_id, to_text(newest.at), to_text(until),
        )  # fmt: skip
