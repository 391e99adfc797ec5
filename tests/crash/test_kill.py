"""kill -9 between any two steps of a tick loses no alert.

A child process runs the real tick over real HTTP and a real database file and kills itself at one
of the steps that the program announces; the next process, later, takes up what was left.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.channels.slack import Slack
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from tests.alerts.slack_standin import CONVERSATION, TOKEN, SlackStandin
from tests.drawn_once import charts_drawn_once
from tests.support import app_over, new_york

ENVIRON = {"HAVENWATCH_SLACK_TOKEN": TOKEN}
BEFORE, EVENING = new_york("2025-04-10 10:00"), new_york("2025-04-10 19:00")
MORNING = "term_premium_day/acm_10y/2025-04-08#1"
EXPECTED = [MORNING, "joint_selloff/us/2025-04-10#1"]


class Program:
    """The program at some instant, in this process or in a child that is killed at a step."""

    def __init__(self, standins: Standins, slack: SlackStandin, folder: Path):
        self.standins = standins
        self.slack = slack
        self.folder = folder

    def app(self, clock: SimulatedClock, observe: Callable[[str], None]) -> App:
        channel = Slack(conversation=CONVERSATION, base_url=self.slack.base_url)
        return app_over(self.standins, clock, self.folder, channel, observe, environ=ENVIRON)

    def tick(self, clock: SimulatedClock) -> list[str]:
        """The steps of one whole tick."""
        steps: list[str] = []
        app = self.app(clock, steps.append)
        app.tick(clock.now())
        app.close()
        return steps

    def tick_killed_at(self, clock: SimulatedClock, place: int | str) -> None:
        """A tick in a child that dies by SIGKILL when it announces its step number `place`, or the
        first of that name."""
        child = os.fork()
        if child == 0:
            seen = itertools.count()

            def die(step: str) -> None:
                if place in (next(seen), step):
                    os.kill(os.getpid(), signal.SIGKILL)

            try:
                app = self.app(clock, die)
                app.tick(clock.now())
                app.close()  # a channel that takes long goes on after the tick
            finally:
                os._exit(9)  # it should have died before
        _, status = os.waitpid(child, 0)
        assert os.WIFSIGNALED(status), "the child lived through its last step"
        assert os.WTERMSIG(status) == signal.SIGKILL

    def told(self) -> list[str]:
        return self.slack.keys()


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """What an undisturbed tick on the evening of 10 April announces."""
    folder = tmp_path_factory.mktemp("undisturbed")
    clock = SimulatedClock(BEFORE)
    with Standins(clock.now) as standins, SlackStandin() as slack:
        program = Program(standins, slack, folder)
        program.tick(clock)
        clock.advance_to(EVENING)
        steps = program.tick(clock)
        assert program.told() == EXPECTED
    return steps


@pytest.mark.slow
def test_the_program_announces_every_step(steps: list[str]) -> None:
    order = ["poll", "fetched cboe", "polled cboe", "decide", "judged joint_selloff"]
    order += ["decided joint_selloff", "digest", "dispatch"]
    # A channel that takes long goes on by itself, and the tick does not wait for it.
    for then in (["claim", "send", "settle"], ["heartbeat"]):
        places = [steps.index(step) for step in [*order, *then]]
        assert places == sorted(places)


@pytest.fixture
def drawn_once() -> Iterator[None]:
    """The chart of the same selloff, which every process sends."""
    with charts_drawn_once():
        yield


@pytest.mark.usefixtures("drawn_once")
def test_a_kill_while_it_is_sent_loses_no_alert(tmp_path: Path) -> None:
    check_kills(tmp_path, ["send"])


@pytest.mark.slow
@pytest.mark.sweep
@pytest.mark.usefixtures("drawn_once")
def test_a_kill_at_any_step_loses_no_alert(steps: list[str], tmp_path: Path) -> None:
    check_kills(tmp_path, range(len(steps)))


def check_kills(folder: Path, places: Iterable[int | str]) -> None:
    """Nothing is lost by a kill at any of these places of the evening's tick."""
    morning = SimulatedClock(BEFORE)
    with Standins(morning.now) as standins, SlackStandin() as slack:
        Program(standins, slack, folder / "morning").tick(morning)
        assert slack.keys() == [MORNING]
    for place in places:
        shutil.copytree(folder / "morning", folder / str(place))
        check_kill(folder / str(place), place)


def check_kill(folder: Path, place: int | str) -> None:
    """What is told when the tick of the evening is killed at a step and taken up later."""
    clock = SimulatedClock(EVENING)
    with Standins(clock.now) as standins, SlackStandin() as slack:
        program = Program(standins, slack, folder)
        program.tick_killed_at(clock, place)
        # What a killed program was sending may be on its way for a while; then Slack is asked.
        clock.advance_to(EVENING + timedelta(seconds=31))
        program.tick(clock)
        told = program.told()
        where = f"killed at {place}"
        assert set(EXPECTED[1:]) <= set(told), where
        assert len(told) == len(set(told)), where
        assert sum(1 for one in slack.messages if one.get("files")) == len(told), where
        # Killed with stocks and bonds stored and DXY not, the basket judged first, provisionally,
        # and DXY a moment later: the same alert, and told so.
        assert {key.partition("#")[0] for key in told} == {EXPECTED[1].partition("#")[0]}, where
        program.tick(clock)
        assert program.told() == told, where
