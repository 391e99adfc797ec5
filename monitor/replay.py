"""The live decision path over what the database knows of the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

from alerts.model import Alert
from alerts.page import Page
from monitor.chains import Chained, build_chains
from monitor.config import Config
from monitor.decide import Decide
from monitor.dispatch import Dispatch
from monitor.ingest import Retry
from monitor.report import Report
from state.database import Database
from state.ledger import Ledger


@dataclass(frozen=True)
class RecordingChannel:
    """Stands in a replay where a channel stands live: what it is sent, it keeps."""

    channel_type: ClassVar[str] = "recording"

    enabled: bool = True
    pages: list[Page] = field(default_factory=list)

    @property
    def secret_names(self) -> tuple[str, ...]:
        """None."""
        return ()

    def send(self, page: Page, secrets: Mapping[str, str], at: datetime) -> str:  # noqa: ARG002
        """Its place among the pages kept."""
        self.pages.append(page)
        return str(len(self.pages))


@dataclass(frozen=True)
class Replayed:
    """What a replay decided: the alerts that opened in its span, and all of it as plain values."""

    alerts: tuple[Alert, ...]
    as_json: list[dict[str, Any]]


def replay(config: Config, database: Path, start: datetime, end: datetime) -> Replayed:
    """The alerts that opened in (start, end], decided anew in a scratch database.

    What was known by `start` is history, exactly as at the first tick of a live database. The
    observations, rules, lifecycle, routes and ids are the live ones.
    """
    known = Database(database)
    scratch = Database(None)
    rules = [one for one in config.rules.values() if one.enabled]
    sources = {name: one for name, one in config.sources.items() if one.enabled}
    chains = build_chains(config.chains, sources)
    report = Report(scratch, sources, rules, chains)
    decide = Decide(Chained(known, chains), scratch, rules, config.routing.by_route())
    dispatch = Dispatch(
        scratch,
        {name: RecordingChannel() for name in config.channels},
        {},
        report.titles,
        config.desk.zone,
        Retry(timedelta(seconds=1), timedelta(seconds=1)),
        timedelta(days=1),
    )
    decide.start(start)
    decide.decide(end)
    dispatch.dispatch(end)
    alerts = tuple(one for one in Ledger(scratch).alerts() if start < one.opened_at <= end)
    as_json = report.alerts_json(alerts)
    known.close()
    scratch.close()
    return Replayed(alerts, as_json)
