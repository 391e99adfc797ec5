"""A source polled once, over stand-ins that the tests of a file share."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.ingest.http import Http
from monitor.ingest.ingest import Ingest
from monitor.retry import Retry
from state.database import Database
from tests.contracts.source_bench import AFTER, BEFORE, Bench, Publishers
from tests.standins import more_publishers
from tests.support import config_for


@pytest.fixture(scope="module")
def publishers() -> Iterator[Publishers]:
    with Standins(lambda: AFTER["cboe"], more_publishers()) as standins:
        yield Publishers(standins, config_for(standins, Path()).sources)


@pytest.fixture
def bench(request: pytest.FixtureRequest, publishers: Publishers) -> Iterator[Bench]:
    name: str = request.param
    clock = SimulatedClock(BEFORE[name])
    source, standins, polled = publishers.sources[name], publishers.standins, publishers.polled
    standins.begin(clock.now)
    database, http = Database(None), Http(clock)
    ingest = Ingest(database, http, Retry(timedelta(minutes=1), timedelta(hours=1)))
    if name in polled:
        database.connection.deserialize(polled[name])
    else:
        assert source.is_complete or ingest.poll(source, clock.now()).new > 0
        polled[name] = database.connection.serialize()
    yield Bench(name, source, standins, clock, database, ingest, publishers)
    http.close()
    database.close()
