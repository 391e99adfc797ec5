"""Follows a session by quotes: polls, judges what has held, and writes down what is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from alerts.developing import DEVELOPING, at_close, develop
from alerts.model import Alert, Transition
from alerts.titles import DEVELOPING_TITLES
from monitor.evaluate.chains import Chained
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.ingest.market_hours import MarketSession, next_session_after, session_of
from monitor.intraday.copied_quotes import CopiedQuotes
from monitor.intraday.polling import QuotePolling
from monitor.intraday.samples import Following, Standing
from monitor.intraday.settings import Intraday
from rules.evaluation import NOT_EXPLAINED, Evaluations, Rule
from rules.intraday.holding import held, held_since
from rules.intraday.so_far import JUDGED_BY, SoFar, evidence_so_far
from rules.intraday.words import HeldRecord, close_note, quiet_note, session_text, told_note
from rules.model import AlertText, Panel, Signal
from rules.terms import Answer, Severity
from state.alert_store import AlertStore
from state.database import Database
from state.developing_alerts import DevelopingAlerts, Settled
from state.quotes import Quotes

# When the quotes of the close are looked at: delayed ones have come by then.
AFTER_CLOSE: Final = timedelta(minutes=20)
# So long after that quotes are still asked for, where those of the close have not come.
LATEST_LOOK: Final = timedelta(minutes=40)
CLOSE_WITHIN: Final = timedelta(minutes=1)
# The yardstick of a session's moves, with its holidays.
READ_BACK: Final = timedelta(days=130)
SUBJECT: Final = "us"
SMALLEST: Final = Severity.WARNING

Step = Callable[[Alert | None, Signal, str], Transition | None]


@dataclass
class Today:
    """The session that is followed: the official closes before it, what its quotes were judged so
    far, and until when they were read."""

    session: MarketSession
    following: Following
    read_until: datetime
    closes: Panel
    closes_read_at: datetime

    @property
    def look_at(self) -> datetime:
        """When the quotes of the close are looked at."""
        return self.session.closes_at + AFTER_CLOSE

    @property
    def ends_at(self) -> datetime:
        """Until when quotes are asked for."""
        return self.session.closes_at + LATEST_LOOK

    def alert_id(self, rule: Rule) -> str:
        """The id of a rule's developing alert of the session."""
        return f"{DEVELOPING[rule.rule_id]}/{SUBJECT}/{self.session.day.isoformat()}"

    def so_far(self, rule: Rule, at: datetime) -> SoFar:
        """A rule by the quotes of an instant."""
        return self.following.so_far(rule, self.closes, at)


class SessionWatch:
    """Follows the sessions of one database. All that it remembers is also in the database: another
    process goes on from there."""

    def __init__(
        self,
        database: Database,
        archive: Chained,
        rules: Sequence[Rule],
        polling: QuotePolling | CopiedQuotes,
        recording: NotificationPolicy,
        settings: Intraday,
        observe: Callable[[str], None],
    ):
        self._database = database
        self._archive = archive
        self._rules = [rule for rule in rules if rule.rule_id in JUDGED_BY]
        self._polling = polling
        self._recording = recording
        self._settings = settings
        self._observe = observe
        self._quotes = Quotes(database)
        self._alerts = AlertStore(database)
        self._developing = DevelopingAlerts(database)
        self._series = tuple(dict.fromkeys(n for rule in self._rules for n in rule.decided_by))
        self._today: Today | None = None
        self._next_due: datetime | None = None

    def next_due(self, at: datetime) -> datetime:
        """When there is something to follow next; `at` where that is now."""
        return at if self._next_due is None else self._next_due

    def follow(self, at: datetime) -> list[Transition]:
        """Poll what is due at `at`, judge the session so far and record what follows; what changed.
        Nothing while markets are closed."""
        session = session_of(at)
        if session is None or not session.opens_at <= at < session.closes_at + LATEST_LOOK:
            self._polling.rest(at)
            self._today, self._next_due = None, next_session_after(at).opens_at
            return []
        today = self._today = self._as_today(session, at)
        self._polling.poll(at)
        today.following.take(self._quotes.received(today.read_until, at), today.closes)
        today.read_until = at
        told = [one for rule in self._rules for one in self._judge(rule, today, at)]
        self._next_due = self._due_after(today, at)
        return told

    def _as_today(self, session: MarketSession, at: datetime) -> Today:
        """The session with the closes of now, which are read again only where one is new."""
        kept = self._today
        if kept is None or kept.session != session:
            standing = Standing(session, self._settings.feeds, self._settings.max_age)
            following = Following(self._rules, standing, self._settings.hold)
            return Today(session, following, session.begins_at, self._closes(session, at), at)
        if self._archive.has_news(self._series, kept.closes_read_at):
            kept.closes, kept.closes_read_at = self._closes(session, at), at
        return kept

    def _closes(self, session: MarketSession, at: datetime) -> Panel:
        first = session.day - READ_BACK
        history = self._archive.history(self._series, at, first_period=first, deciding=True)
        return history.as_of(at)

    def _due_after(self, today: Today, at: datetime) -> datetime:
        """The next poll, the look at the close, or when what is there has held for long enough."""
        times = [self._polling.next_due(), today.look_at]
        for rule in self._rules:
            samples = today.following.samples(rule, today.closes, at)
            since = held_since(samples, SMALLEST)
            times.append(None if since is None else since + self._settings.hold)
        later = [one for one in times if one is not None and one > at]
        return min(later, default=at + timedelta(seconds=1))

    def _judge(self, rule: Rule, today: Today, at: datetime) -> list[Transition]:
        if at >= today.look_at:
            return self._look_at_close(rule, today, at)
        samples = today.following.samples(rule, today.closes, at)
        found, minutes = held(samples, at, self._settings.hold), self._settings.hold_minutes
        if found.least >= SMALLEST:
            severity = Severity(found.least)
            return self._record(rule, today, at, severity, develop, told_note(minutes))
        if found.most == Evaluations.QUIET:
            return self._record(rule, today, at, None, develop, quiet_note(minutes))
        return []

    def _look_at_close(self, rule: Rule, today: Today, at: datetime) -> list[Transition]:
        """What the quotes of the close say, once, where they have come."""
        stocks = today.following.standing.at(at).get("spx")
        if stocks is None or stocks.at < today.session.closes_at - CLOSE_WITHIN:
            return []
        alert = self._alerts.alert(today.alert_id(rule))
        if alert is not None and self._was_told(alert, today.look_at):
            return []
        found = today.so_far(rule, at)
        if found.severity == Evaluations.UNKNOWN:
            return []
        severity = Severity(found.severity) if found.severity >= SMALLEST else None
        note = close_note(severity, None if alert is None else alert.severity)
        return self._record(rule, today, at, severity, at_close, note)

    def _was_told(self, alert: Alert, look_at: datetime) -> bool:
        return self._alerts.transitions_of(alert.alert_id)[-1][0].at >= look_at

    def _record(
        self,
        rule: Rule,
        today: Today,
        at: datetime,
        severity: Severity | None,
        step: Step,
        note: str,
    ) -> list[Transition]:
        """Record what a size, None for quiet, changes, with its words, which are written only
        then."""
        alert_id, signal = today.alert_id(rule), _signal(rule, today, at, severity)
        if step(self._alerts.alert(alert_id), signal, note) is None:
            return []
        found = today.so_far(rule, at)
        signal = replace(
            signal, ratios=found.ratios, explained=self._text(rule, today, found, severity, at)
        )
        self._observe(f"judged {signal.rule_id}")
        with self._database.immediate() as connection:
            transition = step(self._alerts.alert(alert_id), signal, note)
            if transition is not None:
                self._recording.record(connection, transition, at)
        self._observe(f"decided {signal.rule_id}")
        return [] if transition is None else [transition]

    def _text(
        self, rule: Rule, today: Today, found: SoFar, severity: Severity | None, at: datetime
    ) -> AlertText:
        session, quotes = today.session, today.following.standing.at(at)
        mine = {name: one for name, one in quotes.items() if name in found.moves}
        first = session.day - READ_BACK
        panel = self._archive.history(rule.series, at, first_period=first).as_of(at)
        name = DEVELOPING[rule.rule_id]
        record = self._developing.settled([name]).get(name, Settled())
        return session_text(
            f"{DEVELOPING_TITLES[name]}{f', {severity.label} size' if severity else ''}",
            session.day,
            found.moves,
            mine,
            at,
            HeldRecord(record.told, record.held),
            evidence_so_far(rule, panel, session.day, mine, session.due),
            is_closed=at >= today.look_at,
        )


def _signal(rule: Rule, today: Today, at: datetime, severity: Severity | None) -> Signal:
    """A size that has held, or quiet, without its words."""
    return Signal(
        rule_id=DEVELOPING[rule.rule_id],
        subject=SUBJECT,
        period_end=today.session.day,
        known_at=at,
        answer=Answer.QUIET if severity is None else Answer.FIRING,
        severity=severity,
        provisional=True,
        keeps_open=False,
        ratios=(),
        explained=NOT_EXPLAINED,
    )
