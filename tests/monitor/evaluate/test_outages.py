"""An outage is one message when it begins to matter and one when it is over."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.evaluate.health_rules import source_signals
from monitor.evaluate.outages import find_outages
from monitor.history.replay import RecordingChannel
from monitor.ingest.source import Source
from rules.terms import Answer
from state.health import SourceHealth
from tests.begun import Begun
from tests.support import utc, watch

AT = utc("2025-04-10 22:30")
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Named:
    """What an outage needs to know of a source."""

    name: str
    publisher: str


SOURCES = {
    name: cast(Source, Named(name, publisher))
    for name, publisher in {
        "cboe": "Cboe",
        "ecb": "ECB",
        "tic": "US Treasury",
        "curve": "US Treasury",
        "nyfed": "New York Fed",
    }.items()
}
WELL = SourceHealth(
    source="",
    state="OK",
    problem="",
    first_attempt_at=AT - 99 * HOUR,
    last_attempt_at=AT - HOUR,
    last_success_at=AT - HOUR,
    newest_period=None,
    failures=0,
    next_due_at=AT,
    stale_at=AT + 9 * HOUR,
)
DOWN = replace(
    WELL, state="UNREACHABLE", problem="no route", failures=4, last_success_at=AT - 9 * HOUR
)
STALE = replace(DOWN, stale_at=AT - HOUR)
BROKEN = replace(STALE, state="CHANGED_FORMAT")
BACK = replace(WELL, last_success_at=AT - HOUR / 2)
FAILED_SINCE = replace(STALE, last_attempt_at=AT - HOUR / 4)

Case = tuple[dict[str, SourceHealth], tuple[str, ...], tuple[str, ...], set[str], set[str]]
# How each source does, the outages that last, the sources told alone; then the outages that fire
# and the sources that have an alert of their own.
CASES: dict[str, Case] = {
    "all is well": ({}, (), (), set(), set()),
    "three are down and none is stale": (
        {"cboe": DOWN, "ecb": DOWN, "nyfed": DOWN}, (), (), set(), set(),
    ),
    "three are down and one is stale": (
        {"cboe": STALE, "ecb": DOWN, "nyfed": DOWN}, (), (), {"several"}, set(),
    ),
    "all are down": (dict.fromkeys(SOURCES, STALE), (), (), {"several"}, set()),
    "two of one publisher": ({"tic": STALE, "curve": DOWN}, (), (), {"us_treasury"}, set()),
    "two of two publishers": ({"tic": STALE, "cboe": STALE}, (), (), set(), {"tic", "cboe"}),
    "one alone": ({"tic": STALE}, (), (), set(), {"tic"}),
    "what answers in another format is no outage": (
        {"cboe": BROKEN, "ecb": BROKEN, "nyfed": BROKEN}, (), (), set(), {"cboe", "ecb", "nyfed"},
    ),
    "what was told alone before begins none": (
        {"cboe": STALE, "ecb": STALE, "nyfed": DOWN}, (), ("cboe",), set(), {"cboe", "ecb"},
    ),
    "two are not asked again yet": (
        {"cboe": BACK, "ecb": STALE, "nyfed": STALE}, ("several",), (), {"several"}, set(),
    ),
    "one is not asked again yet": (
        {"cboe": BACK, "ecb": BACK, "nyfed": STALE}, ("several",), (), {"several"}, set(),
    ),
    "one failed again since": (
        {"cboe": BACK, "ecb": BACK, "nyfed": FAILED_SINCE}, ("several",), (), set(), {"nyfed"},
    ),
    "all are back": (dict.fromkeys(SOURCES, BACK), ("several",), (), set(), set()),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_sources_that_fail_together_are_one_outage(name: str) -> None:
    changes, lasting, told, fires, alone = CASES[name]
    health = {
        one: replace(changes.get(one, replace(WELL, last_success_at=AT - 9 * HOUR)), source=one)
        for one in SOURCES
    }
    began = dict.fromkeys(lasting, AT - 2 * HOUR)
    found = find_outages(SOURCES, health, began, told, AT)
    assert {one.subject for one in found.signals if one.answer is Answer.FIRING} == fires
    signals = source_signals(SOURCES, health, AT, found.covered)
    assert {one.subject for one in signals if one.answer is Answer.FIRING} == alone
    if "several" in lasting and "several" not in fires:
        (over,) = [one for one in found.signals if one.subject == "several"]
        said = over.explained.headline
        assert ("Still failing: nyfed." in said) is ("nyfed" in alone)


def _unavailable(reply: Reply) -> Reply:
    return replace(reply, status=503)


@pytest.mark.slow
def test_days_without_publishers_are_two_messages(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(
        standins,
        clock,
        tmp_path,
        channel,
        routing={"operational": ["console"]},
        monitor={"retry_most_seconds": 6 * 3600},
        until="2025-04-08 12:00",
    )
    watch(app, clock, "2025-04-08 12:00")
    began = len(channel.pages)
    standins.faults.update(dict.fromkeys(standins.names, _unavailable))
    end = clock.now() + timedelta(days=8)
    watch(app, clock, end.strftime("%Y-%m-%d 12:00"))
    standins.faults.clear()
    watch(app, clock, (end + timedelta(days=1)).strftime("%Y-%m-%d 12:00"))
    own = [
        (page.about.rule_id, page.about.reason)
        for page in channel.pages[began:]
        if page.about is not None and page.about.rule_id.startswith("source_")
    ]
    assert own == [("source_outage", "opened"), ("source_outage", "resolved")]
    app.close()
