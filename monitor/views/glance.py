"""What can be shown of a database without the sources, rules and channels of a configuration: their
modules load pandas and more, which most looks need nothing of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from state.database import Database
from state.kept_settings import LookSettings
from state.provenance import origins

if TYPE_CHECKING:
    from monitor.views.report import Report
    from rules.model import Panel


class Whole(Protocol):
    """The same database through the whole configuration."""

    report: Report

    def known(
        self, series_ids: Sequence[str], at: datetime, first_period: date | None = None
    ) -> Panel:
        """What was known of some series at an instant."""
        ...


class Glance:
    """A database, and what is kept in it of the configuration. `full` reads the rest of that, for
    what is to be shown with numbers."""

    def __init__(self, database: Database, settings: LookSettings, full: Callable[[], Whole]):
        self.database = database
        self.settings = settings
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

    def series_behind(self, rule_id: str) -> tuple[str, ...] | None:
        """The stored series that a rule is decided from; None where no such rule is watched."""
        found = (one.series for one in self.settings.rules if one.rule_id == rule_id)
        return next(found, None)

    def first_known(self, series_ids: Sequence[str], period: date, by: datetime) -> datetime | None:
        """When the first number of a period of some series was known, None where none is."""
        found = origins(self.database, series_ids, (period,), by, first=True)
        return min((one.known_at for one in found), default=None)
