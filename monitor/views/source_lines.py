"""How each source does, from its health and from the disputes about its numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from alerts.digest.source_line import SourceLine
from alerts.states import AlertState
from state.alert_names import HEADLINE
from state.database import Database
from state.health import Health, SourceHealth
from state.kept_settings import SourceSettings


class SourceLines:
    """The sources of one database; `compared`: the stored series that are compared with each other,
    by the series that they are for."""

    def __init__(
        self,
        database: Database,
        sources: Sequence[SourceSettings],
        compared: Mapping[str, Sequence[str]],
    ):
        self._database = database
        self._sources = sources
        self._compared = compared

    def at(self, at: datetime) -> list[SourceLine]:
        """How each source does at an instant, those never asked included."""
        health, conflicts = Health(self._database).sources(), self._conflicts()
        return [
            _source_line(source, health.get(source.name), conflicts.get(source.name), at)
            for source in self._sources
        ]

    def _conflicts(self) -> dict[str, str]:
        """What each source that disagrees with another is in conflict about."""
        rows = self._database.connection.execute(
            f"SELECT subject, ({HEADLINE.format('alerts.alert_id')}) AS headline FROM alerts "
            "WHERE rule_id = 'source_conflict' AND state = ? ORDER BY opened_at, alert_id",
            (AlertState.OPEN,),
        )
        return {
            dataset: row["headline"]
            for row in rows
            if row["headline"] is not None
            for dataset in self._datasets(self._compared.get(row["subject"], ()))
        }

    def _datasets(self, series_ids: Sequence[str]) -> list[str]:
        rows = self._database.connection.execute(
            "SELECT DISTINCT dataset FROM series "
            "WHERE series_id IN (SELECT value FROM json_each(?)) ORDER BY dataset",
            (json.dumps(list(series_ids)),),
        )
        return [row["dataset"] for row in rows]


def _source_line(
    source: SourceSettings, health: SourceHealth | None, conflict: str | None, at: datetime
) -> SourceLine:
    if health is None:
        return SourceLine(source.name, source.publisher, "not polled yet", None, "")
    if conflict is not None and health.state == "OK":
        return SourceLine(source.name, source.publisher, "CONFLICT", health.newest_period, conflict)
    state = "STALE" if at > health.stale_at and health.state == "OK" else health.state
    return SourceLine(source.name, source.publisher, state, health.newest_period, health.problem)
