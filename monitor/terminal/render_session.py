"""The session so far in the terminal."""

from __future__ import annotations

import json
import textwrap

import click

from alerts.message.plain import WIDTH, table_lines
from monitor.views.session_so_far import SessionSoFar
from monitor.views.session_tables import (
    NO_QUOTES,
    NOT_FOLLOWED,
    WHAT_IT_IS,
    session_tables,
    when,
)


def print_session(found: SessionSoFar | None, *, is_followed: bool, as_json: bool) -> None:
    """The markets and the rules, and the feeds that are lost, or all as JSON."""
    if as_json:
        click.echo(json.dumps(None if found is None else found.as_json(), indent=2))
        return
    if not is_followed:
        click.echo(NOT_FOLLOWED)
    if found is None:
        click.echo(NO_QUOTES)
        return
    click.echo(when(found))
    for table in session_tables(found):
        click.echo("\n".join(["", table.heading, *table_lines(table)]))
    for name, problem in found.lost.items():
        click.echo(textwrap.fill(f"\n{name}: {problem}", WIDTH))
    click.echo(f"\n{textwrap.fill(WHAT_IT_IS, WIDTH)}")
