"""What the program says about itself at each tick: its sources, their calendar, its clock and
its backups."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import chain

from alerts.model import Transition
from monitor.check.standby_issues import standby_of
from monitor.evaluate.backup_health import backup_signals
from monitor.evaluate.chains import Chained
from monitor.evaluate.clock_skew import clock_signals
from monitor.evaluate.evaluator import Evaluator
from monitor.evaluate.followed_health import followed_signals
from monitor.evaluate.health_rules import (
    calendar_signals,
    conflict_signals,
    correction_signals,
    source_signals,
)
from monitor.evaluate.outages import find_outages
from monitor.evaluate.replica_health import replica_signals
from monitor.ingest.source import Source
from rules.terms import Answer
from state.backup_state import read_backup_state
from state.connections import Connections
from state.corrections import Corrections
from state.database import Database
from state.health import SourceHealth
from state.standby_state import StandbyState


class ProgramHealth:
    """The conditions of the program itself, each judged at every tick."""

    def __init__(
        self,
        evaluator: Evaluator,
        archive: Chained,
        database: Database,
        sources: Mapping[str, Source],
        overdue: timedelta,
    ):
        self._evaluator = evaluator
        self._archive = archive
        self._database = database
        self._corrections = Corrections(database)
        self._sources = sources
        self._connections = Connections(database)
        self._overdue = overdue

    def step(
        self,
        asked: Mapping[str, Source],
        health: Mapping[str, SourceHealth],
        ahead: Mapping[str, timedelta],
        news_since: datetime | None,
        at: datetime,
    ) -> list[Transition]:
        """What changed. `asked`: the sources that do not wait for their turn, which are neither
        stale yet nor corrected. `ahead`: how far this machine's clock was ahead of each
        publisher's. Sources are compared where anything came after `news_since`."""
        outages = find_outages(
            self._sources,
            health,
            self._evaluator.open_since("source_outage"),
            self._evaluator.open_since("source_health"),
            at,
        )
        followed = followed_signals(self._connections.all(), self._overdue, at)
        # Where nothing comes from the database that is followed, all of them are stale in turn.
        has_stopped = any(one.answer is Answer.FIRING for one in followed)
        return self._evaluator.step_health(
            chain(
                followed,
                outages.signals,
                source_signals(asked, health, at, asked if has_stopped else outages.covered),
                conflict_signals(self._archive.conflicts(at, news_since), at),
                correction_signals(asked, self._corrections.newest(), at),
                calendar_signals(at),
                clock_signals(ahead, at),
                backup_signals(read_backup_state(self._database.connection), at),
                replica_signals(self._standby(), at),
            )
        )

    def _standby(self) -> StandbyState | None:
        path = self._database.path
        return None if path is None else standby_of(path)
