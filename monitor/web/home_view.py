"""What the first page says, gathered from one database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from alerts.digest.facts import RuleStatus, SourceLine, near_misses
from alerts.digest.level_table import Level, lag_titles
from alerts.digest.levels import levels
from alerts.model import Release
from monitor.check.check import HealthCheck, unacknowledged
from monitor.check.output import WORDS, glance, plugin_output
from monitor.ingest.releases import next_releases
from monitor.views.alert_summary import AlertSummary, summarize_alert
from monitor.views.read_model import ReadModel
from monitor.views.report import LEVELS
from monitor.web.site import WebContext
from rules.model import Kind
from rules.verdict.model import Verdict
from state.alert_lists import active_alerts
from state.alert_store import AlertStore

# Long enough for 21 sessions and 13 weeks of each, however late they come.
SEEN_BACK: Final = timedelta(days=400)


@dataclass(frozen=True)
class Levels:
    """The levels of one frequency, with what their changes are over."""

    title: str
    lags: tuple[str, ...]
    rows: Sequence[Level]

    @property
    def newest(self) -> date:
        """The newest period of any of them."""
        return max(one.period_end for one in self.rows)


@dataclass(frozen=True)
class HomeView:
    """Everything on the first page. `word` and `said` are the check's first line without its
    figures, `details` its other lines, `left` what nobody acknowledged of earlier days, each
    with the state to list it by."""

    word: str
    said: str
    details: Sequence[str]
    last_tick_at: datetime | None
    active_alerts: Sequence[AlertSummary]
    left: Sequence[tuple[str, str]]
    verdict: Verdict
    levels: Sequence[Levels]
    near: Sequence[RuleStatus]
    standings: Sequence[RuleStatus]
    sources: Sequence[SourceLine]
    releases: Sequence[Release]

    @property
    def failing_sources(self) -> list[SourceLine]:
        """The sources that fail or are stale."""
        return [one for one in self.sources if one.state != "OK"]


def front(site: WebContext) -> HomeView:
    """The first page as of now. Raises as `Site.reading` does."""
    at, reading = site.now(), site.reading
    checked = site.checked
    _, *details = plugin_output(checked).splitlines()
    standings = reading.report.standings(at)
    alerts = asking_alerts(reading, at - site.limits.event_attention)
    conditions = [one.alert for one in alerts if one.alert.kind is Kind.CONDITION]
    return HomeView(
        word=WORDS[checked.code],
        said=glance(checked).replace(" (havenwatch alerts)", ""),
        details=details,
        last_tick_at=None if checked.facts is None else checked.facts.last_tick_at,
        active_alerts=alerts,
        left=_left(checked),
        verdict=site.kept("verdict", lambda: reading.report.verdict(at)),
        levels=site.kept("levels", lambda: _levels(reading, at)),
        near=near_misses(standings, conditions, reading.report.titles),
        standings=standings,
        sources=reading.report.source_lines(at),
        releases=next_releases(at),
    )


def _left(checked: HealthCheck) -> list[tuple[str, str]]:
    if checked.facts is None:
        return []
    both = (("open", True), ("past", False))
    found = [(state, unacknowledged(checked.facts, are_open=is_open)) for state, is_open in both]
    return [(state, said.partition(" (")[0]) for state, said in found if said]


def asking_alerts(reading: ReadModel, attention_from: datetime) -> list[AlertSummary]:
    """The open conditions, and the dated events young enough to ask for attention; the newest
    first."""
    alert_store = AlertStore(reading.database)
    return [
        summarize_alert(reading, alert_store, one)
        for one in active_alerts(reading.database, attention_from)
    ]


def _levels(reading: ReadModel, at: datetime) -> list[Levels]:
    panel = reading.known(LEVELS, at, (at - SEEN_BACK).date())
    found = [
        Levels(title, lag_titles(frequency), levels(panel, frequency))
        for title, frequency in (("Daily", "session"), ("Weekly", "week"))
    ]
    return [one for one in found if one.rows]
