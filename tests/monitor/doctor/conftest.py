"""A machine with which nothing is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from alerts.transport.network import CA_VARIABLES
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from tests.monitor.doctor.bench import Bench

PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture
def bench(
    standins: Standins,
    clock: SimulatedClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Bench]:
    for name in (*PROXIES, *map(str.upper, PROXIES), *CA_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as opened:
        yield Bench(tmp_path, standins, clock, monkeypatch, opened)
