"""Two programs on one database: one acts, the other waits, and nothing is sent twice."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from tests.begun import Begun
from tests.support import app_over, new_york


def test_of_two_programs_on_one_database_one_acts_and_the_other_waits_for_its_end(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    begun: Begun,
) -> None:
    channel = RecordingChannel()
    one = begun(standins, clock, tmp_path, channel)
    two = app_over(standins, clock, tmp_path, channel)
    one.tick(clock.now())  # takes the lock
    clock.advance_to(new_york("2025-04-08 19:00"))
    asked = len(standins.asked)
    assert two.tick(clock.now()) == []
    assert len(standins.asked) == asked
    assert two.tick(clock.now()) == []
    said = f"another havenwatch (pid {os.getpid()}) is active on this database; waiting"
    assert caplog.messages.count(said) == 1
    one.close()
    assert two.tick(clock.now())
    assert "the other havenwatch has ended" in caplog.text
    assert [page.key for page in channel.pages] == ["joint_selloff/us/2025-04-08#1"]
    two.close()


@pytest.mark.slow
def test_two_programs_that_both_act_by_a_lost_lock_still_tell_everything_once(
    standins: Standins, clock: SimulatedClock, tmp_path: Path, begun: Begun
) -> None:
    channel = RecordingChannel()
    sections = {"digest": ["console"]}
    one = begun(standins, clock, tmp_path, channel, routing=sections)
    one.leader_lock.give_up()
    clock.advance_to(new_york("2025-04-08 19:00"))
    # The other has read everything and is about to write when this one does the same tick whole.
    steps: list[str] = []

    def interrupted(step: str) -> None:
        steps.append(step)
        if step == "judged joint_selloff":
            (tmp_path / "havenwatch.db.lock").unlink()
            one.tick(clock.now())

    two = app_over(standins, clock, tmp_path, channel, interrupted, routing=sections)
    two.tick(clock.now())
    assert "judged joint_selloff" in steps
    assert "decided joint_selloff" not in steps
    assert [page.key for page in channel.pages] == [
        "joint_selloff/us/2025-04-08#1",
        "digest/2025-04-08",
    ]
    one.close()
    two.close()
