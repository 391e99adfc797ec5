"""Help: the commands, grouped by task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

# By task, each with the first sentence of its own help: a list of commands loads none
# of them. A command that is missing here is listed at the end.
GROUPS: Final[Mapping[str, Mapping[str, str]]] = {
    "Inspect": {
        "status": (
            "Show a one-screen summary: verdict, open alerts, levels, sources, next releases."
        ),
        "alerts": "List alerts, newest last.",
        "show": "Show one alert with all its evidence.",
        "explain": (
            "Explain an alert or a rule: thresholds, each calculation, inputs with vintages."
        ),
        "verdict": "Weigh the evidence on whether foreigners are dumping Treasuries.",
        "record": (
            "Show how each early number did against the later one: signs, correlation, error."
        ),
        "session": "Show the session so far by quotes, against the sizes of the rules.",
        "digest": "Preview the daily digest, or show that of DAY in full.",
        "tic": "Show who bought and sold Treasuries in a month of TIC, or the months of one AREA.",
        "sources": "Show each source: state, latest data, lag against the calendar, terms of use.",
        "calendar": "Show the next release of each source and the market closures ahead.",
    },
    "Respond": {
        "ack": "Acknowledge an alert; stops escalation.",
        "silence": "Silence RULE for a while; it is still evaluated and shown in the digest.",
        "silences": "List active silences.",
        "unsilence": "Expire a silence now, by its number or by any part of its rule and subject.",
        "route": "Show which channels would get an alert, and why.",
        "outbox": "List queued, held and failed notifications; retry or discard them.",
        "accept": "Show the held-back correction of SOURCE, or accept it.",
    },
    "History": {
        "replay": "Backtest the rules on stored history.",
        "rules": "Write a rule of your own, and try one on stored history before you trust it.",
        "tune": "Show RULE's alerts per year at alternative thresholds (sensitivity).",
        "vintages": "Show how SERIES was revised; for a source, what each vintage added.",
        "figures": (
            "Draw the six figures of State Street's article from stored data: PNG, SVG and a page."
        ),
        "export": (
            "Export all alerts, their changes, or all observations with every vintage, as rows for "
            "other tools."
        ),
    },
    "Set up": {
        "init": "Ask a few questions and write the configuration.",
        "doctor": (
            "Check this machine, the files, the configuration, each source and each channel."
        ),
        "feeds": "List your own feeds with their series, or add one.",
        "config": "Check the configuration.",
        "send-test": "Send a test message through CHANNEL and report whether it was accepted.",
        "backfill": "Load history from the publishers.",
        "demo": "Run spring 2025 again, against local mock servers of the publishers.",
        "backup": "Copy the database to FILE while the program runs, and verify the copy.",
        "restore": "Replace the database with the backup in FILE.",
        "completion": "Print the completion script for SHELL.",
        "help": "List all commands, or explain one.",
    },
    "Run": {
        "run": "Run the monitor until stopped.",
        "reload": "Apply the changed configuration to the running program.",
        "tick": "Run one evaluation cycle and exit.",
        "check": "Nagios-style health check: one line and an exit code.",
        "web": "Serve the status page until stopped.",
    },
}
OTHERS: Final = "More"
# The first sentence of a command is shown whole.
LONGEST: Final = 400


class GroupedHelp(click.Group):
    """A group of commands that lists them under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        listed = {name for names in GROUPS.values() for name in names}
        others = [name for name in self.list_commands(ctx) if name not in listed]
        rest = {
            name: one.get_short_help_str(LONGEST)
            for name in others
            if (one := self.get_command(ctx, name)) is not None and not one.hidden
        }
        width = max(map(len, (*listed, *rest)))
        for heading, names in {**GROUPS, OTHERS: rest}.items():
            if names:
                with formatter.section(heading):
                    formatter.write_dl([(name.ljust(width), said) for name, said in names.items()])


def _command_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:  # noqa: ARG001
    root = ctx.find_root().command
    assert isinstance(root, click.Group)
    return [name for name in root.list_commands(ctx) if name.startswith(incomplete)]


@click.command("help")
@click.argument("words", metavar="[COMMAND]", nargs=-1, shell_complete=_command_names)
@click.pass_context
def show_help(ctx: click.Context, words: tuple[str, ...]) -> None:
    """List all commands, or explain one.

    \b
    havenwatch help
    havenwatch help silence
    """  # noqa: D301 - click wants the character \b itself
    shown = ctx.find_root()
    for word in words:
        group = shown.command
        found = group.get_command(shown, word) if isinstance(group, click.Group) else None
        if found is None:
            raise click.UsageError(f"no command {' '.join(words)!r}; see: havenwatch help")
        shown = click.Context(found, info_name=word, parent=shown)
    click.echo(shown.get_help())
