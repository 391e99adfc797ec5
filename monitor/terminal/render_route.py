"""Who would hear of an alert, in the terminal."""

from __future__ import annotations

import click

from alerts.message.plain import table_lines
from alerts.message.sections import Table
from monitor.views.who_hears import WhoHears


def print_who_hears(found: WhoHears) -> None:
    """A line a channel, with the reason."""
    alert = found.alert
    tags = f", tags {', '.join(found.tags)}" if found.tags else ""
    said = f" ({alert.severity.label}{tags})"
    if found.subjects:
        subjects = "subject" if len(found.subjects) == 1 else "subjects"
        said = f"{alert.rule_id}{said}, {subjects} {', '.join(found.subjects)}"
    else:
        said = alert.alert_id + said
    click.echo(f"{said}, by {found.route}:")
    rows = tuple((one.channel, "yes" if one.hears else "no", one.why) for one in found.hearings)
    for line in table_lines(Table("", ("channel", "gets it", "why"), "lll", rows)):
        click.echo(line)
