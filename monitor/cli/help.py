"""Help: the commands, grouped by task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import click

# By task. A command that is missing here is listed at the end.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "Inspect": (
        "status", "alerts", "show", "explain", "verdict", "digest", "sources", "calendar",
    ),
    "Respond": ("ack", "silence", "silences", "unsilence", "outbox", "accept"),
    "History": ("replay", "tune", "vintages", "figures", "export"),
    "Set up": (
        "init", "config", "send-test", "backfill", "demo", "backup", "restore", "completion",
        "help",
    ),
    "Run": ("run", "tick", "check", "web"),
}  # fmt: skip
OTHERS: Final = "More"
# The first sentence of a command is shown whole.
LONGEST: Final = 400


class GroupedHelp(click.Group):
    """A group of commands that lists them under headings."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        listed = {name for names in GROUPS.values() for name in names}
        rest = tuple(name for name in self.list_commands(ctx) if name not in listed)
        width = max(map(len, self.commands), default=0)
        for heading, names in {**GROUPS, OTHERS: rest}.items():
            known = [(name, self.get_command(ctx, name)) for name in names]
            rows = [
                (name.ljust(width), one.get_short_help_str(LONGEST))
                for name, one in known
                if one is not None and not one.hidden
            ]
            if rows:
                with formatter.section(heading):
                    formatter.write_dl(rows)


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
