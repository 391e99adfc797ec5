"""The command line."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor import __version__
from monitor.clock import SystemClock
from monitor.errors import ConfigInvalid, HavenwatchError

if TYPE_CHECKING:
    from monitor.app import App
    from monitor.config import Config

CONFIG_EXIT = 3


class Instant(click.ParamType[datetime]):
    """An ISO 8601 instant; without an offset it is UTC."""

    name = "ISO"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime:
        """The aware UTC datetime."""
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not like 2025-04-10T22:40:00Z", param, ctx)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


class Day(click.ParamType[date]):
    """A calendar day."""

    name = "DATE"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not like 2025-04-10", param, ctx)


class Program(click.Group):
    """The command group; turns the program's own errors into a message and an exit code."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
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
    type=click.Path(path_type=Path, dir_okay=False),
    help="The database, in place of the one the configuration names.",
)
@click.option("-v", "--verbose", is_flag=True, help="Log what happens, not only what goes wrong.")
@click.version_option(__version__, prog_name="havenwatch")
@click.pass_context
def main(ctx: click.Context, config_path: Path, database: Path | None, verbose: bool) -> None:
    """Watch whether US Treasuries still behave as a haven, and whether foreigners really sell."""
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    ctx.obj = (config_path, database)


@main.command()
@click.pass_obj
def run(paths: tuple[Path, Path | None]) -> None:
    """Watch until stopped: tick, and do whatever the database says is due."""
    from monitor.schedule import run as run_scheduler

    logging.getLogger("havenwatch").setLevel(logging.INFO)
    _with_app(paths, run_scheduler)


@main.command()
@click.option("--at", type=Instant(), help="The instant to tick at, in place of now.")
@click.pass_obj
def tick(paths: tuple[Path, Path | None], at: datetime | None) -> None:
    """Do once whatever is due, and end.

    \b
    havenwatch tick
    havenwatch --db test.db tick --at 2025-04-10T22:40:00Z
    """  # noqa: D301 - click wants the character \b itself

    def once(app: App) -> None:
        moment = at or app.clock.now()
        asked = len(app.due_sources(moment))
        told = app.tick(moment)
        click.echo(f"{moment:%Y-%m-%dT%H:%M:%SZ}: asked {asked} source(s), {len(told)} change(s)")

    _with_app(paths, once)


@main.command()
@click.option("--source", "names", multiple=True, help="Only this source; may be given again.")
@click.option("--since", type=Day(), help="The first day wanted; all there is unless given.")
@click.option("--at", type=Instant(), help="The instant to backfill at, in place of now.")
@click.pass_obj
def backfill(
    paths: tuple[Path, Path | None],
    names: tuple[str, ...],
    since: date | None,
    at: datetime | None,
) -> None:
    """Load history. What was known when is assumed from the release calendar, and marked so.

    Nothing of it is told: alerts are for what becomes known while the program watches.
    """
    from monitor.backfill import backfill as load_history

    _with_app(paths, lambda app: load_history(app, names, since or date(1960, 1, 1), at))


@main.command()
@click.option("--at", type=Instant(), help="The instant to check at, in place of now.")
@click.pass_context
def check(ctx: click.Context, at: datetime | None) -> None:
    """Say in one line whether anything asks for attention; exit 0, 1, 2 or 3 as Nagios expects."""
    from monitor.check import check as check_database
    from monitor.check import settings

    config_path, database = ctx.obj
    configured, limits = settings(config_path)
    checked = check_database(database or configured, limits, at or SystemClock().now())
    click.echo(checked.text())
    ctx.exit(checked.code)


@main.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with evidence and deliveries.")
@click.pass_obj
def alerts(paths: tuple[Path, Path | None], as_json: bool) -> None:
    """List the alerts, oldest first."""
    from monitor.lists import print_alerts

    _with_app(paths, lambda app: print_alerts(app.report.alerts_json(), as_json=as_json))


@main.command()
@click.option("--from", "start", type=Day(), required=True, help="The first day.")
@click.option("--to", "end", type=Day(), required=True, help="The last day.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with evidence and deliveries.")
@click.pass_obj
def replay(paths: tuple[Path, Path | None], start: date, end: date, as_json: bool) -> None:
    """Decide anew what the database knows of the past; nothing is sent and nothing stored.

    \b
    havenwatch replay --from 2025-03-24 --to 2025-06-30
    """  # noqa: D301 - click wants the character \b itself
    from monitor.lists import print_alerts
    from monitor.replay import replay as replay_span

    config, database = _config(paths)
    if not database.exists():
        raise click.ClickException(f"no database at {database}; make one with: havenwatch backfill")
    zone = config.desk.zone
    after = datetime.combine(start, time(0, 0), zone).astimezone(UTC)
    until = datetime.combine(end + timedelta(days=1), time(0, 0), zone).astimezone(UTC)
    replayed = replay_span(config, database, after, until - timedelta(seconds=1))
    print_alerts(replayed.as_json, as_json=as_json, replayed=True)


@main.command()
@click.option(
    "--preview",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the digest as an HTML page to this file instead of printing it.",
)
@click.option("--at", type=Instant(), help="The instant of the digest, in place of now.")
@click.pass_obj
def digest(paths: tuple[Path, Path | None], preview: Path | None, at: datetime | None) -> None:
    """Show the digest as it would be now. Sending it is the business of `run`."""
    from alerts.html import html_document
    from alerts.plain import plain_text

    def show(app: App) -> None:
        page = app.preview_digest(at or app.clock.now())
        if preview is None:
            click.echo(plain_text(page), nl=False)
        else:
            preview.write_text(html_document(page), encoding="utf-8")
            click.echo(f"wrote {preview}")

    _with_app(paths, show)


@main.command("send-test")
@click.argument("channel")
@click.pass_obj
def send_test(paths: tuple[Path, Path | None], channel: str) -> None:
    """Send a test message through CHANNEL, and say whether it arrived."""
    from monitor.send_test import send_test_message

    def send(app: App) -> None:
        if channel not in app.channels:
            known = ", ".join(sorted(app.channels))
            raise click.ClickException(f"unknown channel {channel!r}; configured are {known}")
        receipt = send_test_message(app.channels[channel], app.config, app.clock.now())
        click.echo(f"{channel}: sent ({receipt})")

    _with_app(paths, send)


@main.group()
def config() -> None:
    """About the configuration."""


@config.command("check")
@click.pass_obj
def config_check(paths: tuple[Path, Path | None]) -> None:
    """Check the whole configuration; every mistake is listed, and the exit code is 3."""
    found, database = _config(paths)
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
    """Watch the spring of 2025 again, against publishers on this machine."""
    from monitor.demo.show import show

    show(folder)


def _config(paths: tuple[Path, Path | None]) -> tuple[Config, Path]:
    from monitor.config import load

    config_path, database = paths
    config = load(config_path, os.environ)
    return config, database or config.database


def _with_app(paths: tuple[Path, Path | None], use: Callable[[App], object]) -> None:
    from monitor.app import App

    config, database = _config(paths)
    app = App(config, SystemClock(), database)
    try:
        use(app)
    finally:
        app.close()
