"""However two desks tick, lag and die: the one that follows decides what the other decides."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.app import App
from monitor.errors import HavenwatchError
from monitor.history.replay import replay
from state.corrections import Corrections
from tests.monitor.follow.desks import (
    BEGAN,
    DECIDED,
    EVALUATIONS,
    FEEDS,
    FIRST_DAY,
    NUMBERS,
    RULES,
    STORED_DAYS,
    Desks,
    differing,
)
from tests.slow import SWEEP

LATEST_DAY = date(2025, 3, 10)
MOVES = (0.94, 0.96, 0.975, 1.0, 1.025, 1.04, 1.065)


class Killed(BaseException):
    """What a kill is to the code that it strikes."""


@dataclass
class KillAt:
    """Ends the program at the step so many steps away; None never."""

    left: int | None

    def __call__(self, step: str) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed(step)


@dataclass(frozen=True)
class Act:
    """Something that happens so many minutes after what was before."""

    what: str
    minutes: int
    feed: str
    move: float
    back: int
    kill_at: int | None


ACTS = st.builds(
    Act,
    st.sampled_from(["lead", "lead", "lead", "follow", "follow", "publish", "publish", "correct",
                     "backfill", "accept"]),
    st.integers(0, 130),
    st.sampled_from(FEEDS),
    st.sampled_from(MOVES),
    st.integers(0, 4),
    st.none() | st.integers(0, 12),
)  # fmt: skip


def live(desks: Desks, acts: list[Act]) -> None:
    """Let it all happen, and then both come to the same end."""
    desks.both(BEGAN)
    for act in acts:
        at = desks.to(desks.clock.now() + timedelta(minutes=act.minutes))
        if act.what == "publish":
            day = max(max(desks.closes[act.feed]), LATEST_DAY - timedelta(days=3))
            day += timedelta(days=3 if day.weekday() == 4 else 1)
            if day <= at.date():
                desks.publish(act.feed, day, desks.closes[act.feed][STORED_DAYS[-1]] * act.move)
        elif act.what == "correct":
            day = sorted(desks.closes[act.feed])[-1 - act.back]
            desks.publish(act.feed, day, desks.closes[act.feed][day] * act.move)
        elif act.what == "backfill":
            with suppress(HavenwatchError):  # a correction on hold
                desks.leader.ingest.backfill(desks.leader.sources[act.feed], FIRST_DAY, at)
        elif act.what == "accept":
            corrections = Corrections(desks.leader.database)
            if (held := corrections.of(act.feed)) is not None:
                corrections.accept(held, "Ann", at)
        else:
            tick(desks, act)
    end = desks.clock.now() + timedelta(days=2)
    for minutes in (0, 1):
        desks.both(end + timedelta(minutes=minutes))


def tick(desks: Desks, act: Act) -> None:
    """A tick of one of them, which may die in it; then it is started again later."""
    name = "leader" if act.what == "lead" else "follower"
    start = desks.new_leader if name == "leader" else desks.new_follower
    app: App = getattr(desks, name)
    if act.kill_at is not None:
        app.close()
        app = start(KillAt(act.kill_at))
    with suppress(Killed):
        app.tick(desks.clock.now())
    if act.kill_at is not None:
        app.close()
        setattr(desks, name, start())


@pytest.mark.parametrize("thorough", [False, pytest.param(True, marks=SWEEP)])
def test_who_follows_decides_what_the_other_decides_and_a_replay_says_the_same(
    thorough: bool,
) -> None:
    @given(st.lists(ACTS, min_size=4, max_size=30 if thorough else 14))
    def holds(acts: list[Act]) -> None:
        with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
            desks = Desks(Path(folder))
            live(desks, acts)
            differ = differing(desks.leader_path, desks.path, NUMBERS, DECIDED, EVALUATIONS)
            lived = [one for one in desks.follower.report.alerts_json() if one["rule"] in RULES]
            again = replay(desks.follower.config, desks.path, BEGAN, desks.clock.now()).as_json()
            desks.close()
        assert differ == []
        assert again == lived

    holds()
