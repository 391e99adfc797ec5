"""Slack's socket on loopback, and a listener connected to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.alerts.slack_standin import SlackStandin
from tests.alerts.socket_standin import SocketStandin
from tests.monitor.slack.bench import Bench


@pytest.fixture
def socket() -> Iterator[SocketStandin]:
    with SlackStandin() as slack, SocketStandin(slack) as standin:
        yield standin


@pytest.fixture
def bench(socket: SocketStandin, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(socket, tmp_path)
    yield made
    made.close()
