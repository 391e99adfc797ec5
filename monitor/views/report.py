"""What the database says, gathered for a digest, a list or a check."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from alerts.developing import is_developing
from alerts.digest.facts import DigestFacts, RuleStatus
from alerts.digest.source_line import SourceLine
from alerts.message.message import Message
from alerts.message.sections import Image, Text
from alerts.message.settled import transition_message
from alerts.model import Alert
from alerts.states import DeliveryStatus, Reason
from alerts.titles import OWN_TITLES
from monitor.deliver.chart_cache import Draw, no_chart
from monitor.deliver.inhibited import inhibited_section
from monitor.evaluate.chains import Chained
from monitor.ingest.releases import next_releases
from monitor.ingest.source import Source
from monitor.views.alerts_json import alerts_json
from monitor.views.basis import basis_of
from monitor.views.look_settings import source_settings
from monitor.views.own_alerts import PastAlerts, own_alerts
from monitor.views.source_lines import SourceLines
from rules.evaluation import Rule
from rules.markets.day import SERIES as MARKET
from rules.markets.day import MarketDay, market_day
from rules.model import Panel
from rules.terms import Answer, Kind, Severity
from rules.tic.areas import GRAND_TOTAL
from rules.tic.lines import read_for
from rules.verdict.model import Verdict
from rules.verdict.rule import VerdictRule
from rules.verdict.verdict import SERIES, first_periods, weigh
from state.alert_rows import Evaluation
from state.alert_store import AlertStore
from state.database import Database
from state.digests import Digests
from state.health import Health
from state.outbox import Outbox
from state.rule_inputs import RequiredInput
from state.suppressions import SuppressionReason, Suppressions

# An event is a near miss for so long: its answer stands until the next one, weeks later.
EVENT_IS_NEAR_FOR: Final = timedelta(hours=24)
# A rule that needs any of many series is told by the first of them.
MOST_NAMED: Final = 2
# What a session's moves are read from: no market is closed for so long.
MARKET_DAYS: Final = timedelta(days=40)
CLOSES: Final = ("spx", "ust2y", "ust10y", "ust30y", "dxy", "acm_tp10y", "kw_tp10y", "vix")
LEVELS: Final = (*CLOSES, "custody_treasuries")
# A digest shows 63 sessions of closes, and 36 months of transactions and of custody beside them;
# both also where they come some months late.
CLOSES_BACK: Final = timedelta(days=366)
FLOWS_BACK: Final = timedelta(days=4 * 366)

log = logging.getLogger("havenwatch.report")


class Report:
    """Reads one database."""

    def __init__(
        self,
        database: Database,
        sources: Mapping[str, Source],
        rules: Sequence[Rule],
        archive: Chained,
        verdict: VerdictRule,
    ):
        self._database = database
        self._alert_store = AlertStore(database)
        self._outbox = Outbox(database)
        self._digests = Digests(database)
        self._withheld = Suppressions(database)
        self._health = Health(database)
        self._archive = archive
        self._source_lines = SourceLines(database, source_settings(sources), self._archive.compared)
        self._sources = sources
        self._rules = rules
        self._verdict = verdict
        self._past_alerts = PastAlerts(self._alert_store, self._archive, rules)
        self.titles = {**OWN_TITLES, **{rule.rule_id: rule.title for rule in rules}}

    def digest_facts(
        self, digest_date: date, since: datetime, at: datetime, *, late: bool
    ) -> DigestFacts:
        """Everything the digest of a day says."""
        told_through, recorded = self._digests.told_through(), self._digests.recorded()
        if told_through is None:
            found = (one for one, _ in self._alert_store.transitions(since, at))
            transitions = [one for one in found if one.reason is not Reason.PAST]
        else:
            transitions = self._digests.transitions_between(told_through, recorded)
        # A digest is of closes, which by then have settled what developed before them.
        transitions = [one for one in transitions if not is_developing(one.after.rule_id)]
        opened = [one for one in self._alert_store.open_alerts() if not is_developing(one.rule_id)]
        included = self._included(opened)
        return DigestFacts(
            digest_date=digest_date,
            at=at,
            verdict=self.verdict(at),
            since=since,
            late=late,
            transitions=transitions,
            told_through=recorded,
            withheld=self._withheld.reasons(one.transition_id for one in transitions),
            open_conditions=[one for one in opened if one.kind is Kind.CONDITION],
            open_events=[
                one
                for one in opened
                if one.kind is Kind.EVENT and one.severity >= Severity.WARNING
                if not one.acknowledged_by and one.alert_id not in included
            ],
            answers=len(self._alert_store.evaluations(since, at)),
            standings=self.standings(at),
            levels=self.levels(at),
            market=self.market(at),
            sources=self.source_lines(at),
            dead_letters=self._outbox.by_status()[DeliveryStatus.DEAD],
            releases=next_releases(at),
            titles=self.titles,
        )

    def _included(self, alerts: Sequence[Alert]) -> set[str]:
        """The ids of those that another alert of their session includes."""
        first = {f"{one.alert_id}#1": one.alert_id for one in alerts}
        reasons = self._withheld.reasons(first)
        return {first[name] for name, why in reasons.items() if why == SuppressionReason.INHIBITED}

    def levels(self, at: datetime) -> Panel:
        """What a digest shows of markets, premia, custody and transactions as of an instant."""
        wanted, today = (*LEVELS, *read_for(GRAND_TOTAL)), at.date()
        first = {
            **dict.fromkeys(wanted, today - FLOWS_BACK),
            **dict.fromkeys(CLOSES, today - CLOSES_BACK),
        }
        return self._archive.history(wanted, at, at, first).as_of(at)

    def market(self, at: datetime) -> MarketDay | None:
        """What markets did on their newest session, as known at an instant."""
        since = at.date() - MARKET_DAYS
        return market_day(self._archive.history(MARKET, at, at, since).as_of(at))

    def verdict(self, at: datetime) -> Verdict:
        """What the evidence known at an instant says of foreigners dumping Treasuries, beside the
        alerts of then."""
        since = self._health.watching_since()
        # What no flows can settle, such as a rule of the desk's own on gold, says nothing of them.
        titles = {rule.rule_id: rule.title for rule in self._rules if rule.awaits}
        alerts = own_alerts(self._past_alerts.at(at, since), titles)
        panel = self._archive.history(SERIES, at, at, first_periods(at.date())).as_of(at)
        found = weigh(panel, self._verdict, alerts)
        said = basis_of(since, at)
        return replace(found, notes=(*found.notes, said)) if said else found

    def standings(self, at: datetime) -> list[RuleStatus]:
        """The newest answer of each rule and subject; unknown where a series it needs is stale or
        where nothing has been judged yet."""
        fresh = {name for name, one in self._health.sources().items() if one.is_fresh(at)}
        gone: dict[str, list[str]] = {}
        for need in self.needs():
            if not fresh & set(need.sources):
                gone.setdefault(need.rule_id, []).append(need.series)
        judged: dict[str, list[Evaluation]] = {}
        for one in self._alert_store.latest_evaluations():
            judged.setdefault(one.rule_id, []).append(one)
        standings = []
        for rule in self._rules:
            missing = ", ".join(gone.get(rule.rule_id, ()))
            missing = f"missing or stale: {missing}" if missing else ""
            for one in judged.get(rule.rule_id, []):
                standings.append(_standing(rule, one, missing, at))
            if rule.rule_id not in judged:
                standings.append(_nothing_judged(rule, missing))
        return standings

    def needs(self) -> list[RequiredInput]:
        """What each rule requires, and which of the enabled sources can give it."""
        every = (
            (rule.rule_id, group)
            for rule in self._rules
            for needed in rule.needs
            for group in self._archive.required(needed)
        )
        # Two series of a rule may be made of the same one.
        groups = list(dict.fromkeys(every))
        givers = self._archive.sources_of([group for _, group in groups])
        return [
            RequiredInput(
                rule_id, _in_words(group), tuple(one for one in names if one in self._sources)
            )
            for (rule_id, group), names in zip(groups, givers, strict=True)
        ]

    def source_lines(self, at: datetime) -> list[SourceLine]:
        """How each source does, those never asked included."""
        return self._source_lines.at(at)

    def pages(self, alert_id: str, zone: ZoneInfo, draw: Draw = no_chart) -> list[Message]:
        """Every page an alert was told with, made again from what is stored; what was taken as
        history says so."""
        since = self._health.watching_since()
        included = inhibited_section(alert_id, self._alert_store, self._withheld, self.titles)
        found = []
        for one, releases in self._alert_store.transitions_of(alert_id):
            title = self._title(one.after.rule_id)
            page = transition_message(one, title, releases, zone, draw(one))
            beside = included if one.settlement is None else ()
            said = basis_of(since, one.at)
            basis = (Text(said, "Basis"),) if said else ()
            found.append(replace(page, sections=(*page.sections, *beside, *basis)))
        return found

    def _title(self, rule_id: str) -> str:
        return self.titles.get(rule_id, rule_id)

    def alerts_json(self, alerts: Sequence[Alert] | None = None) -> list[dict[str, Any]]:
        """The alerts as plain values, oldest first, with evidence and deliveries."""
        chosen = self._alert_store.alerts() if alerts is None else alerts
        return alerts_json(self._database, chosen)


def charts(known: Panel) -> tuple[Image, ...]:
    """The digest's charts; none where drawing fails, which must not hold up what they show."""
    try:
        from alerts.digest.charts import digest_charts

        return digest_charts(known)
    except Exception:
        log.exception("the charts of a digest could not be drawn; it goes without them")
        return ()


def _in_words(group: Sequence[str]) -> str:
    kinds = {one.partition(".")[0] for one in group}
    if len(group) > MOST_NAMED and len(kinds) == 1:
        return f"{kinds.pop()} data"
    return " or ".join(group) if len(group) <= MOST_NAMED else f"{group[0]} or the like"


def _standing(rule: Rule, one: Evaluation, missing: str, at: datetime) -> RuleStatus:
    is_near = rule.kind is Kind.CONDITION or at - one.known_at <= EVENT_IS_NEAR_FOR
    return RuleStatus(
        rule_title=rule.title,
        subject=one.subject,
        period_end=one.period_end,
        answer=Answer.UNKNOWN if missing else one.answer,
        severity=None if missing else one.severity,
        measure=one.measure,
        measure_unit=one.measure_unit,
        reason=missing or one.reason,
        nearness=one.nearness if is_near else None,
    )


def _nothing_judged(rule: Rule, missing: str) -> RuleStatus:
    return RuleStatus(
        rule_title=rule.title,
        subject="",
        period_end=None,
        answer=Answer.UNKNOWN,
        severity=None,
        measure=None,
        measure_unit="",
        reason=missing or "not evaluated yet",
    )
