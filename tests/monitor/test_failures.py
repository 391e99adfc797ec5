"""Rules that crash, sources that are stale and a database that refuses, in the running program."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.request_reply import Reply
from monitor.demo.server import Standins
from monitor.errors import ClockWentBack
from monitor.history.replay import RecordingChannel
from tests.begun import Begun
from tests.monitor.runs import Crashing, kickers
from tests.support import app_over, new_york, watch


@pytest.mark.slow
def test_stale_sources_make_rules_unknown_and_tell_the_operator_once(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel)
    standins.faults["cboe"] = lambda _: Reply(500, b"", "text/plain")
    watch(app, clock, "2025-04-11 12:00")
    told = [line for line in kickers(channel.pages) if "cboe" in line]
    assert told == ["WARNING · Source health · opened | source_health/cboe/2025-04-09"]
    standing = {one.rule_title: one for one in app.report.standings(clock.now())}
    assert standing["Joint selloff"].answer == "unknown"
    assert "missing or stale: spx" in standing["Joint selloff"].reason
    assert not any("Joint" in line for line in kickers(channel.pages))
    del standins.faults["cboe"]
    watch(app, clock, "2025-04-11 14:00")
    assert any("Source health · resolved" in line for line in kickers(channel.pages))
    # And what was missed meanwhile is told now.
    assert sum("Joint" in line for line in kickers(channel.pages)) == 2
    app.close()


@pytest.mark.slow
def test_a_rule_that_crashes_is_unknown_tells_the_operator_and_catches_up(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    begun: Begun,
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel)
    app.close()

    broken = app_over(standins, clock, tmp_path, channel, rules={"joint_selloff": Crashing()})
    watch(broken, clock, "2025-04-08 23:00")
    broken.close()
    lines = kickers(channel.pages)
    assert [line for line in lines if "Rule health" in line] == [
        "WARNING · Rule health · opened | rule_health/joint_selloff/2025-04-08"
    ]
    assert not any("Joint" in line for line in lines)
    assert "ZeroDivisionError" in caplog.text
    app = app_over(standins, clock, tmp_path, channel)
    watch(app, clock, "2025-04-09 10:00")
    lines = kickers(channel.pages)
    # It was known in the evening, and says that it comes late.
    said = "delayed · WARNING · Joint selloff · opened"
    assert any(line.startswith(said) and "joint_selloff/us/2025-04-08" in line for line in lines)
    assert any("Rule health · resolved" in line for line in lines)
    app.close()


def test_time_does_not_go_back(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    app = begun(standins, clock, tmp_path)
    with pytest.raises(ClockWentBack, match="fix the machine's clock"):
        app.tick(clock.now() - timedelta(hours=1))
    app.close()


@pytest.mark.slow
def test_a_rule_that_crashes_at_the_very_start_tells_no_history_later(
    standins: Standins, clock: SimulatedClock, tmp_path: Path
) -> None:
    channel = RecordingChannel()
    broken = app_over(standins, clock, tmp_path, channel, rules={"joint_selloff": Crashing()})
    broken.tick(clock.now())
    broken.close()
    clock.advance_to(new_york("2025-04-08 19:00"))
    mended = app_over(standins, clock, tmp_path, channel)
    mended.tick(clock.now())
    assert [page.footer for page in channel.pages if "Joint" in page.kicker] == [
        "joint_selloff/us/2025-04-08"
    ]
    mended.close()


@pytest.mark.slow
def test_a_database_that_cannot_be_written_is_not_told_as_a_crash_of_a_rule(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    app = begun(standins, clock, tmp_path, channel)
    clock.advance_to(new_york("2025-04-08 19:00"))
    refuse = (
        "CREATE TRIGGER full BEFORE INSERT ON evaluations BEGIN SELECT RAISE(FAIL, 'full'); END"
    )
    app.database.connection.execute(refuse)
    with pytest.raises(sqlite3.Error, match="full"):
        app.tick(clock.now())
    app.database.connection.execute("DROP TRIGGER full")
    app.tick(clock.now())
    lines = kickers(channel.pages)
    assert "WARNING · Joint selloff · opened | joint_selloff/us/2025-04-08" in lines
    assert not any("Rule health" in line for line in lines)
    app.close()
