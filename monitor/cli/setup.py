"""The commands to set up: the configuration, a test message, the demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.completion import ALERT_ID, CHANNEL
from monitor.cli.params import Paths, load_config, with_reading
from monitor.clock import SystemClock
from monitor.errors import HavenwatchError

if TYPE_CHECKING:
    from alerts.channel import Channel
    from alerts.message.message import Message
    from monitor.views.read_model import ReadModel


@click.command("send-test")
@click.argument("channel", type=CHANNEL)
@click.option(
    "--alert",
    "alert_id",
    type=ALERT_ID,
    help="Send the first message of this alert, marked as a test.",
)
@click.pass_obj
def send_test(paths: Paths, channel: str, alert_id: str | None) -> None:
    """Send a test message through CHANNEL and report whether it was accepted.

    \b
    havenwatch send-test slack
    havenwatch --db demo/havenwatch.db send-test slack --alert joint_selloff/us/2025-04-10
    """  # noqa: D301 - click wants the character \b itself
    from monitor.cli.send_test import reaching_page, rehearsed, send_test_message

    found, _ = load_config(paths)
    if channel not in found.channels:
        from monitor.known_names import did_you_mean

        remedy = did_you_mean(channel, found.channels)
        raise click.ClickException(f"unknown channel {channel!r}; {remedy}")
    to, at = found.channels[channel], SystemClock().now()
    pages = [reaching_page(found, at)]
    if alert_id is not None:
        with_reading(paths, lambda reading, _: pages.append(_first_told(reading, to, alert_id)))
        pages = [rehearsed(pages[-1], at)]
    sent = send_test_message(to, pages[0], found, at)
    click.echo(f"{channel}: sent ({sent.receipt})")
    if sent.remark:
        click.echo(f"{channel}: {sent.remark}", err=True)


def _first_told(reading: ReadModel, to: Channel, wanted: str) -> Message:
    """The first message of an alert to a channel."""
    from alerts.channel import shows_images
    from monitor.deliver.chart_cache import ChartRenderer, no_chart
    from monitor.evaluate.alert_actions import meant_alert
    from state.alert_store import AlertStore

    draw = ChartRenderer(reading.rules, reading.known).chart if shows_images(to) else no_chart
    found = meant_alert(AlertStore(reading.database).alerts(), wanted)
    return reading.report.pages(found, reading.config.desk.zone, draw)[0]


@click.group()
def config() -> None:
    """Check the configuration."""


@config.command("check")
@click.pass_obj
def config_check(paths: Paths) -> None:
    """Check the whole configuration. Lists every mistake; then the exit code is 3.

    \b
    havenwatch config check
    """  # noqa: D301 - click wants the character \b itself
    found, database = load_config(paths)
    names = ", ".join(sorted(found.channels))
    watched = ", ".join(name for name, source in found.sources.items() if source.enabled)
    evaluated = ", ".join(name for name, rule in found.rules.items() if rule.enabled)
    click.echo(f"{paths[0]} is valid\n  database  {database}\n  sources   {watched}")
    click.echo(f"  rules     {evaluated}\n  channels  {names}")


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo"),
    show_default=True,
    help="Folder for the database and pages; replaced each time.",
)
@click.option("--full", is_flag=True, help="Print each alert whole instead of in a line.")
@click.option("--no-web", is_flag=True, help="End without serving the status page.")
def demo(folder: Path, *, full: bool, no_web: bool) -> None:
    """Run spring 2025 again, against local mock servers of the publishers.

    It prints a line for each alert, and ends with the address of its status page, which it serves
    until Ctrl-C. The clock of its database is frozen at the end of the run.

    \b
    havenwatch demo
    havenwatch demo --full --no-web
    """  # noqa: D301 - click wants the character \b itself
    try:
        from monitor.demo.page import serve_page
        from monitor.demo.show import show
    except ModuleNotFoundError as error:
        raise HavenwatchError(
            "demo",
            expected="what the mock servers need",
            got=f"a Python without {error.name}",
            remedy="install it with: pip install '.[demo]' in the checkout",
        ) from None
    from monitor.stop import Stop

    config = show(folder, full=full)
    if not no_web:
        stop = Stop()
        with stop.on_signals():
            serve_page(config, stop)


COMMANDS: Final = (send_test, config, demo)
