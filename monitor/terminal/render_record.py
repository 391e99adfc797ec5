"""The track record in the terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import click

from alerts.message.plain import WIDTH, table_lines
from monitor.terminal.table import print_json
from monitor.views.record_tables import WHAT_IT_IS, record_tables
from rules.record.record import Line


def print_record(lines: Sequence[Line], *, as_json: bool) -> None:
    """A table for each early number, or a list of JSON objects."""
    if as_json:
        print_json(lines)
        return
    click.echo(textwrap.fill(WHAT_IT_IS, WIDTH))
    for table in record_tables(lines):
        click.echo("\n".join(["", table.heading, *table_lines(table)]))
    if not lines:
        click.echo("\nNo early number and later number of the same period are stored yet.")
