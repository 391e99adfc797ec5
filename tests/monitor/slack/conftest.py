"""Slack's socket on loopback, a listener connected to it, and the program of a desk."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.channels.slack import Slack
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.slack.socket import listening
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.alerts.socket_standin import APP_TOKEN, SocketStandin
from tests.desk import BEGAN
from tests.monitor.slack.bench import TOLD_AT, Bench
from tests.once import built_once
from tests.standins import more_publishers
from tests.support import app_over, new_york, watch


@pytest.fixture
def socket() -> Iterator[SocketStandin]:
    with SlackStandin() as slack, SocketStandin(slack) as standin:
        yield standin


@pytest.fixture
def bench(socket: SocketStandin, tmp_path: Path) -> Iterator[Bench]:
    made = Bench(socket, tmp_path)
    yield made
    made.close()


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the evening of 8 April, and the messages that Slack then shows."""

    def build(folder: Path) -> None:
        clock = SimulatedClock(BEGAN)
        with Standins(clock.now, more_publishers()) as standins, SlackStandin() as slack:
            app = app_in_slack(standins, clock, folder, slack)
            watch(app, clock, TOLD_AT)
            app.close()
            (folder / "messages.json").write_text(json.dumps(slack.posted))

    return built_once(tmp_path_factory, "slack-desk", build)


def app_in_slack(
    standins: Standins, clock: SimulatedClock, folder: Path, slack: SlackStandin
) -> App:
    channel = Slack(
        conversation=CONVERSATION,
        token_env="BOT",
        app_token_env="APP",
        base_url=slack.base_url,
    )
    environ = {"BOT": TOKEN, "APP": APP_TOKEN}
    return app_over(standins, clock, folder, channel, environ=environ)


@pytest.fixture
def app(
    told: Path, standins: Standins, clock: SimulatedClock, tmp_path: Path, socket: SocketStandin
) -> Iterator[App]:
    """The program at the evening of 8 April, whose alert is in Slack, with its buttons answered."""
    shutil.copyfile(told / "havenwatch.db", tmp_path / "havenwatch.db")
    socket.slack.posted += json.loads((told / "messages.json").read_text())
    clock.advance_to(new_york(TOLD_AT))
    socket.now = clock.now
    made = app_in_slack(standins, clock, tmp_path, socket.slack)
    assert made.leader_lock.take()
    with listening(made, made.answers):
        yield made
    made.close()
