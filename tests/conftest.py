"""Fixtures every test may use."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from tests.desk import Desk, build_desk
from tests.standins import more_publishers
from tests.support import SHARED, new_york


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
    return build_desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture
def shared() -> Path:
    """The folder of real files beside the project; the test is skipped where it is missing."""
    if not SHARED.is_dir():
        pytest.skip("the real files (../shared/data) are not here")
    return SHARED
