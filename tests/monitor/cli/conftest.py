"""The commands as typed, over stand-ins that all tests here share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.cli.main import main
from monitor.clock import SimulatedClock, SystemClock
from monitor.demo.server import Standins
from tests.monitor.cli.typed import Havenwatch
from tests.standins import more_publishers
from tests.support import new_york, toml_sources

# What the first ticks of a test left, by when they were: many tests begin with the same.
Ticked = dict[tuple[str, ...], tuple[Result, bytes]]


@pytest.fixture(scope="package")
def ticked() -> Ticked:
    return {}


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
    standins: Standins, clock: SimulatedClock, tmp_path: Path, ticked: Ticked
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
        if (*ticks,) in ticked and not standins.faults:
            done, content = ticked[(*ticks,)]
            database.write_bytes(content)
            return done
        done = CliRunner().invoke(main, ["--config", str(config), *arguments])
        if words == ("tick",) and not standins.faults and done.exit_code == 0:
            ticked[(*ticks,)] = (done, database.read_bytes())
        return done

    return run
