"""How long it takes to follow a database: the first copy of fifty years, a cycle without news, and
what twenty that follow cost the one that is followed.

python -m tests.bench_follow
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import click

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.follow import Follow
from monitor.config.load import build
from monitor.history.replay import RecordingChannel
from monitor.ingest.copied_polls import CopiedPolls
from monitor.stop import Stop
from monitor.tick_hooks import no_hook
from state.database import Database
from state.health import Health
from tests.fifty_years import LOADED_AT, build_database
from tests.monitor.follow.desks import BEGAN, Desks

Say = Callable[[str, str, str], None]
FOLLOWERS: Final = 20
TICKS: Final = 60
SECONDS: Final = timedelta(seconds=15)


def measure(say: Say) -> None:
    """Print each figure."""
    with tempfile.TemporaryDirectory() as folder:
        _first_copy(say, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        _idle_ticks(say, Path(folder))


def _first_copy(say: Say, folder: Path) -> None:
    leader, follower = folder / "leader.db", Database(folder / "follower.db")
    build_database(leader)
    polled = Database(leader)
    Health(polled).begin(LOADED_AT, LOADED_AT, LOADED_AT)
    (numbers,) = polled.connection.execute("SELECT count(*) FROM observations").fetchone()
    polled.close()
    sources = build({}, {}, folder).sources
    polls = CopiedPolls(follower, sources, Stop(), no_hook, leader, timedelta(hours=1))
    cpu = time.process_time()
    first = _seconds(lambda: polls.poll((), LOADED_AT))
    cpu = time.process_time() - cpu
    say("first copy of fifty years", f"{first:.1f} s", f"{numbers:,} numbers, {cpu:.1f} s of CPU")
    again = [_seconds(lambda: polls.poll((), LOADED_AT + SECONDS)) for _ in range(TICKS)]
    say("copy without news", f"{1000 * statistics.median(again):.1f} ms", "of fifty years")
    follower.close()


def _idle_ticks(say: Say, folder: Path) -> None:
    desks = Desks(folder)
    desks.both(BEGAN)
    alone = _median_ms(desks.leader, desks.clock, [])
    followed = _median_ms(desks.follower, desks.clock, [desks.leader])
    say("idle tick that follows", f"{followed:.1f} ms of CPU", f"{alone:.1f} ms of one that polls")
    many = [_another(desks, folder / f"desk{number}") for number in range(FOLLOWERS)]
    crowd = alone_again = 0.0
    rounds = 3
    for _ in range(rounds):
        alone_again += _median_ms(desks.leader, desks.clock, []) / rounds
        crowd += _median_ms(desks.leader, desks.clock, many) / rounds
    by = 100 * (crowd / alone_again - 1)
    say(
        f"idle tick followed by {FOLLOWERS}",
        f"{crowd:.2f} ms of CPU",
        f"{alone_again:.2f} ms, {by:+.1f}%",
    )
    for one in many:
        one.close()
    desks.close()


def _another(desks: Desks, folder: Path) -> App:
    folder.mkdir()
    config = replace(
        desks.config("follower"), folder=folder, follow=Follow(database=str(desks.leader_path))
    )
    app = App(config, desks.clock, channels={"console": RecordingChannel()})
    app.tick(desks.clock.now())
    return app


def _median_ms(app: App, clock: SimulatedClock, others: list[App]) -> float:
    """The median of its ticks' CPU time, each behind one of every other."""
    taken = []
    for _ in range(TICKS):
        clock.advance_to(clock.now() + SECONDS)
        for one in others:
            one.tick(clock.now())
        taken.append(_seconds(lambda: app.tick(clock.now()), time.process_time))
    return 1000 * statistics.median(taken)


def _seconds(work: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    began = clock()
    work()
    return clock() - began


if __name__ == "__main__":
    measure(lambda name, value, against: click.echo(f"{name}: {value} ({against})"))
