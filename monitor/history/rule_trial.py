"""What a rule would have told: before a desk trusts it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np

from alerts.message.values import show
from alerts.model import Alert
from monitor.config.load import Config
from monitor.evaluate.evaluation_result import TransitionRecord
from monitor.evaluate.known import Known
from monitor.history.alert_rates import AlertRate, alert_rates
from monitor.history.replay import Replayed, decide_span, load_history
from rules.context.aftermath import followed
from rules.context.episodes import EPISODES, Episode
from rules.evaluation import Rule
from rules.markets.market import MARKET
from rules.model import Analogue
from rules.point_in_time.panel import to_second
from rules.terms import Kind, Severity

LAST: Final = 10


@dataclass(frozen=True)
class CaughtEpisode:
    """An episode with the worst severity that the rule had in it and since when; None where it told
    nothing. `is_covered`: whether the rule could answer then."""

    episode: Episode
    severity: Severity | None
    since: date | None
    is_covered: bool


@dataclass(frozen=True)
class PastAlert:
    """An alert as it would have been told, what made it so, and what followed its period."""

    alert: Alert
    record: TransitionRecord
    after: Analogue

    @property
    def value(self) -> str:
        """The number it was judged by, with its unit; empty where there is none."""
        judged, row = self.record.judged, self.record.row
        measure = float(judged.measure[row])
        return "" if np.isnan(measure) else show(measure, judged.measure_unit)

    @property
    def headline(self) -> str:
        """What it would have said happened: words take many times as long as all else."""
        return self.record.explained().signal.explained.headline


@dataclass(frozen=True)
class RuleTrial:
    """What one rule would have told in a span: how often, by year and severity; the last alerts,
    the newest first; and the episodes."""

    rate: AlertRate
    by_year: dict[int, dict[Severity, int]]
    last: tuple[PastAlert, ...]
    episodes: tuple[CaughtEpisode, ...]

    def as_json(self) -> dict[str, Any]:
        """The same as plain values."""
        rate = self.rate
        return {
            "rule": rate.rule_id,
            "title": rate.title,
            "judged_from": _iso(rate.judged_from),
            "judged_to": _iso(rate.judged_to),
            "alerts_a_year": {one.label: _rounded(rate.a_year(one)) for one in Severity},
            "by_year": {
                str(year): {level.label: count for level, count in counts.items()}
                for year, counts in self.by_year.items()
            },
            "last": [_alert_json(one) for one in self.last],
            "episodes": [
                {
                    "name": one.episode.name,
                    "from": one.episode.first.isoformat(),
                    "to": one.episode.last.isoformat(),
                    "caught": None if not one.is_covered else one.severity is not None,
                    "severity": None if one.severity is None else one.severity.label,
                    "since": _iso(one.since),
                }
                for one in self.episodes
            ],
        }


def try_rule(
    config: Config, database: Path, rule: Rule, start: datetime, end: datetime
) -> RuleTrial:
    """A rule over what a database knew in (start, end], as it would have been judged."""
    return trial_of(config, load_history(config, database, [rule], end), rule, start, end)


def trial_of(config: Config, known: Known, rule: Rule, start: datetime, end: datetime) -> RuleTrial:
    """The same over what is loaded."""
    found = decide_span(known, [rule], start, end)
    replayed = Replayed(config, start, end, tuple(found))
    (rate,), alerts = alert_rates(replayed), replayed.alerts()
    # A year before the rule could be judged is not a year without an alert.
    first = rate.judged_from or replayed.day(start)
    years = range(first.year, replayed.day(end).year + 1)
    by_year = {year: dict.fromkeys(Severity, 0) for year in years}
    for one in alerts:
        by_year[replayed.day(one.opened_at).year][one.severity] += 1
    return RuleTrial(
        rate,
        by_year,
        tuple(_past(known, replayed, alerts[: -LAST - 1 : -1])),
        tuple(_caught(one, alerts, rate) for one in EPISODES),
    )


def _past(known: Known, replayed: Replayed, alerts: Sequence[Alert]) -> Iterator[PastAlert]:
    wanted = {(one.episode, one.subject, one.severity) for one in alerts}
    (rule,), records = replayed.rules, dict[tuple[date, str, Severity], TransitionRecord]()
    for record in rule.verdicts.decided:
        after = record.outline.after
        place = after.episode, after.subject, after.severity
        if place in wanted:
            records.setdefault(place, record)
    history = known.read(tuple(rule.rule.series))
    is_whole = set(MARKET) <= {*history.series_ids}
    for one in alerts:
        record = records[one.episode, one.subject, one.severity]
        period = record.outline.signal.period_end
        found = Analogue(period, None, "", (), (), ())
        if is_whole:
            panel, by = history.as_of(replayed.end), to_second(replayed.end)
            found = followed(panel, by, np.datetime64(period))
        yield PastAlert(one, record, found)


def _caught(episode: Episode, alerts: Sequence[Alert], rate: AlertRate) -> CaughtEpisode:
    first, last = rate.judged_from, rate.judged_to
    is_covered = (first is not None and first <= episode.first) and (
        last is not None and episode.last <= last
    )
    mine = [one for one in alerts if _is_in(one, episode)]
    worst = max((one.severity for one in mine), default=None)
    since = min((one.episode for one in mine), default=None)
    return CaughtEpisode(episode, worst, since, is_covered)


def _is_in(alert: Alert, episode: Episode) -> bool:
    """Whether an alert began in an episode, or a condition was still open in it."""
    if alert.episode > episode.last:
        return False
    is_open = alert.kind is Kind.CONDITION and (
        alert.closed_at is None or alert.closed_at.date() >= episode.first
    )
    return alert.episode >= episode.first or is_open


def _alert_json(one: PastAlert) -> dict[str, Any]:
    after = one.after
    return {
        "id": one.alert.alert_id,
        "severity": one.alert.severity.label,
        "period_end": one.alert.episode.isoformat(),
        "headline": one.headline,
        "spx_pct_1_5_21": list(after.spx_pct),
        "ust10y_bp_1_5_21": list(after.ust10y_bp),
        "dxy_pct_1_5_21": list(after.dxy_pct),
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _rounded(rate: float) -> float | None:
    return None if np.isnan(rate) else round(rate, 2)
