"""The command line."""

from __future__ import annotations

import logging
import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import (
    __version__,
    cli_alerts,
    cli_answers,
    cli_export,
    cli_look,
    cli_past,
    cli_shell,
    cli_status,
    cli_web,
)
from monitor.cli_check import check
from monitor.cli_complete import ALERT_ID, CHANNEL, SOURCE
from monitor.cli_help import GroupedHelp
from monitor.cli_types import Day, Instant, Paths, load_config, with_app
from monitor.errors import ConfigInvalid, HavenwatchError

if TYPE_CHECKING:
    from monitor.app import App

CONFIG_EXIT = 3


class Program(GroupedHelp):
    """The command group; turns the program's own errors into a message and an exit code.

    Wrong use exits with 3: to a monitoring system click's own code of it, 2, would mean CRITICAL.
    """

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Read the options before the command."""
        try:
            return super().make_context(*args, **kwargs)
        except click.UsageError as error:
            error.show()
            raise click.exceptions.Exit(CONFIG_EXIT) from None

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except click.UsageError as error:
            error.show()
            ctx.exit(CONFIG_EXIT)
        except ConfigInvalid as error:
            for problem in error.problems:
                click.echo(f"config: {problem}", err=True)
            click.echo(f"{len(error.problems)} problem(s); nothing was started.", err=True)
            ctx.exit(CONFIG_EXIT)
        except HavenwatchError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(1)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("config.toml"),
    show_default=True,
    help="The configuration file.",
)
@click.option(
    "--db",
    "database",
    type=click.Path(path_type=Path),
    help="The database, in place of the one the configuration names.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log what happens, not only what goes wrong.")
@click.version_option(__version__, prog_name="havenwatch")
@click.pass_context
def main(ctx: click.Context, config_path: Path, database: Path | None, verbose: bool) -> None:
    """Watch whether US Treasuries still behave as a haven, and whether foreigners really sell.

    \b
    havenwatch status
    havenwatch --config demo/config.toml show 2025-04-21
    """  # noqa: D301 - click wants the character \b itself
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    ctx.obj = (config_path, database)


main.add_command(check)
for one in (
    cli_status,
    cli_alerts,
    cli_look,
    cli_past,
    cli_answers,
    cli_export,
    cli_shell,
    cli_web,
):
    for command in one.COMMANDS:
        main.add_command(command)


@main.command()
@click.pass_obj
def run(paths: Paths) -> None:
    """Watch until stopped: tick, and do whatever the database says is due.

    \b
    havenwatch run
    havenwatch --config /etc/havenwatch/config.toml --verbose run
    """  # noqa: D301 - click wants the character \b itself
    from monitor.schedule import run as run_scheduler
    from monitor.watchdog import Watchdog

    logging.getLogger("havenwatch").setLevel(logging.INFO)
    watchdog = Watchdog(os.environ)
    with_app(paths, lambda app: run_scheduler(app, watchdog), watchdog.proceeds)


@main.command()
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
        if not app.leadership.take():
            holder = app.leadership.holder()
            raise click.ClickException(f"another havenwatch acts on this database (pid {holder})")
        asked = len(app.due_sources(moment))
        told = app.tick(moment)
        click.echo(f"{moment:%Y-%m-%dT%H:%M:%SZ}: asked {asked} source(s), {len(told)} change(s)")

    with_app(paths, once)


@main.command()
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
    from monitor.backfill import backfill as load_history

    with_app(paths, lambda app: load_history(app, names, since or date(1960, 1, 1), at))


@main.command("send-test")
@click.argument("channel", type=CHANNEL)
@click.option(
    "--alert", "alert_id", type=ALERT_ID, help="Send what was first told of this alert, as a test."
)
@click.pass_obj
def send_test(paths: Paths, channel: str, alert_id: str | None) -> None:
    """Send a test message through CHANNEL, and say whether it arrived.

    \b
    havenwatch send-test slack
    havenwatch --db demo/havenwatch.db send-test slack --alert joint_selloff/us/2025-04-10
    """  # noqa: D301 - click wants the character \b itself
    from alerts.channel import shows_images
    from monitor.drawing import Drawing, no_chart
    from monitor.send_test import reaching_page, rehearsed, send_test_message

    def send(app: App) -> None:
        if channel not in app.channels:
            known = ", ".join(sorted(app.channels))
            raise click.ClickException(f"unknown channel {channel!r}; configured are {known}")
        to, at = app.channels[channel], app.clock.now()
        page = reaching_page(app.config, at)
        if alert_id is not None:
            drawing = Drawing(app.rules, app.reading.known)
            draw = drawing.chart if shows_images(to) else no_chart
            told = app.report.pages(alert_id, app.config.desk.zone, draw)
            if not told:
                raise click.ClickException(f"no alert {alert_id!r}; list them: havenwatch alerts")
            page = rehearsed(told[0], at)
        sent = send_test_message(to, page, app.config, at)
        click.echo(f"{channel}: sent ({sent.receipt})")
        if sent.remark:
            click.echo(f"{channel}: {sent.remark}", err=True)

    with_app(paths, send)


@main.group()
def config() -> None:
    """About the configuration."""


@config.command("check")
@click.pass_obj
def config_check(paths: Paths) -> None:
    """Check the whole configuration; every mistake is listed, and the exit code is 3.

    \b
    havenwatch config check
    """  # noqa: D301 - click wants the character \b itself
    found, database = load_config(paths)
    names = ", ".join(sorted(found.channels))
    watched = ", ".join(name for name, source in found.sources.items() if source.enabled)
    judged = ", ".join(name for name, rule in found.rules.items() if rule.enabled)
    click.echo(f"{paths[0]} is right\n  database  {database}\n  sources   {watched}")
    click.echo(f"  rules     {judged}\n  channels  {names}")


@main.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Where the demonstration keeps its database and pages; made anew each time.",
)
def demo(folder: Path) -> None:
    """Watch the spring of 2025 again, against publishers on this machine.

    \b
    havenwatch demo
    """  # noqa: D301 - click wants the character \b itself
    from monitor.demo.show import show

    show(folder)
