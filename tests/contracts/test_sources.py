"""What every source keeps to, found by its file: a stand-in, a good poll, nothing stored twice."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from monitor.clock import SimulatedClock
from monitor.config.plugins import source_types
from monitor.demo.server import Standins
from monitor.ingest.http import Body, Http
from monitor.ingest.ingest import Ingest
from monitor.retry import Retry
from state.archive import NOTHING
from state.bodies import Bodies
from state.database import Database
from state.health import Health
from tests.contracts.bodies import FORMATS
from tests.contracts.source_bench import (
    BEFORE,
    SOURCES,
    Bench,
    Publishers,
    every_growing_source,
    every_source,
)
from tests.standins import more_publishers
from tests.support import config_for, new_york


@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_named_after_its_file_and_has_a_stand_in_and_a_format(
    source: str, publishers: Publishers
) -> None:
    assert source_types()[source].__module__ == f"monitor.sources.{source}"
    assert source in publishers.standins.names
    assert source in FORMATS


@every_source
def test_the_stored_numbers_are_described_and_dated(bench: Bench) -> None:
    bench.poll_once()
    stored = bench.stored()
    assert not stored.empty
    assert stored.index.is_unique
    for name in stored.columns:
        series = bench.source.describe(name)
        assert series.series_id == name
        assert series.unit
        assert series.source


@every_source
def test_what_it_gives_is_what_it_says_it_gives(bench: Bench) -> None:
    bench.poll_once()
    listed = bench.source.series_ids
    assert len(set(listed)) == len(listed)
    assert all(bench.source.describe(name).series_id == name for name in listed)
    given = set(bench.stored().columns)
    assert {
        one for one in given - set(listed) if not one.startswith(bench.source.unlisted)
    } == set()
    assert given & set(listed)


@every_source
def test_its_series_are_re_estimated_all_or_none(bench: Bench) -> None:
    """A poll is compared with what is stored in one table or the other."""
    described = map(bench.source.describe, bench.source.series_ids)
    assert len({one.one_vintage for one in described}) == 1


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
    vintage_id = bench.poll_once().vintage_id
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
    bench.poll_once()
    asked = len(bench.standins.asked)
    assert bench.poll(timedelta(minutes=5)) == NOTHING
    assert len(bench.standins.asked) > asked
    assert bench.health().state == "OK"


@every_growing_source
def test_a_publisher_without_validators_is_compared_by_its_bytes(bench: Bench) -> None:
    bench.poll_once()
    rows = bench.stored()
    bench.database.connection.execute(
        "UPDATE accepted_bodies SET etag = NULL, last_modified = NULL"
    )
    assert bench.poll(timedelta(minutes=5)) == NOTHING
    pd.testing.assert_frame_equal(bench.stored(), rows)


@every_source
def test_polling_again_and_again_adds_no_row(bench: Bench) -> None:
    bench.poll_once()
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


MONTHS = timedelta(days=90)


@pytest.mark.parametrize("polls", [3, pytest.param(16, marks=pytest.mark.slow)])
@every_growing_source
def test_an_address_that_moves_leaves_no_row_behind(bench: Bench, polls: int) -> None:
    """Only what identifies the bodies of the last accepted poll is kept, for months."""
    kept = []
    for days in range(0, MONTHS.days + 1, MONTHS.days // (polls - 1)):
        bench.clock.advance_to(BEFORE[bench.name] + timedelta(days=days))
        bench.ingest.poll(bench.source, bench.clock.now())
        rows = bench.database.connection.execute("SELECT url FROM accepted_bodies").fetchall()
        kept.append([row["url"] for row in rows])
    assert {len(urls) for urls in kept} == {1}
    if bench.name.startswith("fiscaldata"):
        assert kept[0] != kept[-1], "the address of this source is one that moves"


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
