"""The jobs that tick and that send, over real time or over simulated time."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from apscheduler.schedulers.background import BackgroundScheduler

from alerts.transport.outbound_call import allow_outbound_calls, cancel_outbound_calls
from monitor.app import App
from monitor.clock import SimulatedClock
from monitor.config.load import Config
from monitor.deliver.chart_cache import warm_up
from monitor.evaluate.tick_refusals import refuse_frozen
from monitor.liveness.systemd import Watchdog
from monitor.service.backup_job import BackupJob
from monitor.service.heap import return_freed_memory
from monitor.service.liveness import LivenessReporter, liveness_reporter
from monitor.service.reload import next_configuration
from monitor.service.retention_job import RetentionJob, retention_job
from monitor.slack.socket import listening
from monitor.stop import Stopped
from state.files import in_the_way
from state.health import Health

log = logging.getLogger("havenwatch.schedule")

# How often the outbox is looked into between ticks, which costs one query.
SEND_SECONDS = 1
# How often it is asked whether a backup is due, which costs two.
BACKUP_SECONDS = 60
# How often it is asked whether anything is too old, which it is once an hour.
RETENTION_SECONDS = 60
# How often what was freed goes back to the system.
MEMORY_SECONDS = 3600
# So long what is being asked or sent may still end by itself after a signal to stop; what is given
# up then is still settled before the process ends.
WAIT_TIMEOUT_S = 2.0


def run(app: App, watchdog: Watchdog, load: Callable[[], Config]) -> Config | None:
    """Tick until the process is told to stop (SIGTERM or SIGINT) or to pause, and answer what is
    pressed in Slack meanwhile. Where a reload is asked for (SIGHUP) and `load` gives a right
    configuration, it ends between two ticks and gives that."""
    stop = app.stop
    if stop.is_told:
        return None
    allow_outbound_calls()
    refuse_frozen(app.database)
    with stop.on_signals(), liveness_reporter(app, watchdog) as signs:
        scheduler = scheduler_of(app, signs)
        late = threading.Timer(WAIT_TIMEOUT_S, cancel_outbound_calls)
        late.daemon = True
        # It would say each second that it looked into the outbox.
        logging.getLogger("apscheduler").setLevel(logging.WARNING)
        threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
        log.info("watching, a tick every %d s", app.config.monitor.tick_seconds)
        with listening(app, app.answers), showing(app):
            if not stop.is_told:
                scheduler.start()
            following = next_configuration(stop, app.config, load)
            if following is None and stop.is_told:
                log.info("stopping on signal %d", stop.number)
                signs.stopping()
                late.start()
            elif following is None:
                cancel_outbound_calls()
            if scheduler.running:
                # Nobody else may act on the database while a tick goes on.
                scheduler.shutdown()
    return following


def scheduler_of(app: App, signs: LivenessReporter) -> BackgroundScheduler:
    """What ticks and sends once it is started.

    The scheduler only ticks; the database says what is due. A tick that comes late is still run,
    once, and an exception in one is logged and does not stop the next. What another process owes to
    a channel, as by `havenwatch ack`, is looked for in between.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    jobs: tuple[tuple[Callable[..., object], list[object], int], ...] = (
        (tick_safely, [app, signs], app.config.monitor.tick_seconds),
        (send_safely, [app], SEND_SECONDS),
        (follow_safely, [app], SEND_SECONDS),
        (back_up_safely, [app, backup_job(app)], BACKUP_SECONDS),
        (drop_safely, [app, retention_job(app)], RETENTION_SECONDS),
        (return_freed_memory, [], MEMORY_SECONDS),
    )
    for job, args, seconds in jobs:
        scheduler.add_job(
            job,
            "interval",
            id=job.__name__,
            args=args,
            seconds=seconds,
            next_run_time=app.clock.now(),
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
        )
    return scheduler


def backup_job(app: App) -> BackupJob:
    """The backups of a program as its configuration wants them."""
    config = app.config
    return BackupJob(
        app.database, config.backup, config.desk.zone, config.monitor.retry, app.stop.refuse
    )


@contextmanager
def showing(app: App) -> Iterator[None]:
    """Inside it the status page is served, where the configuration wants it."""
    settings = app.config.web
    if not settings.enabled:
        yield
        return
    from monitor.web.server import serving_if_it_can
    from monitor.web.site import site_of

    path = app.database.path or app.config.database
    site = site_of(app.config, settings, path, app.config.secrets, app.clock.now)
    with serving_if_it_can(site):
        yield


def run_simulated(
    app: App, clock: SimulatedClock, end: datetime, progress: Callable[[datetime], None]
) -> int:
    """Tick at every instant at which something is due until `end`; the number of ticks.

    The same ticks as live ones without the idle ones between: the database names the next instant.
    """
    ticks, due = 0, clock.now()
    while due <= end:
        clock.advance_to(due)
        followed = app.session.due(due)
        if followed is not None and followed <= due:
            app.follow_session(due)
        if (app.next_due() or due) <= due:
            app.tick(due)
            ticks += 1
        progress(clock.now())
        due = max(_next_due(app, due), due + timedelta(seconds=1))
    clock.advance_to(end)
    return ticks


def _next_due(app: App, at: datetime) -> datetime:
    """When anything is due next, at once where nobody knows."""
    times = (app.next_due() or at, app.session.due(at))
    return min(one for one in times if one is not None)


def tick_safely(app: App, signs: LivenessReporter) -> None:
    """One tick at the present instant; whatever goes wrong is logged, and the next one is tried."""
    at = app.clock.now()
    signs.begins(at)
    try:
        app.tick(at)
        app.keep_views(at)
    except Stopped:
        log.info("a tick ended early; the next start takes it up")
    except Exception as error:
        # Else the scheduler would swallow it. The heartbeat stays old, which the check sees.
        log.exception("a tick failed; the next one is tried as usual")
        path = app.database.path
        for said in in_the_way(path) if path is not None else ():
            log.error("in the way: %s", said)
        signs.failed(error)
    else:
        signs.ended()


def follow_safely(app: App) -> None:
    """Follow the session at the present instant; whatever goes wrong is logged."""
    try:
        app.follow_session(app.clock.now())
    except Stopped:
        log.info("following the session ended early; the next start takes it up")
    except Exception:
        log.exception("following the session failed; it is tried again as usual")


def send_safely(app: App) -> None:
    """Send what is owed at the present instant; whatever goes wrong is logged."""
    try:
        app.send_due(app.clock.now())
    except Exception:
        log.exception("sending failed; it is tried again as usual")


def back_up_safely(app: App, job: BackupJob) -> None:
    """Make or test the backup that is due at the present instant, where this program is the one
    that acts and has begun to; whatever goes wrong is logged."""
    try:
        if _acts(app):
            job.step(app.clock.now().replace(microsecond=0))
    except Stopped:
        log.info("a backup ended early; the next start makes it")
    except Exception:
        log.exception("backing up failed; it is tried again as usual")


def drop_safely(app: App, job: RetentionJob) -> None:
    """Drop what is too old at the present instant, where this program is the one that acts and has
    begun to; whatever goes wrong is logged."""
    try:
        if _acts(app):
            job.step(app.clock.now().replace(microsecond=0))
    except Stopped:
        log.info("retention ended early; the next start goes on")
    except Exception:
        log.exception("retention failed; it is tried again in an hour")


def _acts(app: App) -> bool:
    has_begun = Health(app.database).heartbeat() is not None
    return has_begun and not app.database.is_replaced and app.leader_lock.take()
