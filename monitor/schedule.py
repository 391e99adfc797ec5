"""The one job that ticks, over real time or over simulated time."""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler

from monitor.app import App
from monitor.clock import SimulatedClock

log = logging.getLogger("havenwatch.schedule")


def run(app: App) -> None:
    """Tick until the process is told to stop (SIGTERM or SIGINT).

    The scheduler only ticks; the database says what is due. A tick that comes late is still run,
    once, and an exception in one is logged and does not stop the next.
    """
    scheduler = BlockingScheduler(timezone="UTC")
    scheduler.add_job(
        lambda: tick_safely(app),
        "interval",
        seconds=app.config.monitor.tick_seconds,
        next_run_time=app.clock.now(),
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        log.info("stopping on signal %d", number)
        scheduler.shutdown(wait=False)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    log.info("watching, a tick every %d s", app.config.monitor.tick_seconds)
    scheduler.start()


def run_simulated(
    app: App, clock: SimulatedClock, end: datetime, progress: Callable[[datetime], None]
) -> int:
    """Tick at every instant at which something is due until `end`; the number of ticks.

    The same ticks as live ones without the idle ones between: the database names the next instant.
    """
    ticks, due = 0, clock.now()
    while due <= end:
        clock.advance_to(due)
        app.tick(clock.now())
        ticks += 1
        progress(clock.now())
        soonest = clock.now() + timedelta(seconds=1)
        due = max(app.next_due() or soonest, soonest)
    clock.advance_to(end)
    return ticks


def tick_safely(app: App) -> None:
    """One tick at the present instant; whatever goes wrong is logged, and the next one is tried."""
    try:
        app.tick(app.clock.now())
    except Exception:
        # Else the scheduler would swallow it. The heartbeat stays old, which the check sees.
        log.exception("a tick failed; the next one is tried as usual")
