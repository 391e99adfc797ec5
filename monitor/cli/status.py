"""The one-screen summary."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.cli.params import AT, Paths, clock_of, with_reading

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel


@click.command()
@AT
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option(
    "--watch",
    "every_s",
    type=click.FloatRange(min=1),
    is_flag=False,
    flag_value=15.0,
    help="Interval in seconds (15 if omitted): refresh until Ctrl-C.",
)
@click.pass_obj
def status(paths: Paths, at: datetime | None, every_s: float | None, *, as_json: bool) -> None:
    """Show a one-screen summary: verdict, open alerts, levels, sources, next releases.

    \b
    havenwatch status
    havenwatch status --watch 60
    """  # noqa: D301 - click wants the character \b itself
    if every_s is not None and (as_json or at is not None):
        raise click.UsageError("--watch refreshes from now on: leave out --json and --at")
    from monitor.terminal.render_status import print_status, watch_status
    from monitor.views.status import read_status, status_json

    def show(reading: ReadModel, moment: datetime) -> None:
        if every_s is not None:
            watch_status(reading, clock_of(reading.config), every_s)
            return
        found = read_status(reading, moment)
        if as_json:
            import json

            click.echo(json.dumps(status_json(found), indent=2, ensure_ascii=False))
        else:
            print_status(found, reading.config.desk.zone)

    with_reading(paths, show, at)


COMMANDS: Final[tuple[Any, ...]] = (status,)
