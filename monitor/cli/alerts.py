"""The commands that list alerts and show one."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any, Final

import click

from monitor.cli.completion import ALERT_ID, RULE
from monitor.cli.glance import with_glance
from monitor.cli.params import AT, Day, Paths

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from monitor.views.glance import Glance

STATES: Final = ("open", "past", "resolved", "withdrawn")
# What fits a terminal and a glance; decades of alerts are thousands.
NEWEST: Final = 50
SEVERITIES: Final = ("notice", "warning", "critical")


@click.command()
@click.option("--state", type=click.Choice(STATES), help="Filter by state.")
@click.option("--severity", type=click.Choice(SEVERITIES), help="Filter by severity.")
@click.option("--rule", type=RULE, help="Filter by rule.")
@click.option("--since", type=Day(), help="Opened on or after this day.")
@click.option(
    "--last",
    type=click.IntRange(min=0),
    default=NEWEST,
    show_default=True,
    help="List the newest so many; 0 for all. JSON has all.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON with evidence and deliveries.")
@AT
@click.pass_obj
def alerts(
    paths: Paths,
    state: str | None,
    severity: str | None,
    rule: str | None,
    since: date | None,
    last: int,
    at: datetime | None,
    *,
    as_json: bool,
) -> None:
    """List alerts, newest last.

    \b
    havenwatch alerts
    havenwatch alerts --state open --severity critical --since 2025-04-01
    """  # noqa: D301 - click wants the character \b itself

    def show_list(reading: Glance, _: datetime) -> None:
        from state.alert_names import Wanted, count_alerts, list_lines

        if rule is not None and rule not in reading.titles:
            from monitor.known_names import did_you_mean

            raise click.BadParameter(f"no rule {rule!r}; {did_you_mean(rule, reading.titles)}")
        wanted = Wanted(rule or "", severity or "", state or "", _opened_from(since, reading.zone))
        if as_json:
            import json

            from monitor.views.alerts_json import alerts_json
            from state.alert_lists import wanted_alerts

            found = alerts_json(reading.database, wanted_alerts(reading.database, wanted))
            click.echo(json.dumps(found, indent=2, ensure_ascii=False))
            return
        from monitor.terminal.render_alerts import print_alerts

        lines = list_lines(reading.database, wanted, last)
        print_alerts(lines, count_alerts(reading.database, wanted))

    with_glance(paths, show_list, at)


@click.command()
@click.argument("wanted", metavar="ID", type=ALERT_ID)
@click.option("--messages", is_flag=True, help="Print the messages that were sent instead.")
@click.option("--told", "old_name", is_flag=True, hidden=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@AT
@click.pass_obj
def show(
    paths: Paths,
    wanted: str,
    at: datetime | None,
    *,
    messages: bool,
    old_name: bool,
    as_json: bool,
) -> None:
    """Show one alert with all its evidence.

    ID is the alert's id, or any part of it that matches only one alert.

    \b
    havenwatch show joint_selloff/us/2025-04-10
    havenwatch show foreign_net_sales/china --messages
    """  # noqa: D301 - click wants the character \b itself
    if old_name:
        click.echo("--told is now called --messages", err=True)
    if (messages or old_name) and as_json:
        raise click.UsageError("--messages prints text and --json prints values: use one of them")
    from monitor.evaluate.alert_lookup import resolve_alert_id
    from monitor.terminal.render_alert import print_alert, print_messages
    from state.alert_names import alert_ids

    def show_one(reading: Glance, moment: datetime) -> None:
        alert_id = resolve_alert_id(alert_ids(reading.database), wanted)
        if messages or old_name:
            print_messages(reading, alert_id)
        else:
            print_alert(reading, alert_id, moment, as_json=as_json)

    with_glance(paths, show_one, at)


def _opened_from(day: date | None, zone: ZoneInfo) -> str:
    """The first instant of a day at the desk, as the database writes it."""
    from state.instants import to_text

    return "" if day is None else to_text(datetime.combine(day, time(), zone).astimezone(UTC))


COMMANDS: Final[tuple[Any, ...]] = (alerts, show)
