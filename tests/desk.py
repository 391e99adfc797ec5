"""A database as the program left it after some days of April 2025, with what people answered: one
for all tests that only look."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from state.database import Database
from state.frozen_clock import freeze
from state.instants import to_text
from tests.support import app_over, new_york, watch

BEGAN: Final = new_york("2025-04-07 21:00")
LOOKED: Final = new_york("2025-04-10 19:30")
AT: Final = ("--at", to_text(LOOKED))
CRITICAL: Final = "joint_selloff/us/2025-04-10"
# What somebody typed to turn a terminal or a spreadsheet against whoever reads it.
NASTY: Final = "=cmd()\x1b[31m red"


@dataclass(frozen=True)
class Desk:
    """A folder with a configuration and its database."""

    folder: Path

    @property
    def config(self) -> Path:
        """The configuration."""
        return self.folder / "config.toml"

    @property
    def path(self) -> Path:
        """The database."""
        return self.folder / "havenwatch.db"

    def run(self, *words: str, **environ: str) -> Result:
        """A command, as typed, in a terminal of 80 columns unless said."""
        runner = CliRunner(env={"COLUMNS": "80", **environ})
        return runner.invoke(main, ["--config", str(self.config), *words])

    def copy(self, folder: Path) -> Desk:
        """The same elsewhere, to be written to."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Desk(folder)

    def freeze(self, at: datetime) -> None:
        """Freeze the database's clock, so that commands look from there."""
        database = Database(self.path)
        freeze(database, at)
        database.close()


def build_desk(folder: Path) -> Desk:
    """8 to 10 April 2025 as the program saw them; one alert acknowledged, a rule silenced, and a
    message dead."""
    clock = SimulatedClock(BEGAN)
    with Standins(clock.now) as standins:
        app = app_over(standins, clock, folder, judged=None)
        watch(app, clock, "2025-04-10 19:30")
        app.tick(clock.now())
        app.answers.acknowledge(CRITICAL, "Ann", NASTY, clock.now())
        until = clock.now() + timedelta(hours=2)
        app.answers.silence("foreign_net_sales", "china", until, "Bo", "TIC day", clock.now())
        app.close()
    database = Database(folder / "havenwatch.db")
    with database.immediate() as connection:
        connection.execute(
            "UPDATE deliveries SET status = 'dead', problem = 'HTTP 403, [revoked]' "
            "WHERE delivery_id = (SELECT max(delivery_id) FROM deliveries)"
        )
    database.close()
    (folder / "config.toml").write_text("")
    return Desk(folder)
