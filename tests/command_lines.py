"""A command line read as the program reads it, without running it."""

from __future__ import annotations

import click

from monitor.cli.main import main


def parse(words: list[str]) -> None:
    """Parse the words behind `havenwatch` with the real commands and options. Raises
    click.UsageError or click.exceptions.Exit for what they do not take."""
    with main.make_context("havenwatch", list(words)) as context:
        command, rest = command_of([*context._protected_args, *context.args])
        command.make_context(command.name, rest, parent=context).close()


def command_of(words: list[str]) -> tuple[click.Command, list[str]]:
    """The command that the words begin with, through its groups, and the words that remain. Raises
    click.UsageError where there is none."""
    group: click.Command = main
    rest = list(words)
    while isinstance(group, click.Group) and (rest or not group.invoke_without_command):
        name = rest.pop(0) if rest else ""
        found = group.get_command(click.Context(group), name)
        if found is None:
            raise click.UsageError(f"no command {name!r}")
        group = found
    return group, rest


def options_of(command: click.Command) -> set[str]:
    """Every option of a command, `--help` too."""
    listed = {"--help", "-h"}
    for one in command.params:
        if isinstance(one, click.Option):
            listed |= {*one.opts, *one.secondary_opts}
    return listed
