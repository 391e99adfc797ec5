"""The commands as typed, over stand-ins that all tests here share."""

from __future__ import annotations

import hashlib
import pickle
import shutil
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.clock import SimulatedClock, SystemClock
from monitor.demo.server import Standins
from tests.monitor.cli.typed import Havenwatch
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import new_york, toml_sources


@pytest.fixture(scope="package")
def server() -> Iterator[Standins]:
    """The stand-ins of all tests here, at one address."""
    with Standins(SystemClock().now, more_publishers()) as running:
        yield running


@pytest.fixture
def standins(server: Standins, clock: SimulatedClock) -> Standins:
    server.begin(clock.now)
    return server


@pytest.fixture
def havenwatch(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Havenwatch:
    """Runs a command with a configuration that names the stand-ins.

    The commands wait by the machine's clock. To the stand-ins it runs sixty times as fast, so that
    a pause of less than half the configured one keeps to their limit of one request a second, also
    on a machine that is busy.
    """
    config = tmp_path / "config.toml"
    config.write_text(toml_sources(standins, "min_interval_s = 0.04"))
    began = time.monotonic()
    standins.now = lambda: clock.now() + timedelta(seconds=60 * (time.monotonic() - began))
    standins.dated = SystemClock().now  # nothing is wrong with the machine's clock

    database, ticks = tmp_path / "havenwatch.db", list[str]()

    def run(*words: str, at: str | None = None) -> Result:
        arguments = list(words)
        if at is not None:
            clock.advance_to(new_york(at))
            arguments += ["--at", clock.now().isoformat()]
        ticks.append(at if words == ("tick",) and at is not None else " ".join(words))
        whole = ["--config", str(config), *arguments]
        if words != ("tick",) or standins.faults:
            return CliRunner().invoke(main, whole)
        # Many tests begin with the same ticks.
        return Ticked(standins.base_url(""), database).after(ticks, whole, tmp_path_factory)

    return run


@dataclass(frozen=True)
class Ticked:
    """What a tick leaves of a database, over stand-ins at an address."""

    address: str
    database: Path

    def after(
        self, ticks: Sequence[str], words: Sequence[str], factory: pytest.TempPathFactory
    ) -> Result:
        """What the command said that ticks, after the others; typed by the first test that does."""
        name = hashlib.sha256(repr(ticks).encode()).hexdigest()[:12]
        left = built_once(factory, f"ticked-{name}", lambda folder: self._tick(folder, words))
        shutil.copy(left / "havenwatch.db", self.database)
        said, address, code = pickle.loads((left / "said").read_bytes())
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.execute(
                "UPDATE accepted_bodies SET url = replace(url, ?, ?)", (address, self.address)
            )
        return Result(CliRunner(), said, b"", said, None, code, None)

    def _tick(self, folder: Path, words: Sequence[str]) -> None:
        done = CliRunner().invoke(main, words)
        shutil.copy(self.database, folder / "havenwatch.db")
        said = (done.output_bytes, self.address, done.exit_code)
        (folder / "said").write_bytes(pickle.dumps(said))
