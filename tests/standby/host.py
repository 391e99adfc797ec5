"""The program as a host that can be killed or stopped anywhere: `python -m tests.standby.host`.

It imports everything once and makes a process, in a group of its own, for each line that it reads:
`{"name": "a", "folder": ..., "kill_at": ["tick 10:00", "slack", 7], "how": "kill"}`. The host takes
part in the lease and does, whenever it leads, the steps of the scripted day up to the one in the
file `step`. What happens to it is a line each in its file `events`.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections import Counter as Counts
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, cast

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import Config, load
from monitor.deliver.chart_cache import warm_up
from monitor.standby import member as member_module
from monitor.standby.lease import Lease
from monitor.standby.member import Member
from monitor.standby.replica import Replica
from monitor.standby.stores import ReplicaFailed
from monitor.stop import Stop, Stopped
from rules.evaluation import Rule
from state.database import Database
from state.health import Health
from tests.crash.boundaries import PROGRAM, Counter, _actor
from tests.crash.program import ALERT, day
from tests.crash.script import RULES, instant

# What the day's clock runs faster than the machine's, so that a claim ends within seconds.
FASTER: Final = 10.0
PAUSE_S: Final = 0.05
MARKED_EVERY_S: Final = 0.1
STEPS: Final = tuple(day())


class DayClock(SimulatedClock):
    """The day's time: that of the step in the file, and what has passed since it was written."""

    def __init__(self, folder: Path):
        self._folder = folder
        super().__init__(self.now())

    def now(self) -> datetime:
        """The instant of the day."""
        number, began = self.step()
        at = instant(STEPS[number].partition(" ")[2])
        return (at + timedelta(seconds=FASTER * (time.time() - began))).replace(microsecond=0)

    def step(self) -> tuple[int, float]:
        """The number of the step, and when it was written."""
        number, _, began = (self._folder / "step").read_text().partition(" ")
        return int(number), float(began)


@dataclass
class Boundaries(Counter):
    """Counts the boundaries of each step, and kills or stops the whole host at one."""

    step: str = ""
    wanted: tuple[str, str, int] | None = None
    how: str = "kill"
    last_send: float = 0.0

    def __post_init__(self) -> None:
        self.counts: Counts[tuple[str, str]] = Counts()

    def passing(self, what: str) -> None:
        """Note a boundary, or end at it."""
        actor = _actor()
        self.counts[self.step, actor] += 1
        if self.wanted == (self.step, actor, self.counts[self.step, actor]):
            said("struck", what=f"{self.step} at {actor} ({what})")
            if self.how == "kill":
                os.killpg(os.getpgrp(), signal.SIGKILL)
            if self.how.startswith("stop"):
                os.kill(os.getpid(), signal.SIGSTOP)
        if "send" in what and actor != PROGRAM:
            self.last_send = time.time()


class NoSwitch:
    """In place of the dead man's switch: it does nothing."""

    def __init__(self, lease: Lease):
        pass

    def start(self) -> None:
        """Do nothing."""

    def stop(self) -> None:
        """Do nothing."""


EVENTS: list[Path] = []


def said(event: str, **more: Any) -> None:
    """Note an event."""
    line = json.dumps({"event": event, "at": time.time(), **more}) + "\n"
    with EVENTS[0].open("a") as file:
        file.write(line)


def serve() -> None:
    """Make hosts until standard input ends."""
    warm_up()
    for line in sys.stdin:
        asked = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            log = os.open(f"{asked['folder']}/log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
            os.dup2(log, 1)
            os.dup2(log, 2)
            try:
                host(asked)
            finally:
                os._exit(1)
        print(child, flush=True)  # noqa: T201
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def host(asked: Mapping[str, Any]) -> None:
    """Take part until the process is killed."""
    import logging

    folder = Path(asked["folder"])
    os.environ["HAVENWATCH_WEBHOOK_URL"] = asked["webhook"]
    logging.basicConfig(level=logging.INFO)
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    EVENTS.append(folder / "events")
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    boundaries = Boundaries()
    boundaries.how = asked["how"]
    if asked["kill_at"]:
        step, actor, number = asked["kill_at"]
        boundaries.wanted = (step, actor, number)
    boundaries.install()
    config = load(folder / "config.toml", os.environ)
    config = replace(config, rules={one.rule_id: cast(Rule, one) for one in RULES})
    stop = Stop()
    clock = DayClock(folder.parent)
    path = folder / "havenwatch.db"
    member = Member(config, path, clock, stop, os.environ)
    if asked["how"] == "stop unwatched":
        # Nothing kills it, so that all else has to keep it from sending.
        vars(member_module)["DeadMansSwitch"] = NoSwitch
    said("ready")
    with member.taking_part():
        while member.wait_until_leading():
            said("leads", token=member.lease.token, mark=_mark(path))
            with member.leading():
                _lead(config, path, clock, stop, member, boundaries)
            said("stands by", last_send=boundaries.last_send)


def _mark(path: Path) -> float:
    """When the database was last written, by the mark in it."""
    import sqlite3

    with contextlib.closing(sqlite3.connect(path)) as connection:
        try:
            return float(connection.execute("SELECT at FROM marks").fetchone()[0])
        except sqlite3.OperationalError:
            return 0.0


def _lead(
    config: Config,
    path: Path,
    clock: DayClock,
    stop: Stop,
    member: Member,
    boundaries: Boundaries,
) -> None:
    app = App(config, clock, path, stop=stop, leader_lock=member.lock)
    replica = Replica(config.standby, config.secrets, os.environ, path)
    ends = threading.Event()
    marks = threading.Thread(target=_write_marks, args=(path, ends))
    marks.start()
    done = -1
    try:
        while not stop.has_to_pause:
            number, _ = clock.step()
            try:
                if _do_steps(app, clock, number, done, boundaries):
                    done = number
                    _await_replica(replica, number)
            except Stopped:
                break
            stop.wait_within(PAUSE_S)
    finally:
        ends.set()
        marks.join()
        app.close(keep_lock=True)


def _await_replica(replica: Replica, number: int) -> None:
    """Note when a step is in the replica: hours lie between two, and in the sweep no second."""
    with contextlib.suppress(ReplicaFailed):
        replica.sync()
        said("replicated", step=number)


def _do_steps(app: App, clock: DayClock, number: int, done: int, boundaries: Boundaries) -> bool:
    """Do what is due up to a step of the day; whether that was more than before."""
    if number > done:
        boundaries.step = STEPS[number]
        for step in STEPS[: number + 1]:
            _answer(app, step)
        app.tick(clock.now())
        said("ticked", step=number, counts={
            actor: count for (step, actor), count in boundaries.counts.items()
            if step == STEPS[number]
        })  # fmt: skip
    app.send_due(clock.now())
    return number > done


def _answer(app: App, step: str) -> None:
    """What a person answers at a step, again where it was lost."""
    word, _, clock_time = step.partition(" ")
    at = max(instant(clock_time), _ticked_at(app))
    if (
        word == "silence"
        and not app.database.connection.execute("SELECT 1 FROM silences").fetchone()
    ):
        until = instant(clock_time) + timedelta(hours=3)
        app.answers.silence("rates_up_dollar_down", None, until, "Ann", "known", at)
    if (
        word == "acknowledge"
        and not app.database.connection.execute(
            "SELECT 1 FROM transitions WHERE reason = 'acknowledged'"
        ).fetchone()
    ):
        app.answers.acknowledge(ALERT, "Ann", "on it", at)


def _ticked_at(app: App) -> datetime:
    beat = Health(app.database).heartbeat()
    return instant("09:00") if beat is None else beat.last_tick_at


def _write_marks(path: Path, ends: threading.Event) -> None:
    database = Database(path)
    with database.immediate() as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS marks (only INTEGER PRIMARY KEY, at REAL)")
        connection.execute("INSERT OR REPLACE INTO marks VALUES (1, ?)", (time.time(),))
    while not ends.wait(MARKED_EVERY_S):
        with database.immediate() as connection:
            connection.execute("UPDATE marks SET at = ?", (time.time(),))
    database.close()


if __name__ == "__main__":
    serve()
