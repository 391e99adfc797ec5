"""History, file by file: resumable, safe to repeat, and known when it usually was."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.errors import FetchFailed
from monitor.ingest.http import Http
from monitor.ingest.ingest import Ingest
from monitor.ingest.source import Source
from monitor.retry import Retry
from state.archive import NOTHING, Archive
from state.database import Database
from state.vintages import Vintages
from tests.support import config_for, new_york

SINCE = date(2023, 1, 1)


@pytest.fixture
def source(standins: Standins, tmp_path: Path) -> Source:
    return config_for(standins, tmp_path).sources["treasury_curve"]


def ingest(database: Database, clock: SimulatedClock) -> Ingest:
    return Ingest(database, Http(clock), Retry(timedelta(minutes=1), timedelta(hours=1)))


def years_asked(standins: Standins) -> list[str]:
    return [
        one.query.get("field_tdr_date_value", "archive")
        for name, one in standins.asked
        if name == "treasury_curve"
    ]


class Interrupted(Exception):
    """The machine went down."""


def test_an_interrupted_backfill_goes_on_with_what_it_has_not_stored(
    standins: Standins, clock: SimulatedClock, source: Source
) -> None:
    database = Database(None)

    def down(name: str) -> None:
        raise Interrupted(name)

    with pytest.raises(Interrupted):
        ingest(database, clock).backfill(source, SINCE, clock.now(), down)
    assert years_asked(standins) == ["2025"], "the newest first"
    stored = len(Archive(database).latest("treasury_curve"))
    assert stored > 50

    clock.advance_to(clock.now() + timedelta(minutes=5))
    files: list[str] = []
    added = ingest(database, clock).backfill(source, SINCE, clock.now(), files.append)
    assert added.new > 200
    assert added.revised == 0
    assert years_asked(standins) == ["2025", "2024", "archive"]
    assert len(files) == len(source.history_requests(SINCE, clock.now()))


def test_a_finished_backfill_can_be_repeated_and_adds_nothing(
    standins: Standins, clock: SimulatedClock, source: Source
) -> None:
    database = Database(None)
    ingest(database, clock).backfill(source, SINCE, clock.now())
    asked = len(standins.asked)
    clock.advance_to(clock.now() + timedelta(minutes=5))
    assert ingest(database, clock).backfill(source, SINCE, clock.now()) == NOTHING
    assert len(standins.asked) == 2 * asked


def test_all_of_it_is_marked_as_assumed_by_the_calendar(
    clock: SimulatedClock, source: Source
) -> None:
    database = Database(None)
    ingest(database, clock).backfill(source, SINCE, clock.now())
    found = Vintages(database).versions("ust10y", SINCE, date(2025, 4, 7))
    assert len(found) > 250
    assert all(one.assumed for one in found)
    assert found[-1].known_at == new_york("2025-04-07 18:15")


def test_a_source_whose_files_are_all_missing_says_so(
    standins: Standins, clock: SimulatedClock, source: Source
) -> None:
    standins.faults["treasury_curve"] = lambda reply: type(reply)(404, b"", "text/plain")
    with pytest.raises(FetchFailed, match="HTTP 404"):
        ingest(Database(None), clock).backfill(source, SINCE, clock.now())
