"""The command that shows how each early number did."""

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
def record(paths: Paths, as_json: bool, at: datetime | None) -> None:
    """Show how each early number did against the later one: signs, correlation, error.

    \b
    havenwatch record
    havenwatch record --at 2025-04-11T12:00:00Z
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.render_record import print_record

    def show(reading: ReadModel, moment: datetime) -> None:
        print_record(reading.record(moment), reading.developing_record(), as_json=as_json)

    with_reading(paths, show, at)


COMMANDS: Final = (record,)
