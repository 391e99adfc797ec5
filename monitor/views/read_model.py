"""The side of the program that looks, and the only one: everything that is shown is read here, over
a configuration and a database as it is or as it was at an instant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from alerts.digest.digest import digest_message, with_charts
from alerts.digest.facts import DigestFacts
from alerts.message.message import Message
from alerts.message.sections import Image
from alerts.tic.facts import TicDay
from alerts.titles import DEVELOPING_TITLES
from monitor.config.load import Config, rules_in_order
from monitor.evaluate.chains import Chained, build_chains
from monitor.ingest.calendars import local_date
from monitor.ingest.source import Source
from monitor.sources.tic_assets import TicAssets
from monitor.views.glance import Glance
from monitor.views.kept_views import NextRelease
from monitor.views.levels import Levels
from monitor.views.look_settings import look_settings
from monitor.views.read_levels import read_levels
from monitor.views.report import Report, charts
from monitor.views.session_so_far import SessionSoFar, session_so_far
from monitor.views.tic_days import TicDays, tic_charts
from rules.model import Panel
from rules.record.record import TrackRecord
from rules.tic.month_report import MonthReport
from rules.verdict.line_record import SERIES as RECORD_SERIES
from rules.verdict.line_record import record_as_of
from rules.verdict.model import Verdict
from state.database import Database
from state.developing_alerts import DevelopingAlerts, Settled
from state.health import Health
from state.outbox import Outbox
from state.vintages import Vintages


class ReadModel(Glance):
    """What one database says, through the sources, chains and rules of a configuration."""

    def __init__(self, config: Config, database: Database):
        self.config = config
        self.sources: dict[str, Source] = {
            name: one for name, one in config.sources.items() if one.enabled
        }
        self.rules = rules_in_order(config)
        chains = build_chains(config.chains, self.sources)
        self.archive = Chained(database, chains, config.series)
        self.report = Report(database, self.sources, self.rules, self.archive, config.verdict)
        super().__init__(
            database,
            look_settings(config, self.sources, self.archive),
            lambda: self,
            config.fingerprint,
            config.monitor.limits,
        )

    def verdict(self, at: datetime) -> Verdict:
        """What the evidence known at an instant says of foreigners dumping Treasuries, computed."""
        return self.report.verdict(at)

    def record(self, at: datetime) -> TrackRecord:
        """How each early number did against the later one, by what was known at an instant."""
        return record_as_of(self.archive.history(RECORD_SERIES, at), at, self.config.verdict)

    def developing_record(self) -> Mapping[str, Settled]:
        """How the developing alerts ended, by the rule of the developing alerts."""
        return DevelopingAlerts(self.database).settled(list(DEVELOPING_TITLES))

    def session(self, at: datetime) -> SessionSoFar | None:
        """The session so far by the quotes that had come by an instant; None where none is kept."""
        settings = self.config.intraday
        return session_so_far(self.database, self.archive, self.rules, settings, at)

    def levels(self, at: datetime) -> Levels:
        """What was known of the levels at an instant, computed."""
        return read_levels(self.report.levels(at))

    def next_releases(self, newest: Mapping[str, date], at: datetime) -> tuple[NextRelease, ...]:  # noqa: ARG002
        """What comes next of some sources, by the newest stored period of each, by the calendars
        of each."""
        return tuple(_next_release(self.sources[name], period) for name, period in newest.items())

    def series_titles(self) -> dict[str, str]:
        """What each series is called, by its id: the stored ones, and those made of them."""
        made = {name: one.title for name, one in self.config.series.items()}
        return {**Vintages(self.database).titles(), **made}

    def known(
        self, series_ids: Sequence[str], at: datetime, first_period: date | None = None
    ) -> Panel:
        """What was known of some series at an instant, of periods from `first_period` on, each from
        the sources its chain names."""
        return self.archive.history(series_ids, at, at, first_period).as_of(at)

    def tic_day(self, month: date, at: datetime) -> TicDay | None:
        """A month of TIC as known at an instant; None where it is not."""
        return TicDays(self.database, at).day(month, has_assets=self.has_tic_assets)

    def tic_charts(self, report: MonthReport) -> tuple[Image, ...]:
        """The chart of a month of TIC; none where drawing fails."""
        return tic_charts(report)

    @property
    def has_tic_assets(self) -> bool:
        """Whether slt_table1 is polled, so that its absence is worth saying."""
        return any(isinstance(one, TicAssets) for one in self.sources.values())

    def preview_digest(self, at: datetime) -> Message:
        """The digest as it would be composed at `at`, which is not stored and not sent."""
        day = local_date(at, self.config.desk.zone)
        facts = self.digest_facts(day, at, late=False)
        return with_charts(digest_message(facts, self.config.desk.zone), charts(facts.levels))

    def digest_days(self) -> list[date]:
        """The days whose digests were composed, oldest first."""
        return Outbox(self.database).digest_dates()

    def stored_digest(self, day: date) -> Message | None:
        """The digest of a day as it was composed; None where there is none."""
        return Outbox(self.database).digest_message(day) if day in self.digest_days() else None

    def digest_facts(self, day: date, at: datetime, *, late: bool) -> DigestFacts:
        """What the digest of a day says, composed at `at`: all since the one before."""
        since = Outbox(self.database).last_digest_at()
        if since is None:
            beat = Health(self.database).heartbeat()
            since = at - timedelta(days=1) if beat is None else beat.watching_since
        return self.report.digest_facts(day, since, at, late=late)


def _next_release(source: Source, newest: date) -> NextRelease:
    period = source.next_period(newest)
    expected, is_estimated = source.release(period)
    return NextRelease(source.name, period, expected, is_estimated)
