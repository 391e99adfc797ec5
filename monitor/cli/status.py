"""The one-screen summary."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.cli.glance import with_glance
from monitor.cli.params import AT, Paths, clock_of

if TYPE_CHECKING:
    from monitor.views.glance import Glance


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

    def show(reading: Glance, moment: datetime) -> None:
        if every_s is not None:
            from monitor.check.check import settings
            from monitor.terminal.render_status import watch_status

            watch_status(reading, clock_of(settings(*paths)[0]), every_s)
            return
        from monitor.views.status import read_status

        found = read_status(reading, moment)
        if as_json:
            import json

            from monitor.views.status import status_json

            click.echo(json.dumps(status_json(found), indent=2, ensure_ascii=False))
        else:
            from monitor.terminal.render_status import print_status

            print_status(found, reading.zone)

    with_glance(paths, show, at)


COMMANDS: Final[tuple[Any, ...]] = (status,)
