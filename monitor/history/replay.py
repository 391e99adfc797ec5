"""The live decisions over what the database knows of the past."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from alerts.channel import Sent
from alerts.lifecycle import NEVER
from alerts.message.message import Message
from alerts.model import Alert
from monitor.clock import SimulatedClock
from monitor.config.load import Config, rules_in_order
from monitor.deliver.message_builder import MessageBuilder
from monitor.deliver.notifier import Notifier
from monitor.evaluate.chains import Chained, build_chains
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.evaluation_result import EvaluationResult, TransitionRecord
from monitor.evaluate.known import Known
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.evaluate.settling import Settling, instants
from monitor.history.passing_time import PassingTime
from monitor.retry import Retry
from monitor.tick_hooks import TickHook, no_hook
from monitor.views.basis import basis_of
from monitor.views.report import Report
from rules.evaluation import Rule
from rules.point_in_time.panel import History
from rules.settlement.answer import ANSWERED_BY
from state.alert_store import AlertStore
from state.database import Database
from state.health import Health


@dataclass(frozen=True)
class RecordingChannel:
    """Stands in a replay where a channel stands live: what it is sent, it keeps."""

    channel_type: ClassVar[str] = "recording"
    shows_images: ClassVar[bool] = False

    enabled: bool = True
    pages: list[Message] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        """None."""
        return ()

    def send(self, page: Message, secrets: Mapping[str, str], at: datetime, *, again: bool) -> Sent:
        """Its place among the pages kept."""
        self.pages.append(page)
        return Sent(str(len(self.pages)))


@dataclass(frozen=True)
class RuleReplay:
    """What one rule decided in a span: conditions `standing` at its start, and what followed."""

    rule: Rule
    standing: tuple[TransitionRecord, ...]
    verdicts: EvaluationResult


@dataclass(frozen=True)
class Replayed:
    """What the rules decided in (start, end]. Nothing of it is written out in words until asked."""

    config: Config
    start: datetime
    end: datetime
    rules: tuple[RuleReplay, ...]
    watching_since: datetime | None = None
    # Where the answers to alerts are read from; None where they are not asked for.
    database: Path | None = None

    @property
    def basis(self) -> str:
        """What must be said of it all, where the program did not watch all of the span."""
        return basis_of(self.watching_since, self.start)

    def day(self, moment: datetime) -> date:
        """The desk's date at an instant."""
        return moment.astimezone(self.config.desk.zone).date()

    def alerts(self) -> tuple[Alert, ...]:
        """The alerts that opened in the span, as they stood at its end, in order of opening."""
        last = {
            one.outline.after.alert_id: one.outline.after
            for rule in self.rules
            for one in rule.verdicts.decided
        }
        opened = (one for one in last.values() if self.start < one.opened_at <= self.end)
        return tuple(sorted(opened, key=lambda one: (one.opened_at, one.alert_id)))

    def as_json(self) -> list[dict[str, Any]]:
        """The alerts that opened in the span with words, evidence and deliveries, as plain values:
        recorded in a scratch database and sent to channels that keep what they are sent."""
        scratch = Database(None)
        rules = [one.rule for one in self.rules]
        report = Report(scratch, {}, rules, Chained(scratch, {}), self.config.verdict)
        recording = NotificationPolicy(scratch, rules, self.config.terms)
        alert_store = AlertStore(scratch)
        with scratch.immediate() as connection:
            for one in (standing for rule in self.rules for standing in rule.standing):
                alert_store.record_transition(connection, one.explained(), ())
        # As they became known, and at one instant rule by rule: what an alert that was told makes
        # needless is then as it was.
        decided = [one for rule in self.rules for one in rule.verdicts.decided]
        in_order = sorted(decided, key=lambda one: one.outline.signal.known_at)
        with self._passing_time(scratch, rules, recording) as passing:
            passing.record([one.explained() for one in in_order], self.end)
        self._dispatch(scratch, report.titles)
        opened = [one for one in alert_store.alerts() if self.start < one.opened_at <= self.end]
        found = [
            {**one, "basis": basis_of(self.watching_since, alert.opened_at)}
            for one, alert in zip(report.alerts_json(opened), opened, strict=True)
        ]
        scratch.close()
        return found

    @contextmanager
    def _passing_time(
        self, scratch: Database, rules: Sequence[Rule], recording: NotificationPolicy
    ) -> Iterator[PassingTime]:
        """What comes between the decisions, read where the numbers are."""
        sold_pct = self.config.verdict.month_sold_pct
        attention = timedelta(hours=self.config.monitor.event_active_hours)
        with closing(Database(self.database, read_only=self.database is not None)) as stored:
            archive = chained(self.config, stored)
            settling = Settling(archive, scratch, rules, recording, sold_pct)
            settling.start(self.start)
            released = instants(archive.history(ANSWERED_BY, self.end), self.start, self.end)
            yield PassingTime(scratch, recording, settling, released, attention)

    def _dispatch(self, scratch: Database, titles: Mapping[str, str]) -> None:
        Notifier(
            scratch,
            {name: RecordingChannel() for name in self.config.channels},
            {},
            MessageBuilder(scratch, titles, self.config.desk.zone),
            Retry(timedelta(seconds=1), timedelta(seconds=1)),
            timedelta(days=1),
            SimulatedClock(self.end),
        ).dispatch(self.end)


def replay(
    config: Config,
    database: Path,
    start: datetime,
    end: datetime,
    only: Sequence[str] = (),
    observe: TickHook = no_hook,
) -> Replayed:
    """The rules of a configuration, or those named, over what a database knew in (start, end];
    `observe` is told of each rule that is done."""
    rules = [one for one in rules_in_order(config) if one.rule_id in (only or [one.rule_id])]
    known = load_history(config, database, rules, end)
    found = decide_span(known, rules, start, end, config.follow_up.remind_after, observe)
    return Replayed(config, start, end, tuple(found), _watching_since(database), database)


def _watching_since(database: Path) -> datetime | None:
    known = Database(database, read_only=True)
    beat = Health(known).heartbeat()
    known.close()
    return None if beat is None else beat.watching_since


def load_history(config: Config, database: Path, rules: Sequence[Rule], until: datetime) -> Known:
    """What decides some rules and what they read, as far as a database knew it by `until`."""

    def read(series_ids: Sequence[str], *, deciding: bool) -> History:
        stored = Database(database, read_only=True)
        history = chained(config, stored).history(series_ids, until, deciding=deciding)
        stored.close()
        return history

    return Known.of_rules(rules, read)


def chained(config: Config, stored: Database) -> Chained:
    """The numbers of a database through the chains and made series of a configuration."""
    enabled = {name: one for name, one in config.sources.items() if one.enabled}
    return Chained(stored, build_chains(config.chains, enabled), config.series)


def decide_span(
    known: Known,
    rules: Sequence[Rule],
    start: datetime,
    end: datetime,
    remind_after: timedelta = NEVER,
    observe: TickHook = no_hook,
) -> list[RuleReplay]:
    """What each rule decides in (start, end]. Pure, except that `observe` is told of each rule
    that is done.

    What was known by `start` is history, exactly as at the first tick of a live database. The
    observations, rules, lifecycle and ids are the live ones.
    """
    found = []
    for rule in rules:
        found.append(_decide(known.only(rule), rule, start, end, remind_after))
        observe(rule.rule_id)
    return found


def _decide(
    known: Known, rule: Rule, start: datetime, end: datetime, remind_after: timedelta
) -> RuleReplay:
    before = decide_rule(known, rule, {}, {}, None, start, remind_after)
    standing = before.standing()
    alerts = {
        (one.outline.after.subject, one.outline.after.episode): one.outline.after
        for one in standing
    }
    through = before.judged_through()
    after = decide_rule(known, rule, alerts, through, start, end, remind_after)
    return RuleReplay(rule, tuple(standing), after)
