"""How often alerts came: counts by rule, severity and year, for one who has to hear them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from alerts.model import Alert
from alerts.states import Reason
from monitor.deliver.digest_times import next_digest
from monitor.history.counting import CountedRule
from monitor.history.replay import Replayed, RuleReplay
from rules.evaluation import Evaluations, Rule
from rules.model import to_date
from rules.terms import Severity

DAYS_A_YEAR = 365.25
# Alerts of thousands of sets of thresholds open at the same instants: at most one a session.
INSTANTS_KEPT: Final = 50_000


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


def counted_rate(one: CountedRule, start: datetime, end: datetime, zone: ZoneInfo) -> AlertRate:
    """The line of a rule whose alerts in (start, end] were only counted."""
    years = Counter(year for year, _ in months_opened(one, zone))
    return _line(
        one.rule,
        one.judged_from,
        one.judged_to,
        {Severity(code): count for code, count in Counter(one.severity.tolist()).items()},
        {year: years[year] for year in _years(start.astimezone(zone), end.astimezone(zone))},
    )


def months_opened(one: CountedRule, zone: ZoneInfo) -> list[tuple[int, int]]:
    """The year and the month of the desk in which each alert opened."""
    return [_month_of(at, zone) for at in one.opened_at.astype(np.int64).tolist()]


@lru_cache(maxsize=INSTANTS_KEPT)
def _month_of(second: int, zone: ZoneInfo) -> tuple[int, int]:
    day = datetime.fromtimestamp(second, zone)
    return day.year, day.month


def _of(one: RuleReplay, alerts: Sequence[Alert], replayed: Replayed) -> AlertRate:
    mine = [alert for alert in alerts if alert.rule_id == one.rule.rule_id]
    answered = [
        known.judged.period_end[rows]
        for known in one.verdicts.answered
        if len(rows := known.rows[known.judged.severity[known.rows] != Evaluations.UNKNOWN])
    ]
    first = min((periods.min() for periods in answered), default=None)
    last = max((periods.max() for periods in answered), default=None)
    opened = Counter(replayed.day(alert.opened_at).year for alert in mine)
    span = _years(replayed.day(replayed.start), replayed.day(replayed.end))
    return _line(
        one.rule,
        first,
        last,
        Counter(alert.severity for alert in mine),
        {year: opened[year] for year in span},
    )


def _line(
    rule: Rule,
    first: np.datetime64 | None,
    last: np.datetime64 | None,
    by_severity: Mapping[Severity, int],
    by_year: dict[int, int],
) -> AlertRate:
    years = 0.0
    if first is not None and last is not None:
        years = float((last - first) / np.timedelta64(1, "D")) / DAYS_A_YEAR
    return AlertRate(
        rule_id=rule.rule_id,
        title=rule.title,
        judged_from=None if first is None else to_date(first),
        judged_to=None if last is None else to_date(last),
        years=years,
        by_severity={level: by_severity.get(level, 0) for level in Severity},
        by_year=by_year,
    )


def _years(first: date, last: date) -> range:
    return range(first.year, last.year + 1)


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
