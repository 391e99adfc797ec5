"""The commands that poll publishers, evaluate rules and send alerts."""

from __future__ import annotations

import logging
import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.completion import SOURCE
from monitor.cli.params import (
    Day,
    Instant,
    Paths,
    clock_of,
    load_config,
    refuse_missing,
    unusable_said,
    with_app,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.app import App
    from monitor.config.load import Config
    from monitor.liveness.systemd import Watchdog
    from monitor.stop import Stop
    from state.leader_lock import LeaderLock

log = logging.getLogger("havenwatch.reload")

# Of what is too old, a day's first `tick` drops this much: some ten seconds, where there is more.
PIECES_A_DAY: Final = 200


FOLLOW: Final = click.option(
    "--follow",
    type=click.Path(path_type=Path),
    help="Poll nothing: copy what another database's program polls.",
)


@click.command()
@FOLLOW
@click.pass_obj
def run(paths: Paths, follow: Path | None) -> None:
    """Run the monitor until stopped.

    With --follow it polls nothing and copies what the program of another database polls: a second
    desk with its own rules, routing and alerts.

    \b
    havenwatch run
    havenwatch --config /etc/havenwatch/config.toml --verbose run
    havenwatch --config fx.toml run --follow /srv/rates/havenwatch.db
    """  # noqa: D301 - click wants the character \b itself
    from monitor.service.heap import limit_heap
    from monitor.stop import Stop

    limit_heap()
    stop = Stop(takes_reloads=True)
    with stop.on_signals():
        try:
            logging.getLogger("havenwatch").setLevel(logging.INFO)
            _run(paths, stop, follow)
        finally:
            if stop.is_told:  # whatever went wrong meanwhile
                stop.finish()


def _run(paths: Paths, stop: Stop, follow: Path | None) -> None:
    """Run on the configuration, as the only host or as one of several."""
    from monitor.liveness.systemd import Watchdog
    from state.standby_state import forget_standby

    def read() -> Config:
        return load_config(paths, follow=follow)[0]

    (config, path), watchdog = load_config(paths, follow=follow), Watchdog(os.environ)
    with unusable_said(path, "cannot open"):
        if config.standby.enabled:
            _run_as_member(read, config, path, watchdog, stop)
            return
        forget_standby(path)
        _run_app(read, config, path, watchdog, stop)


def _run_as_member(
    read: Callable[[], Config], config: Config, path: Path, watchdog: Watchdog, stop: Stop
) -> None:
    """Run whenever this host has the lease, and stand by while another has it."""
    from monitor.standby.member import Member

    member = Member(config, path, clock_of(path), stop, os.environ, watchdog.returned)
    with member.taking_part():
        while member.wait_until_leading():
            with member.leading():
                config = _run_app(read, config, path, watchdog, stop, member.lock)


def _run_app(
    read: Callable[[], Config],
    config: Config,
    path: Path,
    watchdog: Watchdog,
    stop: Stop,
    shared: LeaderLock | None = None,
) -> Config:
    """Run until the process is to stop or to pause, also on each configuration that a reload
    brings; the last of them. `shared`: the right to act where other hosts may have it, which stays
    with the caller."""
    from monitor.app import App
    from monitor.ingest.calendars import add_days
    from monitor.service.tick_loop import run as run_scheduler

    lock = shared

    def app_of(one: Config) -> App:
        observe = watchdog.proceeds
        app = App(one, clock_of(path), path, observe, stop=stop, leader_lock=lock)
        try:
            app.polling.refuse_start()
        except BaseException:
            app.close(keep_lock=True)
            raise
        return app

    app = app_of(config)
    while True:
        following = None
        try:
            following = run_scheduler(app, watchdog, read)
        finally:
            # What comes next acts at once: nobody else may take over in between.
            app.close(keep_lock=following is not None or shared is not None)
        if following is None:
            return config
        lock = app.leader_lock
        try:
            app, config = app_of(following), following
        except Exception:
            log.exception("not reloaded, the configuration in force stays")
            add_days(config.calendar)
            app = app_of(config)


@click.command()
@click.option("--wait", "wait_s", default=30, show_default=True, help="Seconds to wait for it.")
@click.pass_obj
def reload(paths: Paths, wait_s: int) -> None:
    """Apply the changed configuration to the running program.

    With an error in it nothing changes, and the exit code is 3.

    \b
    havenwatch reload
    havenwatch --config /etc/havenwatch/config.toml reload
    """  # noqa: D301 - click wants the character \b itself
    from monitor.cli.reload import ask_to_reload

    config, path = load_config(paths)
    refuse_missing(path)
    click.echo(ask_to_reload(config, path, wait_s))


@click.command()
@click.option("--at", type=Instant(), help="Time of the cycle (default: now).")
@FOLLOW
@click.pass_obj
def tick(paths: Paths, at: datetime | None, follow: Path | None) -> None:
    """Run one evaluation cycle and exit.

    \b
    havenwatch tick
    havenwatch --db test.db tick --at 2025-04-10T22:40:00Z
    """  # noqa: D301 - click wants the character \b itself
    from monitor.service.retention_job import retention_job
    from state.health import Health

    def once(app: App) -> None:
        moment = at or app.clock.now()
        if not app.leader_lock.take():
            holder = app.leader_lock.holder()
            raise click.ClickException(
                f"another havenwatch is active on this database (pid {holder})"
            )
        app.polling.refuse_start()
        asked = len(app.due_sources(moment))
        before = Health(app.database).heartbeat()
        changes = app.tick(moment)
        app.keep_views(moment)
        if before is None or before.last_tick_at.date() != moment.date():
            retention_job(app, PIECES_A_DAY).step(moment)
        followed = app.config.followed
        said = f"polled {asked} source(s)" if followed is None else f"followed {followed}"
        click.echo(f"{moment:%Y-%m-%dT%H:%M:%SZ}: {said}, {len(changes)} change(s)")

    with_app(paths, once, at=at, follow=follow)


@click.command()
@click.option("--source", "names", type=SOURCE, multiple=True, help="Only this source; repeatable.")
@click.option("--since", type=Day(), help="First day (default: all there is).")
@click.option("--at", type=Instant(), help="Time of the backfill (default: now).")
@click.pass_obj
def backfill(
    paths: Paths,
    names: tuple[str, ...],
    since: date | None,
    at: datetime | None,
) -> None:
    """Load history from the publishers. Sends no alerts.

    Release times are assumed from the release calendar and marked `assumed`.

    \b
    havenwatch backfill
    havenwatch backfill --source treasury_tic --since 2011-09-01
    """  # noqa: D301 - click wants the character \b itself
    from monitor.cli.backfill import backfill as load_history
    from monitor.evaluate.tick_refusals import refuse_follower, refuse_frozen

    def load(app: App) -> None:
        refuse_frozen(app.database)
        refuse_follower(app.database, "backfill")
        load_history(app, names, since or date(1960, 1, 1), at)

    with_app(paths, load, needs=("sources",))


COMMANDS: Final = (run, reload, tick, backfill)
