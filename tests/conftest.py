"""Fixtures every test may use."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pandas as pd
import pytest
from flask import Flask
from hypothesis import settings

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from state.migrations import MIGRATIONS
from tests import empty_database
from tests.begun import Begun
from tests.desk import Desk, build_desk
from tests.fifty_years import build_database
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import SHARED, new_york
from tests.templates_once import InMemory

# A disk in memory, where a commit costs nothing; four runs side by side take 2 GB at most.
IN_MEMORY: Final = Path("/dev/shm")
ENOUGH_BYTES: Final = 4 << 30

settings.register_profile("quick", max_examples=2, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=5, deadline=None, print_blob=True)
settings.load_profile("quick")


# As a desk has it, which has no pyarrow; with it a sixth of the rules' tests is spent on names of
# columns.
pd.options.mode.string_storage = "python"

# What is imported and collected stays, and looking for garbage in it takes a fifth of the start.
gc.disable()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--slow-part N/PARTS`, by which CI takes its share of the slow tests."""
    parser.addoption(
        "--slow-part", metavar="N/PARTS", help="slow tests of a part of the files only"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the slow tests of the files that are another part's."""
    wanted: str | None = config.getoption("--slow-part")
    if wanted is None:
        return
    slow = [one for one in items if one.get_closest_marker("slow")]
    number, parts = map(int, wanted.split("/"))
    files = sorted({one.path for one in slow})
    left_out = {path for place, path in enumerate(files) if place % parts != number % parts}
    items[:] = [
        one for one in items if not one.get_closest_marker("slow") or one.path not in left_out
    ]


def pytest_collection_finish() -> None:
    """Look for garbage again, but not in what has been collected."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_configure() -> None:
    """Have the tests' files in memory, where there is room and nobody named another place."""
    if IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free > ENOUGH_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(IN_MEMORY))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """As many as there are processors: each more costs as long a start as all others."""
    return os.cpu_count() or 1


@pytest.fixture(scope="session", autouse=True)
def empty_databases_at_once() -> Iterator[None]:
    """What this process opens new has today's schema without the steps that lead to it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MIGRATIONS, "apply", empty_database.bring_up_to_date)
        yield


@pytest.fixture(scope="session", autouse=True)
def templates_at_once() -> Iterator[None]:
    """Every site of this process has its templates from the first one that needed them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(Flask, "jinja_options", {"bytecode_cache": InMemory()})
        yield


@pytest.fixture
def clock() -> SimulatedClock:
    """A clock that stands at the evening before 8 April 2025."""
    return SimulatedClock(new_york("2025-04-07 21:00"))


@pytest.fixture
def standins(clock: SimulatedClock) -> Iterator[Standins]:
    """The publishers' stand-ins, publishing by the simulated clock."""
    with Standins(clock.now, more_publishers()) as running:
        yield running


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Some days of April 2025 as the program left them; a test that writes takes a copy."""
    return Desk(built_once(tmp_path_factory, "desk", build_desk))


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """The program after its first tick, for a test that is about what comes then."""
    return Begun(tmp_path_factory)


@pytest.fixture(scope="session")
def fifty_years(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifty years of made figures, beside an empty configuration; to be read only."""

    def build(folder: Path) -> None:
        build_database(folder / "havenwatch.db", real=False)
        (folder / "config.toml").write_text("")

    return built_once(tmp_path_factory, "fifty-years", build) / "havenwatch.db"


@pytest.fixture
def shared() -> Path:
    """The folder of real files beside the project; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the real files (../shared/data) are not here")
    return SHARED
