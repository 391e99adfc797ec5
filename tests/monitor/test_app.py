"""The program over days of spring 2025: after a restart, after downtime, and with nothing new."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from state.archive import Archive
from state.health import Health
from state.outbox import Outbox
from tests.begun import Begun
from tests.monitor.runs import ids, kickers, standing_at
from tests.support import app_over, new_york, watch


@pytest.mark.slow
def test_a_restart_tells_nothing_again(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel, until="2025-04-08 18:00")
    watch(app, clock, "2025-04-08 23:00")
    told = len(channel.pages)
    app.close()
    again = app_over(standins, clock, tmp_path, channel)
    again.tick(clock.now())
    again.tick(clock.now() + timedelta(minutes=5))
    assert len(channel.pages) == told
    again.close()


@pytest.mark.slow
def test_after_downtime_everything_unseen_is_told_once_in_order_and_marked_late(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel)
    clock.advance_to(new_york("2025-04-22 10:00"))
    app.tick(clock.now())
    joint = [line for line in kickers(channel.pages) if "Joint" in line]
    assert joint == [
        "WARNING · Joint selloff · opened · late | joint_selloff/us/2025-04-08",
        "CRITICAL · Joint selloff · opened · provisional · late | joint_selloff/us/2025-04-10",
        "CRITICAL · Joint selloff · opened · provisional | joint_selloff/us/2025-04-21",
    ]
    app.close()


def test_a_new_database_tells_the_last_day_and_nothing_older(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    clock.advance_to(new_york("2025-04-10 21:00"))
    app = app_over(standins, clock, tmp_path, channel)
    app.tick(clock.now())
    assert [line for line in kickers(channel.pages) if "Joint" in line] == [
        "CRITICAL · Joint selloff · opened · provisional | joint_selloff/us/2025-04-10"
    ]
    # The day of 7 April, known on the 9th, is older.
    assert "term_premium_day/acm_10y/2025-04-08" in ids(app)
    assert not any("2025-04-07" in line for line in (*ids(app), *kickers(channel.pages)))
    app.close()


@pytest.mark.slow
def test_history_loaded_beforehand_changes_no_alert(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    app = app_over(standins, clock, tmp_path, channel)
    for source in app.sources.values():
        app.ingest.backfill(source, date(2024, 1, 1), clock.now())
    watch(app, clock, "2025-04-09 12:00")
    assert [page.footer for page in channel.pages] == [
        "joint_selloff/us/2025-04-08",
        "term_premium_day/acm_10y/2025-04-07",
    ]
    app.close()


@pytest.mark.slow
def test_the_new_tic_month_is_told_within_a_minute_of_its_release(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    clock.advance_to(new_york("2025-05-16 12:00"))
    app = begun(standins, clock, tmp_path, channel)
    watch(app, clock, "2025-05-16 18:05")
    tic = [page for page in channel.pages if "Foreign" in page.kicker]
    assert [page.footer for page in tic] == ["foreign_net_sales/china/2025-03-31"]
    (alert,) = [one for one in app.report.alerts_json() if one["rule"] == "foreign_net_sales"]
    assert alert["opened_at"] == "2025-05-16T20:02:00Z"  # released at 16:02 New York
    asked = [one.at for name, one in standins.asked if name == "treasury_tic"]
    window = [at for at in asked if new_york("2025-05-16 16:00") <= at]
    gaps = [after - before for before, after in itertools.pairwise(window)]
    # Every 30 s until the month is there, then only the usual poll at 16:30.
    assert gaps == [timedelta(seconds=30)] * 4 + [timedelta(minutes=28)]
    app.close()


@pytest.mark.slow
def test_missed_digests_become_one_late_one(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel, routing={"digest": ["console"]})
    clock.advance_to(new_york("2025-04-16 09:00"))
    app.tick(clock.now())
    (digest,) = [page for page in channel.pages if page.key.startswith("digest/")]
    assert digest.key == "digest/2025-04-15"
    assert "late" in digest.kicker
    assert Outbox(app.database).digest_dates() == [date(2025, 4, 15)]
    app.close()


@pytest.mark.slow
def test_a_notice_is_in_the_digest_and_nowhere_else(standins: Standins, tmp_path: Path) -> None:
    channel = RecordingChannel()
    clock = standing_at(standins, "2025-03-26 20:00")
    app = app_over(standins, clock, tmp_path, channel, routing={"digest": ["console"]})
    watch(app, clock, "2025-03-27 20:00")
    assert [page.key for page in channel.pages] == ["digest/2025-03-27"]
    assert channel.pages[0].title.startswith("Joint selloff: S&P −0.3%")
    app.close()


def test_a_source_that_is_switched_off_is_forgotten(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    app = begun(standins, clock, tmp_path)
    app.close()
    off = app_over(
        standins,
        clock,
        tmp_path,
        sources={"yahoo": {"enabled": False, "base_url": standins.base_url("yahoo")}},
    )
    off.tick(clock.now() + timedelta(hours=1))
    assert "yahoo" not in Health(off.database).sources()
    off.close()


def test_an_idle_tick_asks_nobody_and_stores_no_row(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    app = begun(standins, clock, tmp_path)
    asked = len(standins.asked)
    before = "\n".join(app.database.connection.iterdump()).splitlines()
    app.tick(clock.now() + timedelta(seconds=15))
    after = "\n".join(app.database.connection.iterdump()).splitlines()
    assert len(standins.asked) == asked
    changed = set(before) ^ set(after)
    assert all("heartbeat" in line or "program_runs" in line for line in changed)
    app.close()


@pytest.mark.slow
def test_everything_stored_is_dated_when_it_was_fetched(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    app = begun(standins, clock, tmp_path)
    watch(app, clock, "2025-04-09 12:00")
    history = Archive(app.database).history(("spx", "dxy"), datetime(2025, 5, 1, tzinfo=UTC))
    assert str(history.known_at[-1]) == "2025-04-08T22:30:00"
    app.close()
