"""The program after its first tick, which asks every source for all it has: made once for all tests
that begin there."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from collections.abc import Collection
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from alerts.channel import Channel
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import DECIDING, JUDGING, app_over, new_york, watch


@dataclass(frozen=True)
class Begun:
    """`app_over` whose first tick is already over, and was at the clock's present instant; with
    `until` it has run quietly until an instant in New York, at which the clock then is."""

    factory: pytest.TempPathFactory

    def __call__(
        self,
        standins: Standins,
        clock: SimulatedClock,
        folder: Path,
        channel: Channel | None = None,
        *,
        watched: Collection[str] | None = DECIDING,
        judged: Collection[str] | None = JUDGING,
        until: str | None = None,
        **settings: Any,
    ) -> App:
        self.put(standins, clock, folder, watched, judged, until)
        return app_over(
            standins, clock, folder, channel, watched=watched, judged=judged, **settings
        )

    def put(
        self,
        standins: Standins,
        clock: SimulatedClock,
        folder: Path,
        watched: Collection[str] | None,
        judged: Collection[str] | None,
        until: str | None,
    ) -> None:
        """The database of such a program, as if it had asked these stand-ins."""
        begins = clock.now()

        def build(made: Path) -> None:
            then = SimulatedClock(begins)
            with Standins(then.now, more_publishers()) as asked:
                app = app_over(asked, then, made, watched=watched, judged=judged)
                app.tick(then.now())
                if until is not None:
                    watch(app, then, until)
                app.close()
            (made / "asked").write_text(asked.base_url(""))

        of = hashlib.sha256(repr((begins, watched, judged, until)).encode()).hexdigest()[:12]
        made = built_once(self.factory, f"begun-{of}", build)
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(made / "havenwatch.db", folder)
        with closing(sqlite3.connect(folder / "havenwatch.db")) as connection, connection:
            connection.execute(
                "UPDATE accepted_bodies SET url = replace(url, ?, ?)",
                ((made / "asked").read_text(), standins.base_url("")),
            )
        if until is not None:
            clock.advance_to(new_york(until))
