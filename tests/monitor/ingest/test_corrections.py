"""A correction that is held back: told once, accepted by somebody or by staying, told again."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.message.plain import plain_text
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.errors import HavenwatchError
from monitor.history.replay import RecordingChannel
from monitor.terminal.corrections import accept, describe
from state.archive import Archive
from state.corrections import Corrections
from tests.begun import Begun
from tests.support import new_york, watch

STAYED = {"accept_after_polls": 3, "accept_after_hours": 24, "retry_most_seconds": 3600}


def of_rows(change: Callable[[list[list[str]]], None]) -> Callable[[Reply], Reply]:
    def fault(reply: Reply) -> Reply:
        if reply.status != 200:
            return reply
        rows = list(csv.reader(io.StringIO(reply.body.decode())))
        change(rows)
        text = "".join(",".join(row) + "\n" for row in rows)
        return Reply(200, text.encode(), reply.content_type, reply.last_modified)

    return fault


def five_of_eleven(rows: list[list[str]]) -> None:
    """Five yields of the first days of the year corrected by a basis point."""
    place = rows[0].index("10 Yr")
    for row in rows[-2:-12:-2]:
        row[place] = f"{float(row[place]) + 0.01:.2f}"


def exchanged(rows: list[list[str]]) -> None:
    first, second = rows[-9], rows[-6]
    first[1], second[1] = second[1], first[1]


@pytest.fixture
def clock() -> SimulatedClock:
    return SimulatedClock(new_york("2025-01-17 21:00"))


@pytest.fixture
def channel() -> RecordingChannel:
    return RecordingChannel()


@pytest.fixture
def app(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    channel: RecordingChannel,
    begun: Begun,
) -> App:
    watched = ("treasury_curve", "cboe")
    return begun(standins, clock, tmp_path, channel, watched=watched, monitor=STAYED)


def told(channel: RecordingChannel) -> list[str]:
    return [page.kicker for page in channel.pages if "correction" in page.kicker]


@pytest.mark.slow
def test_a_correction_that_stays_is_told_once_and_stored_after_its_time(
    app: App, standins: Standins, clock: SimulatedClock, channel: RecordingChannel
) -> None:
    standins.faults["treasury_curve"] = of_rows(five_of_eleven)
    before = Archive(app.database).latest("treasury_curve")["ust10y"]
    watch(app, clock, "2025-01-18 20:00")
    assert told(channel) == ["WARNING · Source correction · opened"]
    said = " ".join(plain_text(channel.pages[-1]).split())
    assert "5 of" in said
    assert "havenwatch accept treasury_curve" in said
    health = app.report.source_lines(clock.now())
    assert {one.state for one in health if one.name == "treasury_curve"} == {"IMPLAUSIBLE"}
    watch(app, clock, "2025-01-19 12:00")
    after = Archive(app.database).latest("treasury_curve")["ust10y"]
    assert int((after.reindex(before.index) - before).abs().gt(0.005).sum()) == 5
    assert told(channel)[1:] == ["WARNING · Source correction · resolved"]
    stored = Corrections(app.database).newest()["treasury_curve"]
    assert (stored.status, stored.decided_by) == ("stored", "havenwatch")
    assert stored.polls >= 2
    assert stored.last_seen_at - stored.first_seen_at <= timedelta(hours=24)
    app.close()


@pytest.mark.slow
def test_what_looks_like_a_mistake_waits_for_a_person_who_is_noted(
    app: App, standins: Standins, clock: SimulatedClock, channel: RecordingChannel
) -> None:
    standins.faults["cboe"] = of_rows(exchanged)
    watch(app, clock, "2025-01-20 12:00")  # long after another one would have been accepted
    assert told(channel) == ["WARNING · Source correction · opened"]
    assert Corrections(app.database).newest()["cboe"].status == "held"
    said = describe(app, "cboe")
    assert "two values exchanged" in said
    assert "2 stored values would change" in said
    assert said.endswith("havenwatch accept cboe --yes")
    assert "Accepted by Ann: 2 stored values" in accept(app, "cboe", "Ann", clock.now())
    watch(app, clock, "2025-01-20 12:05")
    one = Corrections(app.database).newest()["cboe"]
    assert (one.status, one.decided_by) == ("stored", "Ann")
    assert told(channel)[1:] == ["WARNING · Source correction · resolved"]
    assert "accepted by Ann" in " ".join(plain_text(channel.pages[-1]).split())
    with pytest.raises(HavenwatchError, match="no correction is held"):
        accept(app, "cboe", "Ann", clock.now())
    app.close()


@pytest.mark.slow
def test_a_correction_taken_back_is_withdrawn_and_another_one_begins_anew(
    app: App, standins: Standins, clock: SimulatedClock, channel: RecordingChannel
) -> None:
    standins.faults["cboe"] = of_rows(exchanged)
    watch(app, clock, "2025-01-21 23:00")
    first = Corrections(app.database).of("cboe")
    assert first is not None
    accept(app, "cboe", "Ann", clock.now())

    def other(rows: list[list[str]]) -> None:
        rows[-3][1], rows[-7][1] = rows[-7][1], rows[-3][1]

    # What was accepted is what was seen: another one is held back again.
    standins.faults["cboe"] = of_rows(other)
    watch(app, clock, "2025-01-22 12:00")
    second = Corrections(app.database).of("cboe")
    assert second is not None
    assert second.fingerprint != first.fingerprint
    assert second.status == "held"
    del standins.faults["cboe"]
    watch(app, clock, "2025-01-22 20:00")
    assert Corrections(app.database).newest()["cboe"].status == "withdrawn"
    assert told(channel) == [
        "WARNING · Source correction · opened",
        "WARNING · Source correction · resolved",
    ]
    app.close()
