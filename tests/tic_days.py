"""The day on which April 2025 came out: a desk that was told of it, made once for all tests."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from state.frozen_clock import freeze
from tests.support import app_over, new_york, watch

BEGAN: Final = "2025-06-18 15:00"
LOOKED: Final = new_york("2025-06-18 18:00")
WATCHED: Final = ("treasury_tic", "tic_assets")
ROUTING: Final = {"tic": ["console"]}


def build_tic_day(folder: Path) -> None:
    """18 June 2025, 15:00 to 18:00, with TIC alone; the clock stands at its end."""
    clock = SimulatedClock(new_york(BEGAN))
    with Standins(clock.now) as standins:
        here = standins, clock, folder, RecordingChannel()
        app = app_over(*here, watched=WATCHED, judged=(), routing=ROUTING)
        watch(app, clock, "2025-06-18 18:00")
        app.tick(LOOKED)
        freeze(app.database, LOOKED)
        app.close()
    (folder / "config.toml").write_text("")
