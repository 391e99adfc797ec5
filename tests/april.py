"""Days of April 2025 as every source and rule saw them, digests included: made once for all."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Final

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import app_over, new_york, watch

BEGAN: Final = new_york("2025-04-07 21:00")
EVERYTHING: Final[dict[str, Any]] = {
    "watched": None, "judged": None, "routing": {"digest": ["console"]},
}  # fmt: skip
# Nobody is sent a digest, so that none is drawn, which takes half the time; until the 10th.
UNDRAWN: Final[dict[str, Any]] = EVERYTHING | {"routing": {"digest": []}}
DRAWN_FROM: Final = "2025-04-10 12:00"


def live(folder: Path, until: str) -> None:
    """`havenwatch.db` after the program ran from the evening of 7 April 2025 until an instant in
    New York, its digests sent and drawn from the 10th on; and pickled beside it the messages it
    sent and its configuration."""
    clock, channel = SimulatedClock(BEGAN), RecordingChannel()
    with Standins(clock.now, more_publishers()) as standins:
        undrawn = app_over(standins, clock, folder, channel, **UNDRAWN)
        watch(undrawn, clock, DRAWN_FROM)
        undrawn.close()
        app = app_over(standins, clock, folder, channel, **EVERYTHING)
        watch(app, clock, until)
        app.tick(clock.now())
        app.close()
    (folder / "messages").write_bytes(pickle.dumps(channel.pages))
    (folder / "configuration").write_bytes(pickle.dumps(app.config))


def lived_until(factory: pytest.TempPathFactory, until: str) -> Path:
    """The folder of such a run, to be read only."""
    return built_once(factory, f"april-{until[:10]}", lambda folder: live(folder, until))
