"""The command that shows the session so far."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.params import AT, Paths, with_reading

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@AT
@click.pass_obj
def session(paths: Paths, as_json: bool, at: datetime | None) -> None:
    """Show the session so far by quotes, against the sizes of the rules.

    \b
    havenwatch session
    havenwatch session --at 2025-04-10T18:05:00Z
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.render_session import print_session

    def show(reading: ReadModel, moment: datetime) -> None:
        is_followed = reading.config.intraday.enabled
        print_session(reading.session(moment), is_followed=is_followed, as_json=as_json)

    with_reading(paths, show, at)


COMMANDS: Final = (session,)
