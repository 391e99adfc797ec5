"""What a sweep counts, as plain values that every process that takes part is handed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from monitor import __version__
from monitor.config.load import Config
from monitor.evaluate.chains import build_chains
from monitor.history.alert_rates import AlertRate
from monitor.history.tune import Changes
from monitor.sweeps.bootstrap import Interval, Resampling
from rules.declared.made_series import MadeSeries
from rules.evaluation import Rule
from rules.instances.foreign_net_sales import ForeignNetSalesInstance
from rules.point_in_time.source_priority import SourceChain
from rules.terms import Severity
from rules.tic.areas import AREAS, area_name
from rules.tic.series_ids import LONG, tic_series
from state.database import Database

# The rule that can be counted for each area of TIC.
OF_AREAS: Final = "foreign_net_sales"


class Configuration(NamedTuple):
    """A rule with some thresholds changed; of an area of TIC where its code is given."""

    rule_id: str
    changes: Changes
    area: str = ""

    @property
    def said(self) -> str:
        """`haven_failure with notice_spx_fall_pct=1.5`."""
        name = f"{self.rule_id} of {area_name(self.area)}" if self.area else self.rule_id
        changes = ", ".join(f"{one}={value:g}" for one, value in self.changes.items())
        return f"{name} with {changes}" if changes else name


class Stored(NamedTuple):
    """Which numbers a database has: how many vintages, and the hash and id of the newest."""

    vintages: int
    newest: int
    sha256: str

    @classmethod
    def of(cls, database: Path) -> Stored:
        """Those of a database. Raises what sqlite3 and the files do."""
        stored = Database(database, read_only=True)
        try:
            row = stored.connection.execute(
                "SELECT count(*) OVER (), vintage_id, sha256 FROM vintages "
                "ORDER BY vintage_id DESC LIMIT 1"
            ).fetchone()
        finally:
            stored.close()
        return cls(0, 0, "") if row is None else cls(*row)


@dataclass(frozen=True)
class SweepPlan:
    """The rules, the database by its path, and the span. It has no secret in it: of the
    configuration only what gives the rules their numbers."""

    database: Path
    start: datetime
    end: datetime
    zone: ZoneInfo
    rules: Mapping[str, Rule]
    chains: Mapping[str, SourceChain]
    made: Mapping[str, MadeSeries]
    stored: Stored
    resampling: Resampling | None = None
    version: str = field(default=__version__)

    @classmethod
    def of(
        cls,
        config: Config,
        database: Path,
        rules: Mapping[str, Rule],
        span: tuple[datetime, datetime],
        resampling: Resampling | None = None,
    ) -> SweepPlan:
        """The sweep of some rules of a configuration over (start, end]."""
        enabled = {name: one for name, one in config.sources.items() if one.enabled}
        return cls(
            database.absolute(),
            *span,
            config.desk.zone,
            dict(rules),
            build_chains(config.chains, enabled),
            dict(config.series),
            Stored.of(database),
            resampling,
        )

    def base(self, one: Configuration) -> Rule:
        """The rule of a configuration as it is set, before its changes."""
        return area_rule(one.area) if one.area else self.rules[one.rule_id]


@dataclass(frozen=True)
class SweptLine:
    """The alerts of one configuration; `is_set` where its thresholds are those in force.
    `intervals` of alerts a year by severity, and of all by None, where they were asked for."""

    configuration: Configuration
    rate: AlertRate
    is_set: bool
    intervals: Mapping[Severity | None, Interval] = field(default_factory=dict)


def area_rule(code: str) -> ForeignNetSalesInstance:
    """The rule about the net sales of one area, at the usual sizes."""
    name = area_name(code)
    return ForeignNetSalesInstance(
        rule_id=f"{OF_AREAS}_{code}", title=f"{name}: net sales", areas=(code,)
    )


def stored_areas(database: Path) -> list[str]:
    """The codes of the areas whose transactions are stored."""
    stored = Database(database, read_only=True)
    try:
        rows = stored.connection.execute("SELECT series_id FROM series").fetchall()
    finally:
        stored.close()
    there = {row[0] for row in rows}
    return [code for code in AREAS if tic_series(code, LONG) in there]
