"""Fixtures of the ways to break the program."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from tests.alive.bench import Bench, running
from tests.alive.manager import Manager
from tests.alive.receiver import PingReceiver


@pytest.fixture
def bench(standins: Standins, clock: SimulatedClock, tmp_path: Path) -> Iterator[Bench]:
    """A program that has ticked once, and all is well."""
    with running(standins, clock, tmp_path) as made:
        assert (made.last.kind, made.code()) == ("", 0)
        yield made


@pytest.fixture
def receiver() -> Iterator[PingReceiver]:
    with PingReceiver() as made:
        yield made


@pytest.fixture
def manager() -> Iterator[Manager]:
    with Manager() as made:
        yield made
