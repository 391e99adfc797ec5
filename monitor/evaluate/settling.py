"""Answers alerts when the transactions of the month that they named are published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

import numpy as np

from alerts.lifecycle import settle
from alerts.model import Transition
from monitor.evaluate.chains import Chained
from monitor.evaluate.notification_policy import NotificationPolicy
from monitor.ingest.calendars import month_end
from rules.evaluation import Rule
from rules.judged_over import JudgedOver
from rules.model import Panel, to_instant, type_time
from rules.point_in_time.panel import History, to_second
from rules.settlement.answer import ANSWERED_BY, month_answer
from rules.settlement.model import MonthAnswer, Settlement
from rules.settlement.text import READ, settlement
from state.alert_store import AlertStore
from state.database import Database
from state.settlements import NamedMonth, Settlements

# What an answer reads begins so long before its month: custody and holdings at its start.
BEGINS_BEFORE: Final = timedelta(days=70)


@dataclass(frozen=True)
class DatedAnswer:
    """An answer to an alert that became known at an instant; `before` the one it was given first,
    None for the first."""

    named: NamedMonth
    at: datetime
    answer: MonthAnswer
    before: MonthAnswer | None


def answers_between(
    history: History,
    named: Sequence[NamedMonth],
    since: datetime,
    until: datetime,
    sold_pct: float,
) -> Iterator[DatedAnswer]:
    """The answers that became known in (since, until], in order of knowing. Pure.

    An alert is answered where its month's transactions first come out after it was notified, and
    again where a revision makes it another answer. What was out before `since` without an answer
    is history, and gets none.
    """
    given = {(one.alert_id, one.month): one.given for one in named}
    months = sorted({one.month for one in named})
    panel = history.as_of(since)
    known = {one: month_answer(panel, one, sold_pct) for one in months}
    for at in _instants(history, months, since, until):
        panel = history.as_of(at)
        for month in months:
            before, known[month] = known[month], month_answer(panel, month, sold_pct)
            now = known[month]
            if now is None:
                continue
            for one in (named_one for named_one in named if named_one.month == month):
                last = given[one.alert_id, month]
                is_first = last is None and before is None and one.named_at < at
                if is_first or (last is not None and last.is_changed_by(now)):
                    yield DatedAnswer(one, at, now, last)
                    given[one.alert_id, month] = now


def instants(history: History, since: datetime, until: datetime) -> list[datetime]:
    """When any number of a history became known in (since, until], once each."""
    return _between(history.known_at, since, until)


def _months_read_from(periods: Sequence[date]) -> list[date]:
    """The months whose answers read a number of any of these: their own, and the next, whose
    transactions are a percent of the holdings before."""
    own = {month_end(one) for one in periods}
    return sorted(own | {month_end(one + timedelta(days=1)) for one in own})


def _instants(
    history: History, months: Sequence[date], since: datetime, until: datetime
) -> list[datetime]:
    """The same for what the answers to some months read."""
    read = [*months, *(one.replace(day=1) - timedelta(days=1) for one in months)]
    mine = np.isin(history.period_end, np.array(read, dtype="datetime64[D]"))
    return _between(history.known_at[mine], since, until)


def _between(known_at: type_time, since: datetime, until: datetime) -> list[datetime]:
    known = np.unique(known_at)
    inside = (known > to_second(since)) & (known <= to_second(until))
    return [to_instant(one) for one in known[inside]]


class Settling:
    """Answers the alerts of one database from what an archive knows, each once."""

    def __init__(
        self,
        archive: Chained,
        database: Database,
        rules: Sequence[Rule],
        recording: NotificationPolicy,
        sold_pct: float,
    ):
        self._archive = archive
        self._database = database
        self._alert_store = AlertStore(database)
        self._settlements = Settlements(database)
        self._over: Mapping[str, JudgedOver] = {
            rule.rule_id: rule.settled_over
            for rule in rules
            if rule.settled_over is not JudgedOver.NOT_SETTLED
        }
        self._recording = recording
        self._sold_pct = sold_pct

    def start(self, until: datetime) -> None:
        """Take what was known by an instant as history, once: no alert is answered by it."""
        if self._settlements.decided_until() is None:
            with self._database.immediate() as connection:
                self._settlements.record_progress(connection, until)

    def settle(self, at: datetime, until: datetime | None = None) -> list[Transition]:
        """Give the answers that became known by `until` or else `at`; the transitions they made."""
        since, until = self._settlements.decided_until(), at if until is None else until
        if since is None or until <= since or not self._archive.has_news(ANSWERED_BY, since):
            return []
        panel = cache(self._panel)  # one for all alerts that get the same answer
        found = [
            (one, self._written_out(one, panel(one.answer.month, one.at)))
            for one in self._answers(since, until)
        ]
        with self._database.immediate() as connection:
            if self._settlements.decided_until() != since:
                return []  # another program has answered meanwhile
            made = []
            for one, said in found:
                transition = self._transition(one, said)
                if transition is not None:
                    self._recording.record(connection, transition, at)
                    made.append(transition)
            self._settlements.record_progress(connection, until)
        return made

    def _answers(self, since: datetime, at: datetime) -> Iterator[DatedAnswer]:
        """Only months of which a number is new are read: fifty years have six hundred."""
        changed = self._archive.periods_known(ANSWERED_BY, since, at)
        named = self._settlements.named(list(self._over), _months_read_from(changed))
        if named:
            first = min(one.month for one in named) - BEGINS_BEFORE
            history = self._archive.history(ANSWERED_BY, at, first_period=first)
            yield from answers_between(history, named, since, at, self._sold_pct)

    def _written_out(self, one: DatedAnswer, panel: Panel) -> Settlement:
        over = self._over[one.named.rule_id]
        return settlement(panel, one.answer, one.named.period, over, one.before)

    def _panel(self, month: date, at: datetime) -> Panel:
        first = month - BEGINS_BEFORE
        return self._archive.history(READ, at, first_period=first).as_of(at)

    def _transition(self, one: DatedAnswer, said: Settlement) -> Transition | None:
        """The transition of the alert as it is by now."""
        alert = self._alert_store.alert(one.named.alert_id)
        last = self._alert_store.last_firing_signal(one.named.alert_id)
        return None if alert is None or last is None else settle(alert, last, one.at, said)
