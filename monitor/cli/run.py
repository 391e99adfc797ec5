"""The commands that poll publishers, evaluate rules and send alerts."""

from __future__ import annotations

import os
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.completion import SOURCE
from monitor.cli.params import Day, Instant, Paths, with_app

if TYPE_CHECKING:
    from monitor.app import App


@click.command()
@click.pass_obj
def run(paths: Paths) -> None:
    """Run the monitor until stopped.

    \b
    havenwatch run
    havenwatch --config /etc/havenwatch/config.toml --verbose run
    """  # noqa: D301 - click wants the character \b itself
    from monitor.stop import Stop

    stop = Stop()
    with stop.on_signals():
        try:
            import logging

            from monitor.liveness.systemd import Watchdog
            from monitor.service.tick_loop import run as run_scheduler

            logging.getLogger("havenwatch").setLevel(logging.INFO)
            watchdog = Watchdog(os.environ)
            with_app(paths, lambda app: run_scheduler(app, watchdog), watchdog.proceeds, stop)
        finally:
            if stop.is_told:  # whatever went wrong meanwhile
                stop.finish()


@click.command()
@click.option("--at", type=Instant(), help="Time of the cycle (default: now).")
@click.pass_obj
def tick(paths: Paths, at: datetime | None) -> None:
    """Run one evaluation cycle and exit.

    \b
    havenwatch tick
    havenwatch --db test.db tick --at 2025-04-10T22:40:00Z
    """  # noqa: D301 - click wants the character \b itself

    def once(app: App) -> None:
        moment = at or app.clock.now()
        if not app.leader_lock.take():
            holder = app.leader_lock.holder()
            raise click.ClickException(
                f"another havenwatch is active on this database (pid {holder})"
            )
        asked = len(app.due_sources(moment))
        changes = app.tick(moment)
        app.keep_views(moment)
        click.echo(
            f"{moment:%Y-%m-%dT%H:%M:%SZ}: polled {asked} source(s), {len(changes)} change(s)"
        )

    with_app(paths, once, at=at)


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
    from monitor.evaluate.tick_refusals import refuse_frozen

    def load(app: App) -> None:
        refuse_frozen(app.database)
        load_history(app, names, since or date(1960, 1, 1), at)

    with_app(paths, load)


COMMANDS: Final = (run, tick, backfill)
