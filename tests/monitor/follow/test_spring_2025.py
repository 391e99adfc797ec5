"""The spring of 2025 at two desks: who follows late, and dies at times, lives the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.follow import Follow
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel, replay
from tests.april import BEGAN, UNDRAWN
from tests.monitor.follow.desks import EVALUATIONS, NUMBERS, VINTAGES, differing
from tests.standins import more_publishers
from tests.support import app_over, new_york

pytestmark = pytest.mark.slow

WEEK = "2025-04-11 12:00"
# Of rules, not of the program itself.
DECIDED = """SELECT transition_id, alert_id, at, reason, before, after, signal, late
    FROM transitions WHERE alert_id NOT LIKE 'source\\_%' ESCAPE '\\'
    AND alert_id NOT LIKE 'followed%' AND reason <> 'past' ORDER BY transition_id"""


def test_a_desk_that_follows_decides_the_spring_as_the_first_and_replays_it(
    tmp_path: Path,
) -> None:
    clock = SimulatedClock(BEGAN)
    (tmp_path / "first").mkdir()
    (tmp_path / "second").mkdir()
    with Standins(clock.now, more_publishers()) as standins:
        first = app_over(standins, clock, tmp_path / "first", **UNDRAWN)
        database = tmp_path / "first" / "havenwatch.db"
        config = replace(
            first.config, folder=tmp_path / "second", follow=Follow(database=str(database))
        )

        def begun() -> App:
            return App(config, clock, channels={"console": channel})

        channel, ticks = RecordingChannel(), 0
        first.tick(BEGAN)
        second = begun()
        second.polling.refuse_start()
        second.tick(BEGAN)
        asked = len(standins.asked)
        second.tick(BEGAN)
        assert len(standins.asked) == asked
        due = BEGAN
        while due <= new_york(WEEK):
            clock.advance_to(due)
            first.tick(due)
            ticks += 1
            if ticks % 3 == 0:  # late by up to three cycles
                second.tick(due + timedelta(seconds=7))
            if ticks % 20 == 0:
                second.close()
                second = begun()
            due = max(first.next_due() or due, due + timedelta(seconds=1))
        first.tick(due)
        second.tick(due)
        second.tick(due)
        own = tmp_path / "second" / "havenwatch.db"
        assert differing(database, own, NUMBERS, VINTAGES, DECIDED, EVALUATIONS) == []
        told = second.report.alerts_json()
        rules = {one.rule_id for one in second.rules}
        again = replay(config, own, BEGAN, due).as_json()
        assert again == [one for one in told if one["rule"] in rules]
        assert len(again) > 5
        keys = [one.key for one in channel.pages]
        assert len(keys) == len({*keys})
        second.close()
        first.close()
