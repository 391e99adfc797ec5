"""The commands that act: they ask publishers, decide, and tell."""

from __future__ import annotations

import logging
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
    """Watch until stopped: tick, and do whatever the database says is due.

    \b
    havenwatch run
    havenwatch --config /etc/havenwatch/config.toml --verbose run
    """  # noqa: D301 - click wants the character \b itself
    from monitor.stop import Stop

    stop = Stop()
    with stop.on_signals():
        try:
            from monitor.liveness.systemd import Watchdog
            from monitor.service.schedule import run as run_scheduler

            logging.getLogger("havenwatch").setLevel(logging.INFO)
            watchdog = Watchdog(os.environ)
            with_app(paths, lambda app: run_scheduler(app, watchdog), watchdog.proceeds, stop)
        finally:
            if stop.is_told:  # whatever went wrong meanwhile
                stop.finish()


@click.command()
@click.option("--at", type=Instant(), help="The instant to tick at, in place of now.")
@click.pass_obj
def tick(paths: Paths, at: datetime | None) -> None:
    """Do once whatever is due, and end.

    \b
    havenwatch tick
    havenwatch --db test.db tick --at 2025-04-10T22:40:00Z
    """  # noqa: D301 - click wants the character \b itself

    def once(app: App) -> None:
        moment = at or app.clock.now()
        if not app.leader_lock.take():
            holder = app.leader_lock.holder()
            raise click.ClickException(f"another havenwatch acts on this database (pid {holder})")
        asked = len(app.due_sources(moment))
        told = app.tick(moment)
        click.echo(f"{moment:%Y-%m-%dT%H:%M:%SZ}: asked {asked} source(s), {len(told)} change(s)")

    with_app(paths, once, at=at)


@click.command()
@click.option(
    "--source", "names", type=SOURCE, multiple=True, help="Only this source; may be given again."
)
@click.option("--since", type=Day(), help="The first day wanted; all there is unless given.")
@click.option("--at", type=Instant(), help="The instant to backfill at, in place of now.")
@click.pass_obj
def backfill(
    paths: Paths,
    names: tuple[str, ...],
    since: date | None,
    at: datetime | None,
) -> None:
    """Load history. What was known when is assumed from the release calendar, and marked so.

    Nothing of it is told: alerts are for what becomes known while the program watches.

    \b
    havenwatch backfill
    havenwatch backfill --source treasury_tic --since 2011-09-01
    """  # noqa: D301 - click wants the character \b itself
    from monitor.cli.backfill import backfill as load_history

    with_app(paths, lambda app: load_history(app, names, since or date(1960, 1, 1), at))


COMMANDS: Final = (run, tick, backfill)
