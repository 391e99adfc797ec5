"""The side of the program that looks: over a configuration and a database that may be read-only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from monitor.chains import Chained, build_chains
from monitor.config import Config, rules_in_order
from monitor.report import Report
from monitor.source import Source
from rules.model import Panel
from rules.panel import History
from state.database import Database


class Reading:
    """What one database says, through the sources, chains and rules of a configuration."""

    def __init__(self, config: Config, database: Database):
        self.config = config
        self.database = database
        self.sources: dict[str, Source] = {
            name: one for name, one in config.sources.items() if one.enabled
        }
        self.rules = rules_in_order(config)
        chains = build_chains(config.chains, self.sources)
        self.archive = Chained(database, chains)
        self.report = Report(database, self.sources, self.rules, chains, config.verdict)

    def history(self, series_ids: Sequence[str], until: datetime) -> History:
        """Everything known of some series by an instant, each from the sources its chain names."""
        return self.archive.history(series_ids, until)

    def stored_behind(self, series_ids: Sequence[str]) -> tuple[str, ...]:
        """The stored series that some series are known from or compared with."""
        return self.archive.expanded(series_ids)

    def known(
        self, series_ids: Sequence[str], at: datetime, first_period: date | None = None
    ) -> Panel:
        """What was known of some series at an instant, of periods from `first_period` on, each from
        the sources its chain names."""
        return self.archive.history(series_ids, at, at, first_period).as_of(at)
