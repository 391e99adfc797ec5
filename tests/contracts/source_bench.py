"""One source over its stand-in, on evenings on which it has something new."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import pandas as pd
import pytest

from monitor.clock import SimulatedClock
from monitor.config.plugins import source_types
from monitor.demo.server import Standins
from monitor.ingest.ingest import Ingest
from monitor.ingest.source import Source
from state.archive import Appended, Archive
from state.database import Database
from state.health import Health, SourceHealth
from tests.slow import quick_where
from tests.support import new_york

SOURCES = sorted(source_types())

# Evenings on which every source has something new; TIC on its release day.
BEFORE = {name: new_york("2025-04-07 21:00") for name in SOURCES}
AFTER = {name: new_york("2025-04-08 21:00") for name in SOURCES}
for tic in ("treasury_tic", "tic_assets"):
    BEFORE[tic], AFTER[tic] = new_york("2025-04-15 21:00"), new_york("2025-04-16 21:00")
# Weekly, on Tuesdays at 15:00 and on Thursdays at 16:30.
BEFORE["kim_wright"], AFTER["kim_wright"] = (
    new_york("2025-04-08 14:00"),
    new_york("2025-04-08 16:00"),
)
BEFORE["h10"], AFTER["h10"] = new_york("2025-04-07 12:00"), new_york("2025-04-07 21:00")
BEFORE["h41"], AFTER["h41"] = new_york("2025-04-10 12:00"), new_york("2025-04-10 17:00")
# Weekly, at 08:50 in Tokyo on Thursdays.
BEFORE["mof_flows"], AFTER["mof_flows"] = (
    new_york("2025-04-09 12:00"),
    new_york("2025-04-09 21:00"),
)
# Monthly, at 08:50 in Tokyo on the sixth office day.
BEFORE["mof_investors"], AFTER["mof_investors"] = (
    new_york("2025-04-07 12:00"),
    new_york("2025-04-07 21:00"),
)
# Weekly, on Fridays at 15:30.
BEFORE["cftc_tff"], AFTER["cftc_tff"] = new_york("2025-04-11 12:00"), new_york("2025-04-11 17:00")
# Extended once a year, with the release of its December.
BEFORE["tic_holdings"] = new_york("2025-02-17 21:00")
AFTER["tic_holdings"] = new_york("2025-02-18 21:00")


@dataclass
class Bench:
    """One source over its stand-in, polled once on a good evening; one that its publisher will
    never extend has not been polled yet."""

    name: str
    source: Source
    standins: Standins
    clock: SimulatedClock
    database: Database
    ingest: Ingest
    publishers: Publishers

    def poll_once(self) -> Appended:
        """What the poll of the second evening stored, made by the first test that begins
        with it."""
        again = self.publishers.polled_again
        if self.name in again:
            self.clock.advance_to(AFTER[self.name])
            self.database.connection.deserialize(again[self.name][1])
        else:
            again[self.name] = self.poll(), self.database.connection.serialize()
        return again[self.name][0]

    def poll(self, later: timedelta = timedelta(0)) -> Appended:
        self.clock.advance_to(AFTER[self.name] + later)
        return self.ingest.poll(self.source, self.clock.now())

    def health(self) -> SourceHealth:
        return Health(self.database).sources()[self.name]

    def stored(self) -> pd.DataFrame:
        return Archive(self.database).latest(self.name)


@dataclass
class Publishers:
    """The stand-ins of all tests here, with the database of each source after its first poll, and
    after its second beside what that stored."""

    standins: Standins
    sources: Mapping[str, Source]
    polled: dict[str, bytes] = field(default_factory=dict)
    polled_again: dict[str, tuple[Appended, bytes]] = field(default_factory=dict)


# Their files are long, or take long to be read: slow.
LONG = {
    "boc", "cftc_tff", "fiscaldata_auctions", "fiscaldata_debt", "h15", "mof_flows", "nyfed_acm",
    "tic_assets", "tic_form_s", "tic_holdings", "treasury_curve", "treasury_real_curve",
    "treasury_tic",
}  # fmt: skip
GROWING = [name for name in SOURCES if not source_types()[name].is_complete]


def _of(names: list[str]) -> pytest.MarkDecorator:
    cases = quick_where(lambda name: name not in LONG, names)
    return pytest.mark.parametrize("bench", cases, indirect=True)


every_source, every_growing_source = _of(SOURCES), _of(GROWING)
