"""The product's own alerts as they stood at an instant, for the verdict to be weighed beside."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import partial
from typing import Final

from alerts.model import Alert, AlertState
from monitor.evaluate.chains import Chained
from monitor.evaluate.evaluation import decide_rule
from monitor.evaluate.known import Known
from monitor.ingest.calendars import at_local, local_date
from rules.evaluation import Rule
from rules.model import Kind
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


def alerts_at(
    alert_store: AlertStore,
    archive: Chained,
    rules: Sequence[Rule],
    watching_since: datetime | None,
    at: datetime,
) -> list[Alert]:
    """The alerts told by an instant and not over long before its day, each as it stood then.

    Of a time before the program watched, those that the rules find in the stored numbers: a look
    back into loaded history must not read as if nothing had fired.
    """
    since = at_local(local_date(at) - LOOK_BACK, time())
    found = {one.alert_id: one for one in alert_store.alerts_at(at, since)}
    if watching_since is None or watching_since > since:
        found = {**_judged(archive, rules, at, since), **found}
    return list(found.values())


def _judged(
    archive: Chained, rules: Sequence[Rule], at: datetime, since: datetime
) -> dict[str, Alert]:
    first = local_date(at) - JUDGED_OVER
    read = partial(archive.history, until=at, since=since, first_period=first)
    known = Known.of_rules(rules, read)
    found: dict[str, Alert] = {}
    for rule in rules:
        try:
            decided = decide_rule(known.only(rule), rule, {}, {}, None, at).decided
        except Exception:
            # An alert of its own says so; the verdict is weighed without its past alerts.
            log.exception("rule %s crashed; the verdict is weighed without it", rule.rule_id)
            continue
        found.update({one.outline.after.alert_id: one.outline.after for one in decided})
    return {
        name: one
        for name, one in found.items()
        if one.opened_at >= since or (one.kind is Kind.CONDITION and _lasted(one, since))
    }


def _lasted(one: Alert, since: datetime) -> bool:
    return one.closed_at is None or one.closed_at >= since
