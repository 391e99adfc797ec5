"""The product's own alerts as they stood at an instant, for the verdict to be weighed beside."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from hashlib import blake2b
from typing import Final

from alerts.model import Alert
from alerts.states import AlertState
from monitor.evaluate.chains import Chained
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.known import Known
from monitor.ingest.calendars import at_local, local_date
from rules.evaluation import Rule
from rules.point_in_time.panel import History
from rules.terms import Kind
from rules.verdict.model import OwnAlert
from state.alert_store import AlertStore

log = logging.getLogger("havenwatch.verdict")

# A verdict looks no further back than its last three published months, however late they are.
LOOK_BACK: Final = timedelta(days=220)
# Enough for the longest window that any rule opens a condition by.
JUDGED_OVER: Final = timedelta(days=3 * 365)


def own_alerts(alerts: Iterable[Alert], titles: Mapping[str, str]) -> list[OwnAlert]:
    """The alerts of rules with a title, without those that a revision withdrew."""
    return [
        OwnAlert(
            rule_id=one.rule_id,
            subject=one.subject,
            title=titles[one.rule_id],
            severity=one.severity,
            is_condition=one.kind is Kind.CONDITION,
            episode=one.episode,
            told=local_date(one.opened_at),
            closed=None if one.closed_at is None else local_date(one.closed_at),
        )
        for one in alerts
        if one.rule_id in titles and one.state is not AlertState.WITHDRAWN
    ]


class PastAlerts:
    """The alerts of one database as they stood at an instant, those of before the program watched
    included: a look back into loaded history must not read as if nothing had fired."""

    def __init__(self, alert_store: AlertStore, archive: Chained, rules: Sequence[Rule]):
        self._alert_store, self._archive, self._rules = alert_store, archive, rules
        # What was found last for some rules, beside all that it was found from.
        self._found: dict[tuple[str, ...], tuple[object, list[Alert]]] = {}

    def at(self, at: datetime, watching_since: datetime | None) -> list[Alert]:
        """The alerts told by an instant and not over long before its day, each as it stood then."""
        since = at_local(local_date(at) - LOOK_BACK, time())
        stored = {one.alert_id: one for one in self._alert_store.alerts_at(at, since)}
        if watching_since is not None and watching_since <= since:
            return list(stored.values())
        judged = {one.alert_id: one for one in self._judged(at, watching_since)}
        found = {**judged, **stored}.values()
        return [one for one in found if one.opened_at >= since or _lasted(one, since)]

    def _judged(self, at: datetime, watching_since: datetime | None) -> Iterator[Alert]:
        """The alerts that each rule finds in the numbers known before it first decided here. What
        was open then is in the store, if anywhere."""
        began = self._alert_store.first_recorded()
        by_end: dict[datetime, list[Rule]] = {}
        for rule in self._rules:
            first = began.get(rule.rule_id, at)
            by_end.setdefault(min(at, max(first, watching_since or first)), []).append(rule)
        for end, rules in by_end.items():
            for one in self._found_by(rules, end):
                if end == at or one.kind is Kind.EVENT or one.closed_at is not None:
                    yield one

    def _found_by(self, rules: Sequence[Rule], end: datetime) -> list[Alert]:
        """What rules find in the numbers known at an instant; found again only for others."""
        since = at_local(local_date(end) - LOOK_BACK, time())
        first = local_date(end) - JUDGED_OVER
        read = partial(self._archive.history, until=end, since=since, first_period=first)
        known = Known.of_rules(rules, read)
        name, made_from = tuple(one.rule_id for one in rules), (end, _identity(known.deciding))
        kept = self._found.get(name)
        if kept is None or kept[0] != made_from:
            self._found[name] = kept = made_from, list(_judged(known, rules, end))
        return kept[1]


def _judged(known: Known, rules: Sequence[Rule], end: datetime) -> Iterator[Alert]:
    for rule in rules:
        try:
            decided = decide_rule(known.only(rule), rule, {}, {}, None, end).decided
        except Exception:
            # An alert of its own says so; the verdict is weighed without its past alerts.
            said, about = (
                "rule %s crashed; the verdict is weighed without it",
                {"rule": rule.rule_id},
            )
            log.exception(said, rule.rule_id, extra=about)
            continue
        last = {one.outline.after.alert_id: one.outline.after for one in decided}
        yield from last.values()


def _identity(history: History) -> str:
    """The same for histories of the same numbers, disputes and far moves: a publisher is known by
    its vintages."""
    found = blake2b(repr((history.series_ids, history.disputes, history.unchecked)).encode())
    for rows in (history.column, history.period_end, history.known_at, history.vintage):
        found.update(rows.tobytes())
    found.update(history.value.tobytes())
    return found.hexdigest()


def _lasted(one: Alert, since: datetime) -> bool:
    return one.kind is Kind.CONDITION and (one.closed_at is None or one.closed_at >= since)
