"""The command that shows a month of TIC, or the months of one area."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Final

import click

from monitor.cli.glance import with_glance
from monitor.cli.params import AT, Paths

if TYPE_CHECKING:
    from monitor.views.glance import Glance


@click.command()
@click.argument("area", required=False)
@click.option("--month", help="This month (2025-04); the newest unless given.")
@click.option("--first", "is_first", is_flag=True, help="As first published.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@AT
@click.pass_obj
def tic(
    paths: Paths,
    area: str | None,
    month: str | None,
    is_first: bool,
    as_json: bool,
    at: datetime | None,
) -> None:
    """Show who bought and sold Treasuries in a month of TIC, or the months of one AREA.

    AREA is a name or any part of one.

    \b
    havenwatch tic
    havenwatch tic --month 2025-04 --first
    havenwatch tic belgium
    """  # noqa: D301 - click wants the character \b itself
    from monitor.terminal.render_tic import print_area, print_month

    wanted = None if month is None else _month_end(month)

    def show(reading: Glance, moment: datetime) -> None:
        if area is not None:
            print_area(reading, moment, area, as_json=as_json)
        else:
            print_month(reading, moment, wanted, is_first=is_first, as_json=as_json)

    with_glance(paths, show, at)


def _month_end(text: str) -> date:
    from rules.tic.month_table import month_end_of, month_number

    try:
        return month_end_of(month_number(date.fromisoformat(f"{text}-01")))
    except ValueError:
        raise click.BadParameter("expected 2025-04", param_hint="--month") from None


COMMANDS: Final = (tic,)
