"""What can be shown of a database without the sources, rules and channels of a configuration: their
modules load pandas and more, which most looks need nothing of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from monitor.views.kept_views import NextRelease, find_levels, find_releases, find_verdict
from state.database import Database
from state.health import Health
from state.kept_settings import LookSettings
from state.provenance import origins

if TYPE_CHECKING:
    from alerts.digest.source_line import SourceLine
    from monitor.check.check import Limits
    from monitor.views.levels import Levels
    from monitor.views.report import Report
    from rules.model import Panel
    from rules.verdict.model import Verdict


class Whole(Protocol):
    """The same database through the whole configuration."""

    report: Report

    def verdict(self, at: datetime) -> Verdict:
        """What the evidence known at an instant says of foreigners dumping Treasuries."""
        ...

    def levels(self, at: datetime) -> Levels:
        """What was known of the levels at an instant."""
        ...

    def next_releases(self, newest: Mapping[str, date], at: datetime) -> tuple[NextRelease, ...]:
        """What comes next of some sources, by the newest stored period of each."""
        ...

    def series_titles(self) -> dict[str, str]:
        """What each series is called, by its id."""
        ...

    def known(
        self, series_ids: Sequence[str], at: datetime, first_period: date | None = None
    ) -> Panel:
        """What was known of some series at an instant."""
        ...


class Glance:
    """A database, and what is kept in it: of the configuration, which has a `fingerprint` and these
    `limits`, and of what takes long to compute. `full` reads and computes the rest."""

    def __init__(
        self,
        database: Database,
        settings: LookSettings,
        full: Callable[[], Whole],
        fingerprint: str,
        limits: Limits,
    ):
        self.database = database
        self.settings = settings
        self.limits = limits
        self.fingerprint = fingerprint
        self._full = full

    @property
    def zone(self) -> ZoneInfo:
        """The desk's time zone."""
        return ZoneInfo(self.settings.zone)

    @property
    def titles(self) -> Mapping[str, str]:
        """What each rule is called."""
        return self.settings.titles

    @property
    def full(self) -> Whole:
        """The same database through the whole configuration. Raises ConfigInvalid."""
        return self._full()

    def verdict(self, at: datetime) -> Verdict:
        """What the evidence known at an instant says of foreigners dumping Treasuries, beside the
        alerts of then. Raises ConfigInvalid."""
        return find_verdict(self.database, self.fingerprint, at) or self.full.verdict(at)

    def levels(self, at: datetime) -> Levels:
        """What was known of the levels at an instant. Raises ConfigInvalid."""
        return find_levels(self.database, self.fingerprint, at) or self.full.levels(at)

    def next_releases(self, newest: Mapping[str, date], at: datetime) -> tuple[NextRelease, ...]:
        """What comes next of some sources, by the newest stored period of each. Raises
        ConfigInvalid."""
        kept = find_releases(self.database, self.fingerprint, newest, at)
        return self.full.next_releases(newest, at) if kept is None else kept

    def newest_periods(self) -> dict[str, date]:
        """The newest stored period of each source that will go on."""
        health = Health(self.database).sources()
        return {
            one.name: newest
            for one in self.settings.sources
            if not one.is_complete
            and one.name in health
            and (newest := health[one.name].newest_period) is not None
        }

    def source_lines(self, at: datetime) -> list[SourceLine]:
        """How each source does, in the order of the configuration."""
        from monitor.views.source_lines import SourceLines

        lines = SourceLines(self.database, self.settings.sources, self.settings.compared)
        return lines.at(at)

    def series_behind(self, rule_id: str) -> tuple[str, ...] | None:
        """The stored series that a rule is decided from; None where no such rule is watched."""
        found = (one.series for one in self.settings.rules if one.rule_id == rule_id)
        return next(found, None)

    def first_known(self, series_ids: Sequence[str], period: date, by: datetime) -> datetime | None:
        """When the first number of a period of some series was known, None where none is."""
        found = origins(self.database, series_ids, (period,), by, first=True)
        return min((one.known_at for one in found), default=None)
