"""The composition root: the only place where the parts are put together, and the tick."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from alerts.channel import Channel
from alerts.model import Transition
from monitor.clock import Clock
from monitor.config.definitions import definitions
from monitor.config.load import Config
from monitor.deliver.chart_cache import ChartRenderer
from monitor.deliver.digest_composer import DigestComposer
from monitor.deliver.message_builder import MessageBuilder
from monitor.deliver.notifier import Notifier
from monitor.deliver.tic_day_composer import TicDayComposer
from monitor.evaluate.alert_actions import AlertActions
from monitor.evaluate.developing import DevelopingSettling
from monitor.evaluate.escalation import TimedActions
from monitor.evaluate.evaluator import Evaluator
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.evaluate.program_health import ProgramHealth
from monitor.evaluate.retired_rules import RetiredRules
from monitor.evaluate.tick_refusals import refuse_frozen, refuse_the_past
from monitor.ingest.copied_polls import CopiedPolls
from monitor.ingest.http import Http
from monitor.ingest.ingest import Ingest
from monitor.ingest.polling import Polling
from monitor.intraday.follower import SessionFollower
from monitor.stop import Stop
from monitor.tick_hooks import TickHook, no_hook
from monitor.views.keep_views import keep_views
from monitor.views.read_model import ReadModel
from monitor.views.report import charts
from monitor.views.subjects import Subjects
from state.database import Database
from state.health import Health, Heartbeat, SourceHealth
from state.kept_settings import KeptSettings
from state.leader_lock import LeaderLock
from state.outbox import Outbox
from state.rule_inputs import RuleInputs

log = logging.getLogger("havenwatch")


class App:
    """The program over one configuration and one database."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        database: Path | None = None,
        observe: TickHook = no_hook,
        channels: Mapping[str, Channel] | None = None,
        stop: Stop | None = None,
        sends_by: Clock | None = None,
        leader_lock: LeaderLock | None = None,
    ):
        """`clock` is the machine's, which publishers' clocks are compared with; `sends_by` dates
        each try to send a message, where that is another one."""
        self.config, self.clock, self.stop = config, clock, stop or Stop()
        path = database or config.database
        self.database = Database(path)
        self.leader_lock = leader_lock or LeaderLock(path)
        self._waits = False
        self.reading = ReadModel(config, self.database)
        self.sources, self.rules = self.reading.sources, self.reading.rules
        self.report, self._archive = self.reading.report, self.reading.archive
        self.channels = dict(config.channels if channels is None else channels)
        settings = config.monitor
        self._retry = settings.retry
        self._observe = observe
        self._health, self._outbox = Health(self.database), Outbox(self.database)
        self._needs, self._kept_settings = RuleInputs(self.database), KeptSettings(self.database)
        self._http = Http(clock, config.secrets, self.stop.refuse)
        watched = {name for rule in self.rules for name in rule.series}
        self.ingest = Ingest(
            self.database, self._http, self._retry, observe, watched, settings.settling
        )
        overdue, given = settings.limits.tick_overdue, (self.database, self.sources)
        self.polling = (
            Polling(*given, self.ingest, clock, self.stop, observe)
            if config.followed is None
            else CopiedPolls(*given, self.stop, observe, config.followed, overdue)
        )
        recording = NotificationPolicy(self.database, self.rules, config.terms, definitions(config))
        follow_up, zone = config.follow_up, config.desk.zone
        self._decide = Evaluator(
            self._archive,
            self.database,
            self.rules,
            recording,
            follow_up.remind_after,
            config.verdict.month_sold_pct,
            observe,
        )
        self._retired = RetiredRules(self.database, self.rules, recording)
        self._developing = DevelopingSettling(self.database, self.rules, recording)
        self.session = SessionFollower(
            config.intraday,
            config.quotes,
            self.database,
            self._archive,
            self.rules,
            recording,
            lambda: Http(clock, config.secrets, self.stop.refuse),
            observe,
            config.followed,
        )
        self._program_health = ProgramHealth(self._decide, self._archive, *given, overdue)
        self._follow_up = TimedActions(
            self.database,
            recording,
            config.routing.escalation,
            follow_up.escalate_after,
            timedelta(hours=settings.event_active_hours),
            follow_up.flap_calm,
            zone,
        )
        self.answers = AlertActions(
            self.database,
            recording,
            list(self.report.titles),
            follow_up.acknowledged_for,
            zone,
            Subjects(self.reading, self.database).of,
        )
        self._digest = DigestComposer(
            self.database,
            self.reading.digest_facts,
            charts,
            config.routing.digest,
            time.fromisoformat(config.digest.at),
            zone,
            observe,
        )
        self._tic_day = TicDayComposer(
            self.database, self.reading, config.routing.tic_channels, config.terms, observe
        )
        self._dispatch = Notifier(
            self.database,
            self.channels,
            config.secrets,
            MessageBuilder(
                self.database,
                self.report.titles,
                config.desk.zone,
                ChartRenderer(self.rules, self.reading.known).chart,
                config.web.public_url,
                config.terms.tags,
            ),
            self._retry,
            timedelta(hours=settings.delivery_horizon_hours),
            sends_by or clock,
            observe,
            self.stop,
            config.templates,
            self.leader_lock,
        )

    def tick(self, at: datetime) -> list[Transition]:
        """Everything due at `at`, in order; what changed. Raises ClockWentBack and Stopped.

        Nothing is done while another program acts on this database. One that dies between two steps
        takes them up again at its next tick: what is stored is decided, then owed, then sent.
        """
        at = at.astimezone(UTC).replace(microsecond=0)
        self.database.refuse_replaced()
        refuse_frozen(self.database)
        self.polling.refuse_unfit()
        if not self._acts():
            return []
        self._kept_settings.keep(self.config.fingerprint, self.reading.settings)
        health = self._health.sources()
        expected = self._next_due(health)
        beat = self._health.begin(at, self._first_looked_at(at), self._digest.next_after(at))
        refuse_the_past(self.database, self._health.heartbeat(), at)
        self._health.keep_only(self.sources, at)
        due_now, fatal = self.polling.due_now(health, at), self.polling.fatal
        told = self._ask_and_tell([name for name in due_now if name not in fatal], beat, at)
        self._observe("heartbeat")
        late = max(expected or at, beat.last_tick_at) + self.config.monitor.limits.tick_overdue
        self._health.beat(at, is_overdue=at > late)
        # Where a program dies of one again, all else is told by then. Rules have decided what is
        # known up to `at`: what comes now is known after it, or it would never be decided.
        last = [name for name in due_now if name in fatal]
        if last:
            told += self._ask_and_tell(last, beat, at + timedelta(seconds=1))
        return told

    def _ask_and_tell(
        self, names: Sequence[str], beat: Heartbeat, at: datetime
    ) -> list[Transition]:
        """Ask sources, decide what is stored by then and send what is owed; what changed."""
        self._observe("poll")
        has_asked = self.polling.poll(names, at)
        if has_asked or not self._needs.are_kept:  # what is polled may bring new series
            self._needs.keep(self.report.needs())
        health = self._health.sources()
        # What waits for its turn is neither stale yet nor ready for a digest.
        waiting = self.polling.due(health, at)
        asked = {name: source for name, source in self.sources.items() if name not in waiting}
        told, until = self._retired.close(at), self.polling.known_through(at)
        if until is not None:
            told += self._decide.start(min(self._first_looked_at(at), until), at)
            self._observe("decide")
            told += self._decide.decide(at, until)
        news_since = self.polling.news_since(beat)
        told += self._program_health.step(asked, health, self.ahead, news_since, at)
        self._observe("follow up")
        told += self._follow_up.follow_up(at) + (self._decide.settle(at, until) if until else [])
        told += self._developing.settle(at)
        self._observe("tic day")
        self._tic_day.compose_due(at)
        self._observe("digest")
        if not waiting and not self.polling.waits_for(beat.next_digest_at):
            self._digest.compose_due(at)
        self._observe("dispatch")
        self._dispatch.dispatch(at)
        return told

    def _first_looked_at(self, at: datetime) -> datetime:
        """What was known by then is history to a first tick at `at`."""
        return at - timedelta(hours=self.config.monitor.startup_lookback_hours)

    def _acts(self) -> bool:
        """Whether this is the program that acts on its database; a change of that is said."""
        acts = self.leader_lock.take()
        if not acts and not self._waits:
            holder = self.leader_lock.holder()
            log.warning("another havenwatch (pid %s) is active on this database; waiting", holder)
        if acts and self._waits:
            log.warning("the other havenwatch has ended; this one is active now")
        self._waits = not acts
        return acts

    def keep_views(self, at: datetime) -> None:
        """Keep what takes long to compute for whoever looks next, after a tick at `at`."""
        if not self._waits:
            keep_views(self.reading, at.astimezone(UTC).replace(microsecond=0))

    def due_sources(self, at: datetime) -> list[str]:
        """The sources to be asked now, in order."""
        return self.polling.due_now(self._health.sources(), at)

    @property
    def ahead(self) -> Mapping[str, timedelta]:
        """How far this machine's clock was ahead of each publisher's when it answered last."""
        return self._http.ahead

    def next_due(self) -> datetime | None:
        """When anything is due next: a source, a digest or a delivery; None = at once."""
        return self._next_due(self._health.sources())

    def _next_due(self, health: Mapping[str, SourceHealth]) -> datetime | None:
        beat = self._health.heartbeat()
        if beat is None or any(name not in health for name in self.sources):
            return None
        waits = self._outbox.next_due(self.channels), self._follow_up.next_due()
        times = [beat.next_digest_at, *(health[name].next_due_at for name in self.sources)]
        times += [one for one in (*waits, self._tic_day.next_due()) if one is not None]
        return min(times)

    def follow_session(self, at: datetime) -> list[Transition]:
        """Follow the session by quotes where there is something to follow at `at`, where this
        program is the one that acts, and send what follows; what changed."""
        at = at.astimezone(UTC).replace(microsecond=0)
        soonest = self.session.due(at)
        if soonest is None or soonest > at:
            return []
        if self.database.is_replaced or not self.leader_lock.take():
            return []
        told = self.session.follow(at)
        if told:
            self._dispatch.dispatch(at)
        return told

    def send_due(self, at: datetime) -> None:
        """Send what is owed at `at`, where this program is the one that acts: what another
        process promised meanwhile need not wait for the next tick."""
        if self.database.is_replaced:
            return  # each tick says so
        owed = self._outbox.next_due(self.channels)
        if owed is not None and owed <= at and self.leader_lock.take():
            self._dispatch.dispatch(at)

    def close(self, *, keep_lock: bool = False) -> None:
        """Close connections, and let another process act unless the right to is kept."""
        self._http.close()
        self.session.close()
        self._dispatch.close()
        self.database.close()
        if not keep_lock:
            self.leader_lock.give_up()
