"""What every source refuses whole, saying what it expected and got, until a good body heals it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pandas as pd
import pytest

from monitor.demo.request_reply import Reply
from monitor.ingest.http import Http
from monitor.ingest.ingest import Ingest
from monitor.retry import Retry
from state.archive import NOTHING, Archive
from state.database import Database
from state.health import Health
from tests.contracts.bodies import FORMATS
from tests.contracts.faults import FAULTS, NOT_FOR
from tests.contracts.source_bench import (
    AFTER,
    BEFORE,
    LONG,
    SOURCES,
    Bench,
    every_growing_source,
)
from tests.slow import quick_where

SHORT = [name for name in SOURCES if name not in LONG]


def _is_quick(case: tuple[str, str]) -> bool:
    """Each fault where it first can happen from a place on, so that each short file meets some."""
    name, fault = case
    place = sorted(FAULTS).index(fault)
    order = (SHORT * 2)[place % len(SHORT) :][: len(SHORT)]
    return name == next((one for one in order if (one, fault) not in NOT_FOR), None)


def _is_in_ci(case: tuple[str, str]) -> bool:
    """Every tenth, so that each source meets some faults and each fault some sources."""
    name, fault = case
    return (SOURCES.index(name) + sorted(FAULTS).index(fault)) % 10 == 0


@pytest.mark.parametrize(
    ("bench", "fault"),
    quick_where(_is_quick, sorted({*product(SOURCES, FAULTS)} - NOT_FOR), in_ci=_is_in_ci),
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


REFUSED = (
    Reply(500, b"oops", "text/plain"),
    Reply(403, b"forbidden", "text/plain"),
    Reply(404, b"not found", "text/plain"),
    Reply(429, b"Too Many Requests", "text/plain", retry_after_s=600),
)


def _meets(case: tuple[str, Reply]) -> bool:
    """Each source one of them, and each of them some sources, but where a file is long."""
    return case[0] not in LONG and REFUSED.index(case[1]) == SOURCES.index(case[0]) % len(REFUSED)


@pytest.mark.parametrize(
    ("bench", "reply"),
    quick_where(_meets, product(SOURCES, REFUSED), in_ci=lambda _: False),
    indirect=["bench"],
    ids=lambda one: one if isinstance(one, str) else str(one.status),
)
def test_an_unanswered_poll_is_unreachable_and_asked_again(bench: Bench, reply: Reply) -> None:
    bench.standins.faults[bench.name] = lambda _: reply
    assert bench.poll() == NOTHING
    health = bench.health()
    assert health.state == "UNREACHABLE"
    assert f"got HTTP {reply.status}" in health.problem
    wait = timedelta(seconds=reply.retry_after_s or 60)
    assert health.next_due_at - bench.clock.now() == wait


TO_TRY = {403: "user_agent of sources.{name}", 429: "raise min_interval_s of sources.{name}"}


def _alternates(case: tuple[str, int]) -> bool:
    """Each source one of them, but where a file is long."""
    return case[0] not in LONG and [*TO_TRY].index(case[1]) == SOURCES.index(case[0]) % len(TO_TRY)


@pytest.mark.parametrize(
    ("bench", "status"), quick_where(_alternates, product(SOURCES, TO_TRY)), indirect=["bench"]
)
def test_a_refusal_names_the_user_agent_since_when_and_what_to_try(
    bench: Bench, status: int
) -> None:
    bench.standins.faults[bench.name] = lambda _: Reply(status, b"refused", "text/plain")
    assert bench.poll() == NOTHING
    said = bench.health().problem
    agent = bench.standins.asked[-1][1].user_agent
    answered = f"it last answered {BEFORE[bench.name]:%F %H:%MZ}"
    since = "it never answered yet" if bench.source.is_complete else answered
    assert f"got HTTP {status} to the User-Agent '{agent}' ({since})" in said
    assert TO_TRY[status].format(name=bench.name) in said
    # Refused again, it says the same time.
    bench.poll(timedelta(hours=2))
    assert since in bench.health().problem


@every_growing_source
def test_yesterdays_file_is_stale_and_stores_nothing(bench: Bench) -> None:
    bench.poll_once()
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
