"""The track record in the terminal."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from dataclasses import asdict

import click

from alerts.message.plain import WIDTH, table_lines
from monitor.views.record_tables import (
    NOWCAST,
    WHAT_IT_IS,
    developing_table,
    nowcast_sentences,
    record_tables,
)
from rules.record.record import TrackRecord
from state.developing_alerts import Settled


def print_record(record: TrackRecord, developing: Mapping[str, Settled], *, as_json: bool) -> None:
    """A table for each early number, how developing alerts ended, and the estimates of the months
    missing, or all as JSON."""
    if as_json:
        ended = {name: asdict(one) for name, one in developing.items()}
        click.echo(json.dumps({**asdict(record), "developing": ended}, indent=2, default=str))
        return
    click.echo(textwrap.fill(WHAT_IT_IS, WIDTH))
    table_of_ends = developing_table(developing)
    for table in (*record_tables(record.lines), *([table_of_ends] if table_of_ends else [])):
        click.echo("\n".join(["", table.heading, *table_lines(table)]))
    if not record.lines:
        click.echo("\nNo early number and later number of the same period are stored yet.")
    if record.nowcasts:
        click.echo(f"\n{textwrap.fill(f'{NOWCAST}:', WIDTH)}")
    for said in nowcast_sentences(record):
        click.echo(textwrap.fill(said, WIDTH))
