"""Days of April 2025 as every source and rule saw them, digests included: made once for all."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pytest

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.publishers.yahoo_quotes import SYMBOLS, Standin
from monitor.demo.request_reply import Asked
from monitor.demo.server import Standins
from monitor.history.replay import RecordingChannel
from monitor.quotes.yahoo_quotes import YahooQuotes
from state.quotes import Quotes
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import app_over, body, new_york, watch

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
        _quote(app, clock.now())
        app.close()
    (folder / "messages").write_bytes(pickle.dumps(channel.pages))
    (folder / "configuration").write_bytes(pickle.dumps(app.config))


def _quote(app: App, until: datetime) -> None:
    """Quotes of 10 April, every quarter of an hour, for the pages: nobody followed that session."""
    moment = new_york("2025-04-10 09:45")
    while moment <= min(until, new_york("2025-04-10 16:00")):
        asked = {"interval": "5m", "range": "1d"}
        found = [
            one
            for symbol in SYMBOLS
            for one in YahooQuotes().parse(
                body(
                    Standin()
                    .reply(Asked(f"/v8/finance/chart/{quote(symbol)}", asked, "Mozilla", moment))
                    .body
                )
            )
        ]
        Quotes(app.database).store(found, moment)
        moment += timedelta(minutes=15)


def lived_until(factory: pytest.TempPathFactory, until: str) -> Path:
    """The folder of such a run, to be read only."""
    return built_once(factory, f"april-{until[:10]}", lambda folder: live(folder, until))
