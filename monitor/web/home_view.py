"""What the first page says, gathered from one database."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from flask import get_template_attribute
from markupsafe import Markup

from alerts.digest.facts import RuleStatus, near_misses
from alerts.digest.level_table import Level, lag_titles
from alerts.digest.levels import levels
from alerts.release import Release
from monitor.check.check import HealthCheck
from monitor.check.output import WORDS
from monitor.check.queries import OpenAlert
from monitor.ingest.releases import next_releases
from monitor.views.alert_summary import AlertSummary, summarize_alert
from monitor.views.read_model import ReadModel
from monitor.views.report import LEVELS
from monitor.web.curve_view import SERIES, CurveView, curve_view
from monitor.web.site import WebContext
from monitor.web.verdict_view import (
    EvidenceBar,
    FlowChart,
    evidence_bars,
    flow_chart,
    flow_months,
    split_answer,
    verdict_of,
)
from rules.model import Panel
from rules.verdict.model import Verdict
from state.alert_lists import active_alerts, unanswered_alerts

# Long enough for 21 sessions and 13 weeks of each, however late they come.
SEEN_BACK: Final = timedelta(days=400)
# An event that ended without an answer is named for a quarter.
OVER_SHOWN: Final = timedelta(days=92)
MOST_SHOWN: Final = 6


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
class AlertGroup:
    """Alerts that nobody answered, the worst first, and how many more there are."""

    shown: Sequence[AlertSummary]
    more: int


@dataclass(frozen=True)
class VerdictView:
    """The verdict in the order in which it is read: `answer` and `rest` are its line."""

    answer: str
    rest: str
    bars: tuple[EvidenceBar, ...]
    chart: Markup
    whole: Verdict


@dataclass(frozen=True)
class HomeView:
    """Everything on the first page. `word` is the check's; `alerts` are those that nobody answered:
    `open` warnings and criticals, those that are `over`, and `notice`s; `answered` are warnings and
    criticals that somebody acknowledged or silenced, or that another alert says."""

    word: str
    last_tick_at: datetime | None
    verdict: VerdictView
    alerts: Mapping[str, AlertGroup]
    answered: Sequence[OpenAlert]
    curve: CurveView | None
    levels: Sequence[Levels]
    near: Sequence[RuleStatus]
    standings: Sequence[RuleStatus]
    releases: Sequence[Release]

    @property
    def quiet(self) -> bool:
        """Whether there is no alert that somebody should answer."""
        return not any(group.shown for group in self.alerts.values())


def front(site: WebContext) -> HomeView:
    """The first page as of the instant shown. Raises as `WebContext.reading` does."""
    at, reading = site.now(), site.reading
    checked = site.checked
    standings = reading.report.standings(at)
    conditions = active_alerts(reading.database, at)
    return HomeView(
        word=WORDS[checked.code],
        last_tick_at=None if checked.facts is None else checked.facts.last_tick_at,
        verdict=_verdict(site),
        alerts=_alerts(reading, at),
        answered=_answered(checked),
        curve=site.kept("curve", lambda: curve_view(_known(reading, SERIES, at))),
        levels=site.kept("levels", lambda: _levels(reading, at)),
        near=near_misses(standings, conditions, reading.report.titles),
        standings=standings,
        releases=next_releases(at),
    )


def _verdict(site: WebContext) -> VerdictView:
    verdict = verdict_of(site)
    answer, rest = split_answer(verdict.line)
    sold_at_pct = site.config.verdict.month_sold_pct
    return VerdictView(
        answer=answer,
        rest=rest,
        bars=evidence_bars(verdict),
        chart=site.kept("flow chart", lambda: _drawn(flow_chart(flow_months(site), sold_at_pct))),
        whole=verdict,
    )


def _drawn(chart: FlowChart | None) -> Markup:
    """Ten years of months, which take longer to write than all the rest of the page."""
    draw: Callable[[FlowChart], Markup] = get_template_attribute("verdict.html.j2", "history")
    return Markup("") if chart is None else draw(chart)


def _alerts(reading: ReadModel, at: datetime) -> dict[str, AlertGroup]:
    found = unanswered_alerts(reading.database, at, at - OVER_SHOWN, MOST_SHOWN)
    return {
        kept: AlertGroup(
            [summarize_alert(reading, one) for one in group.alerts],
            group.total - len(group.alerts),
        )
        for kept, group in found.items()
    }


def _answered(checked: HealthCheck) -> list[OpenAlert]:
    alerts = () if checked.facts is None else checked.facts.alerts
    return [one for one in alerts if one.set_aside]


def _known(reading: ReadModel, series: Sequence[str], at: datetime) -> Panel:
    return reading.known(series, at, (at - SEEN_BACK).date())


def _levels(reading: ReadModel, at: datetime) -> list[Levels]:
    # The curve above has the yields.
    panel = _known(reading, [one for one in LEVELS if one not in SERIES], at)
    found = [
        Levels(title, lag_titles(frequency), levels(panel, frequency))
        for title, frequency in (("Daily", "session"), ("Weekly", "week"))
    ]
    return [one for one in found if one.rows]
