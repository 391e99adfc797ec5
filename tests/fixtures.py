"""Fixtures every test may use; loaded where tests run, and not by the process that only hands them
out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import settings

from monitor.clock import SimulatedClock
from monitor.config import fingerprint
from monitor.config.fingerprint import ROOT
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

settings.register_profile("quick", max_examples=2, deadline=None, derandomize=True, database=None)
settings.register_profile("thorough", max_examples=5, deadline=None, print_blob=True)
settings.load_profile("quick")


@pytest.fixture(scope="session", autouse=True)
def empty_databases_at_once() -> Iterator[None]:
    """What this process opens new has today's schema without the steps that lead to it."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(MIGRATIONS, "apply", empty_database.bring_up_to_date)
        yield


@pytest.fixture(scope="session", autouse=True)
def program_files_listed_once() -> Iterator[None]:
    """Its own files do not change while the tests run; a test's folder is listed each time."""
    listed = fingerprint._files
    own = cache(lambda folder: tuple(listed(folder)))

    def files(folder: str) -> Iterable[tuple[str, int]]:
        return own(folder) if Path(folder).is_relative_to(ROOT) else listed(folder)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(fingerprint, "_files", files)
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
