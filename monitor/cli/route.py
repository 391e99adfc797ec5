"""The commands about who hears of what."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.alerts import SEVERITIES
from monitor.cli.completion import ALERT_OR_RULE
from monitor.cli.params import AT, Paths, with_reading

if TYPE_CHECKING:
    from monitor.views.read_model import ReadModel


@click.group()
def route() -> None:
    """Show which channels would get an alert, and why."""


@route.command("test")
@click.argument("wanted", metavar="ALERT|RULE", type=ALERT_OR_RULE)
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="warning",
    show_default=True,
    help="Severity at which RULE fires; an alert has its own.",
)
@AT
@click.pass_obj
def test(paths: Paths, wanted: str, severity: str, at: datetime | None) -> None:
    """Show which channels would get ALERT, or one of RULE, now, and why the others would not.

    Of RULE also its subjects, by the names that a route's `subjects` takes.

    \b
    havenwatch route test joint_selloff/us/2025-04-10
    havenwatch route test custody_outflow --severity critical
    """  # noqa: D301 - click wants the character \b itself
    from monitor.evaluate.alert_lookup import resolve_alert_id
    from monitor.terminal.render_route import print_who_hears
    from monitor.views.who_hears import who_hears, would_hear
    from rules.terms import Severity
    from state.alert_names import alert_ids

    def show(reading: ReadModel, moment: datetime) -> None:
        rule = next((one for one in reading.rules if one.rule_id == wanted), None)
        if rule is not None:
            for found in would_hear(reading, rule, Severity[severity.upper()], moment):
                print_who_hears(found)
            return
        alert_id = resolve_alert_id(alert_ids(reading.database), wanted)
        print_who_hears(who_hears(reading, alert_id, moment))

    with_reading(paths, show, at)


COMMANDS: Final = (route,)
