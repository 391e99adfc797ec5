"""The jobs that tick and that send, over real time or over simulated time."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from types import FrameType

from apscheduler.schedulers.blocking import BlockingScheduler

from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.drawing import warm_up
from monitor.slack_socket import listening

log = logging.getLogger("havenwatch.schedule")

# How often the outbox is looked into between ticks, which costs one query.
SEND_SECONDS = 1


def run(app: App) -> None:
    """Tick until the process is told to stop (SIGTERM or SIGINT), and answer what is pressed in
    Slack meanwhile.

    The scheduler only ticks; the database says what is due. A tick that comes late is still run,
    once, and an exception in one is logged and does not stop the next. What another process owes to
    a channel, as by `havenwatch ack`, is looked for in between.
    """
    scheduler = BlockingScheduler(timezone="UTC")
    jobs = ((tick_safely, app.config.monitor.tick_seconds), (send_safely, SEND_SECONDS))
    for job, seconds in jobs:
        scheduler.add_job(
            job,
            "interval",
            args=[app],
            seconds=seconds,
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
    # It would say each second that it looked into the outbox.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    log.info("watching, a tick every %d s", app.config.monitor.tick_seconds)
    with listening(app, app.answers):
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


def send_safely(app: App) -> None:
    """Send what is owed at the present instant; whatever goes wrong is logged."""
    try:
        app.send_due(app.clock.now())
    except Exception:
        log.exception("sending failed; it is tried again as usual")
