"""The commands about who hears of what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.completion import ALERT_ID
from monitor.cli.params import AT, Paths, with_reading

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel


@click.group()
def route() -> None:
    """Show which channels would get an alert, and why."""


@route.command("test")
@click.argument("wanted", metavar="ALERT", type=ALERT_ID)
@AT
@click.pass_obj
def test(paths: Paths, wanted: str, at: datetime | None) -> None:
    """Show which channels would get ALERT if it opened now, and why the others would not.

    \b
    havenwatch route test joint_selloff/us/2025-04-10
    """  # noqa: D301 - click wants the character \b itself
    from monitor.evaluate.alert_lookup import resolve_alert_id
    from monitor.terminal.render_route import print_who_hears
    from monitor.views.who_hears import who_hears
    from state.alert_lists import alert_ids

    def show(reading: ReadModel, moment: datetime) -> None:
        alert_id = resolve_alert_id(alert_ids(reading.database), wanted)
        print_who_hears(who_hears(reading, alert_id, moment))

    with_reading(paths, show, at)


COMMANDS: Final = (route,)
