"""What every source keeps to, found by its file: a stand-in, a good poll, and every fault refused
whole, told with what was expected and what came, and healed by the next good body."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path

import pandas as pd
import pytest

from monitor.clock import SimulatedClock
from monitor.config.plugins import source_types
from monitor.demo.exchange import Reply
from monitor.demo.server import Standins
from monitor.ingest.http import Body, Http
from monitor.ingest.ingest import Ingest, Retry
from monitor.ingest.source import Source
from state.archive import NOTHING, Appended, Archive
from state.bodies import Bodies
from state.database import Database
from state.health import Health, SourceHealth
from tests.contracts.bodies import FORMATS
from tests.contracts.faults import FAULTS, NOT_FOR
from tests.slow import quick_where
from tests.standins import more_publishers
from tests.support import config_for, new_york

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

    def poll(self, later: timedelta = timedelta(0)) -> Appended:
        self.clock.advance_to(AFTER[self.name] + later)
        return self.ingest.poll(self.source, self.clock.now())

    def health(self) -> SourceHealth:
        return Health(self.database).sources()[self.name]

    def stored(self) -> pd.DataFrame:
        return Archive(self.database).latest(self.name)


@dataclass
class Publishers:
    """The stand-ins of all tests here, with the database of each source after its first poll."""

    standins: Standins
    sources: Mapping[str, Source]
    polled: dict[str, bytes] = field(default_factory=dict)


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
    yield Bench(name, source, standins, clock, database, ingest)
    http.close()
    database.close()


every_source = pytest.mark.parametrize("bench", SOURCES, indirect=True)
every_growing_source = pytest.mark.parametrize(
    "bench", [name for name in SOURCES if not source_types()[name].is_complete], indirect=True
)


@every_source
def test_a_source_is_named_after_its_file_and_has_a_stand_in_and_a_format(bench: Bench) -> None:
    module = source_types()[bench.name].__module__
    assert module == f"monitor.sources.{bench.name}"
    assert bench.name in bench.standins.names
    assert bench.name in FORMATS


@every_source
def test_the_stored_numbers_are_described_and_dated(bench: Bench) -> None:
    bench.poll()
    stored = bench.stored()
    assert not stored.empty
    assert stored.index.is_unique
    for name in stored.columns:
        series = bench.source.describe(name)
        assert series.series_id == name
        assert series.unit
        assert series.source


@every_growing_source
def test_a_new_period_is_stored_and_the_source_is_healthy(bench: Bench) -> None:
    before = bench.stored().index.max()
    assert bench.poll().new > 0
    assert bench.stored().index.max() > before
    health = bench.health()
    assert (health.state, health.failures, health.problem) == ("OK", 0, "")
    assert health.next_due_at > bench.clock.now()
    assert health.stale_at > bench.clock.now()


@every_source
def test_the_kept_bytes_give_the_stored_numbers_again(bench: Bench) -> None:
    vintage_id = bench.poll().vintage_id
    assert vintage_id is not None
    kept = Bodies(bench.database).of_vintage(vintage_id)
    assert kept
    frames = [
        bench.source.parse(
            Body(one.url, one.content, one.content_type, None, None), bench.clock.now()
        )
        for one in kept
    ]
    stored = bench.stored()
    again = pd.concat(frames).sort_index()[list(stored.columns)].dropna(how="all")
    again.index = pd.DatetimeIndex(again.index).as_unit("s")
    # A yearly file may be fetched beside others that are older.
    same = stored.loc[again.index]
    pd.testing.assert_frame_equal(again, same, check_freq=False, check_names=False)


@every_growing_source
def test_an_unchanged_body_is_answered_304_and_stores_nothing(bench: Bench) -> None:
    bench.poll()
    asked = len(bench.standins.asked)
    assert bench.poll(timedelta(minutes=5)) == NOTHING
    assert len(bench.standins.asked) > asked
    assert bench.health().state == "OK"


@every_growing_source
def test_a_publisher_without_validators_is_compared_by_its_bytes(bench: Bench) -> None:
    bench.poll()
    rows = bench.stored()
    bench.database.connection.execute(
        "UPDATE accepted_bodies SET etag = NULL, last_modified = NULL"
    )
    assert bench.poll(timedelta(minutes=5)) == NOTHING
    pd.testing.assert_frame_equal(bench.stored(), rows)


@every_source
def test_polling_again_and_again_adds_no_row(bench: Bench) -> None:
    bench.poll()
    counts = []
    for minutes in range(5):
        bench.poll(timedelta(minutes=minutes))
        tables = ("vintages", "observations", "source_health", "accepted_bodies")
        counts.append(
            [
                bench.database.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in tables
            ]
        )
    assert counts[0] == counts[-1]


def _is_quick(case: tuple[str, str]) -> bool:
    """Every sixth, so that each source meets some faults and each fault some sources."""
    name, fault = case
    return (SOURCES.index(name) + sorted(FAULTS).index(fault)) % 6 == 0


@pytest.mark.parametrize(
    ("bench", "fault"),
    quick_where(_is_quick, sorted({*product(SOURCES, FAULTS)} - NOT_FOR)),
    indirect=["bench"],
)
def test_a_bad_body_stores_nothing_says_why_and_is_healed(bench: Bench, fault: str) -> None:
    before = bench.stored()
    style = FORMATS[bench.name]
    bench.standins.faults[bench.name] = lambda reply: (
        FAULTS[fault](reply, style) if reply.status == 200 else reply
    )
    assert bench.poll() == NOTHING
    pd.testing.assert_frame_equal(bench.stored(), before)
    health = bench.health()
    assert health.state in ("CHANGED_FORMAT", "IMPLAUSIBLE", "STALE")
    assert "expected" in health.problem
    assert "got" in health.problem
    assert health.failures == 1
    assert health.next_due_at <= bench.clock.now() + timedelta(minutes=1)

    del bench.standins.faults[bench.name]
    assert bench.poll(timedelta(minutes=2)).new > 0
    assert bench.health().state == "OK"


@every_source
@pytest.mark.parametrize(
    "reply",
    [
        Reply(500, b"oops", "text/plain"),
        Reply(403, b"forbidden", "text/plain"),
        Reply(404, b"not found", "text/plain"),
        Reply(429, b"Too Many Requests", "text/plain", retry_after_s=600),
    ],
    ids=lambda reply: str(reply.status),
)
def test_an_unanswered_poll_is_unreachable_and_asked_again(bench: Bench, reply: Reply) -> None:
    bench.standins.faults[bench.name] = lambda _: reply
    assert bench.poll() == NOTHING
    health = bench.health()
    assert health.state == "UNREACHABLE"
    assert f"got HTTP {reply.status}" in health.problem
    wait = timedelta(seconds=reply.retry_after_s or 60)
    assert health.next_due_at - bench.clock.now() == wait


@every_source
@pytest.mark.parametrize(
    ("status", "to_try"),
    [
        (403, "user_agent of sources.{name}"),
        (429, "raise min_interval_s of sources.{name}"),
    ],
)
def test_a_refusal_names_the_user_agent_since_when_and_what_to_try(
    bench: Bench, status: int, to_try: str
) -> None:
    bench.standins.faults[bench.name] = lambda _: Reply(status, b"refused", "text/plain")
    assert bench.poll() == NOTHING
    said = bench.health().problem
    agent = bench.standins.asked[-1][1].user_agent
    answered = f"it last answered {BEFORE[bench.name]:%F %H:%MZ}"
    since = "it never answered yet" if bench.source.is_complete else answered
    assert f"got HTTP {status} to the User-Agent '{agent}' ({since})" in said
    assert to_try.format(name=bench.name) in said
    # Refused again, it says the same time.
    bench.poll(timedelta(hours=2))
    assert since in bench.health().problem


MONTHS = timedelta(days=90)


@every_growing_source
def test_an_address_that_moves_leaves_no_row_behind(bench: Bench) -> None:
    """Only what identifies the bodies of the last accepted poll is kept, for months."""
    kept = []
    for days in range(0, MONTHS.days + 1, 18):
        bench.clock.advance_to(BEFORE[bench.name] + timedelta(days=days))
        bench.ingest.poll(bench.source, bench.clock.now())
        rows = bench.database.connection.execute("SELECT url FROM accepted_bodies").fetchall()
        kept.append([row["url"] for row in rows])
    assert {len(urls) for urls in kept} == {1}
    if bench.name.startswith("fiscaldata"):
        assert kept[0] != kept[-1], "the address of this source is one that moves"


@every_growing_source
def test_yesterdays_file_is_stale_and_stores_nothing(bench: Bench) -> None:
    bench.poll()
    rows = bench.stored()
    bench.standins.now = lambda: BEFORE[bench.name]
    bench.database.connection.execute("DELETE FROM accepted_bodies")
    assert bench.poll(timedelta(minutes=5)) == NOTHING
    pd.testing.assert_frame_equal(bench.stored(), rows)
    assert bench.health().state == "STALE"


@every_growing_source
def test_a_frozen_file_is_refused_however_well_formed(bench: Bench) -> None:
    fresh = Database(None)
    much_later = AFTER[bench.name] + timedelta(days=bench.source.refuse_after_days + 40)
    bench.clock.advance_to(much_later)
    bench.standins.now = lambda: AFTER[bench.name]
    ingest = Ingest(fresh, Http(bench.clock), Retry(timedelta(minutes=1), timedelta(hours=1)))
    assert ingest.poll(bench.source, much_later) == NOTHING
    health = Health(fresh).sources()[bench.name]
    assert health.state in ("STALE", "CHANGED_FORMAT", "UNREACHABLE")
    assert Archive(fresh).latest(bench.name).empty


def test_a_file_that_is_complete_is_fetched_once_and_never_stale(tmp_path: Path) -> None:
    clock = SimulatedClock(new_york("2025-04-07 21:00"))
    complete = [name for name in SOURCES if source_types()[name].is_complete]
    assert complete
    with Standins(clock.now, more_publishers()) as standins:
        database, http = Database(None), Http(clock)
        ingest = Ingest(database, http, Retry(timedelta(minutes=1), timedelta(hours=1)))
        for name in complete:
            source = config_for(standins, tmp_path).sources[name]
            assert ingest.poll(source, clock.now()).new > 0
            asked = len(standins.asked)
            clock.advance_to(clock.now() + timedelta(days=400))
            assert ingest.poll(source, clock.now()) == NOTHING
            assert len(standins.asked) == asked
            health = Health(database).sources()[name]
            assert (health.state, health.stale_at.year) == ("OK", 9999)
        http.close()
