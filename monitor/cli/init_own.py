"""After the first configuration: a desk's own feeds and rules, by the commands that add them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

import click

from monitor.cli.questions import Questions
from monitor.errors import ConfigInvalid, HavenwatchError

FEED: Final = "Watch a file or URL of your own too (CSV, JSON, Excel, parquet)?"
RULE: Final = "Write a rule of your own? Its sizes are proposed from the stored history."


def add_own(questions: Questions, secrets: Mapping[str, str]) -> None:
    """Ask for feeds and rules as `feeds add` and `rules new` do, as many as are wanted. What fails
    is said, and the rest goes on: the configuration is written by then."""
    os.environ.update(secrets)  # as it will be once the file of the secrets is loaded
    while questions.yes("feed", FEED):
        _run("feeds", "add")
    while questions.yes("rule", RULE):
        _run("rules", "new")


def _run(group: str, name: str) -> None:
    from monitor.cli.main import main

    ctx = click.get_current_context()
    command = main.every()[group]
    assert isinstance(command, click.Group)
    try:
        ctx.invoke(command.commands[name])
    except (ConfigInvalid, HavenwatchError, click.ClickException) as error:
        said = error.format_message() if isinstance(error, click.ClickException) else str(error)
        click.echo(f"  {said}\n  Nothing was added; try again, or later: havenwatch {group} {name}")
