"""The real program over stand-ins and simulated time, with a receiver of its pings, a stand-in of
systemd, and the on-call check."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from alerts.channel import Channel
from monitor.app import App
from monitor.check.check import Limits, check
from monitor.clock import SimulatedClock
from monitor.demo.server import Standins
from monitor.liveness.ping import Kind, Ping, Pinger
from monitor.liveness.systemd import Watchdog
from monitor.service.liveness import LivenessReporter
from monitor.service.tick_loop import tick_safely
from monitor.tick_hooks import TickHook, no_hook
from tests.alive.manager import Manager
from tests.alive.receiver import PingReceiver, Seen
from tests.support import app_over

GOOD, BAD, STARTED = Kind.GOOD.value, Kind.BAD.value, Kind.STARTED.value
MINUTE: Final = timedelta(minutes=1)
URL_ENV: Final = "PING_URL"
# What the check says that wakes somebody.
RED: Final = (2, 3)

log = logging.getLogger("tests.alive")


@dataclass
class Bench:
    """One running program and those who watch it."""

    app: App
    clock: SimulatedClock
    standins: Standins
    receiver: PingReceiver
    manager: Manager
    watchdog: Watchdog
    pinger: Pinger
    sent: list[Ping] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.signs = LivenessReporter(self.app, self.watchdog, self.send)

    @property
    def path(self) -> Path:
        assert self.app.database.path is not None
        return self.app.database.path

    def send(self, ping: Ping) -> None:
        self.sent.append(ping)
        self.pinger.send(ping)

    def tick(self) -> None:
        """One tick as the scheduler runs it; its last ping has arrived when this returns."""
        before = len(self.sent)
        tick_safely(self.app, self.signs)
        if self.sent[before:]:
            last = self.sent[-1]
            self.receiver.wait_until(
                "the tick's last ping",
                lambda: any(
                    (one.kind, one.run_id) == (last.kind, str(last.run_id))
                    for one in self.receiver.pings
                ),
            )

    def code(self) -> int:
        """What the on-call check says now."""
        return check(self.path, Limits(), self.clock.now()).code

    def check_says(self) -> str:
        """The reasons of the on-call check."""
        return "; ".join(check(self.path, Limits(), self.clock.now()).reasons)

    def pass_time(self, minutes: float) -> None:
        """Nothing happens for so long."""
        self.clock.advance_to(self.clock.now() + minutes * MINUTE)

    def minutes_until(
        self, what: str, holds: Callable[[], bool], step: timedelta = MINUTE, most: int = 500
    ) -> float:
        """Tick until something holds; how many simulated minutes that took."""
        began = self.clock.now()
        for _ in range(most):
            if holds():
                took = (self.clock.now() - began) / MINUTE
                log.info("%s after %.0f min (check %d)", what, took, self.code())
                return took
            self.clock.advance_to(self.clock.now() + step)
            self.tick()
        raise AssertionError(f"{what}: not within {most} ticks; {self.last}; {self.check_says()}")

    def is_bad(self) -> bool:
        """Whether the receiver was told last that something is wrong."""
        return self.last.kind == BAD

    def is_red(self) -> bool:
        """Whether the on-call check wakes somebody."""
        return self.code() in RED

    @property
    def last(self) -> Seen:
        return self.receiver.last


@contextmanager
def running(
    standins: Standins,
    clock: SimulatedClock,
    folder: Path,
    observe: TickHook = no_hook,
    channel: Channel | None = None,
    **sections: Any,
) -> Iterator[Bench]:
    """A program that has ticked once, and all is well."""
    with PingReceiver() as receiver, Manager() as manager:
        watchdog = Watchdog(manager.environ)

        def observed(step: str) -> None:
            watchdog.proceeds(step)
            observe(step)

        app = app_over(
            standins,
            clock,
            folder,
            channel,
            observed,
            environ={URL_ENV: receiver.url},
            **sections,
        )
        pinger = Pinger(receiver.url, 1)
        bench = Bench(app, clock, standins, receiver, manager, watchdog, pinger)
        try:
            bench.tick()
            yield bench
        finally:
            pinger.close()
            app.close()


def known_at(moment: datetime) -> str:
    """An instant as the program writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
