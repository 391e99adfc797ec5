"""How often alerts came: counts by rule, severity and year, for one who has to hear them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import numpy as np

from alerts.model import Alert
from alerts.states import Reason
from monitor.deliver.digest_times import next_digest
from monitor.history.replay import Replayed, RuleReplay
from rules.evaluation import Evaluations
from rules.terms import Severity

DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class AlertRate:
    """The alerts of one rule over the part of a span for which it could answer."""

    rule_id: str
    title: str
    judged_from: date | None
    judged_to: date | None
    years: float
    by_severity: dict[Severity, int]
    by_year: dict[int, int]

    def a_year(self, severity: Severity) -> float:
        """Alerts a year that reached exactly a severity; NaN where nothing was judged."""
        return self.by_severity[severity] / self.years if self.years else np.nan


def alert_rates(replayed: Replayed) -> list[AlertRate]:
    """A line for each rule, in the order of the configuration."""
    alerts = replayed.alerts()
    return [_of(one, alerts, replayed) for one in replayed.rules]


def _of(one: RuleReplay, alerts: Sequence[Alert], replayed: Replayed) -> AlertRate:
    mine = [alert for alert in alerts if alert.rule_id == one.rule.rule_id]
    answered = [
        known.judged.period_end[rows]
        for known in one.verdicts.answered
        if len(rows := known.rows[known.judged.severity[known.rows] != Evaluations.UNKNOWN])
    ]
    first = min((periods.min() for periods in answered), default=None)
    last = max((periods.max() for periods in answered), default=None)
    years = 0.0
    if first is not None and last is not None:
        years = float((last - first) / np.timedelta64(1, "D")) / DAYS_A_YEAR
    opened = [replayed.day(alert.opened_at).year for alert in mine]
    span = range(replayed.day(replayed.start).year, replayed.day(replayed.end).year + 1)
    return AlertRate(
        rule_id=one.rule.rule_id,
        title=one.rule.title,
        judged_from=None if first is None else first.astype("datetime64[D]").item(),
        judged_to=None if last is None else last.astype("datetime64[D]").item(),
        years=years,
        by_severity={level: sum(a.severity is level for a in mine) for level in Severity},
        by_year={year: opened.count(year) for year in span},
    )


def reminders(replayed: Replayed) -> int:
    """How often a condition that lasted was told again in the span."""
    return sum(
        one.outline.reason is Reason.REMINDER
        for rule in replayed.rules
        for one in rule.verdicts.decided
    )


def digests_with_news(replayed: Replayed) -> int:
    """How many daily digests of the span would have had something to tell."""
    zone, hour = replayed.config.desk.zone, time.fromisoformat(replayed.config.digest.at)
    due = {
        next_digest(one.outline.signal.known_at - timedelta(seconds=1), hour, zone)
        for rule in replayed.rules
        for one in rule.verdicts.decided
    }
    return len(due)
